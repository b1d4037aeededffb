//! Items that are no set of labels.
use hyperion::{Label, LabelSet};

#[derive(LabelSet)]
struct Generic<L: Label> {
    tier: L,
}

#[derive(LabelSet)]
struct Borrowed<'a> {
    tier: &'a bool,
}

#[derive(LabelSet)]
struct Tuple(bool);

#[derive(LabelSet)]
struct Unit;

#[derive(LabelSet)]
struct Empty {}

#[derive(LabelSet)]
enum Enum {
    Tier(bool),
}

#[derive(LabelSet)]
union Union {
    a: bool,
}

fn main() {
    Tuple(true).index();
}

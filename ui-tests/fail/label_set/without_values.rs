//! A label without a value, which nothing could be labelled with.
use hyperion::{Label, LabelSet};

struct Never;

impl Label for Never {
    const CARDINALITY: usize = 0;

    fn index(&self) -> usize {
        0
    }

    fn value(_index: usize) -> &'static str {
        ""
    }
}

#[derive(LabelSet)]
struct Lookup {
    hit: bool,
    never: Never,
}

fn main() {
    Lookup { hit: true, never: Never }.index();
}

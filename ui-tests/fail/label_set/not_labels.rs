//! Fields that are no labels.
use hyperion::LabelSet;

#[derive(LabelSet)]
struct Lookup {
    tenant: String,
    path: &'static str,
    status: u16,
    hit: bool,
}

fn main() {}

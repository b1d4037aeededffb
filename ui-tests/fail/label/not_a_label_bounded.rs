use hyperion::{Bounded, LabelSet};

#[derive(LabelSet)]
struct Lookup {
    tenant: Bounded<100>,
}

fn main() {}

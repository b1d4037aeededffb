//! Series of texts that nobody met yet cannot be there from the start.
use hyperion::{Bounded, Counter, Label, LabelSet, Metrics};

#[derive(Clone, Copy, Label)]
struct Tenant(Bounded<100>);

#[derive(LabelSet)]
struct Lookup {
    hit: bool,
    tenant: Tenant,
}

#[derive(Metrics)]
#[metrics(zero)]
struct UserMetrics {
    #[counter]
    lookups: Counter<Lookup>,
    #[counter(zero)]
    misses: Counter<Lookup>,
}

fn main() {}

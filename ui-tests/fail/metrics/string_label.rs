//! A label that can have any value.
use hyperion::{Counter, LabelSet, Metrics};

#[derive(LabelSet)]
struct Lookup {
    tenant: String,
    hit: bool,
}

#[derive(Metrics)]
struct UserMetrics {
    #[counter]
    lookups: Counter<Lookup>,
}

static METRICS: UserMetrics = UserMetrics::new();

fn main() {
    METRICS.lookups.inc(Lookup { tenant: String::new(), hit: true });
}

//! Labels that are no set of labels.
use hyperion::{Counter, Metrics};

struct Lookup;

#[derive(Metrics)]
struct UserMetrics {
    #[counter]
    lookups: Counter<Lookup>,
    #[counter]
    hits: Counter<bool>,
}

static METRICS: UserMetrics = UserMetrics::new();

fn main() {
    METRICS.register();
}

//! More series than a metric or a struct may have: what the number is the product or the sum of is told.
use hyperion::{Counter, Histogram, Label, LabelSet, Metrics};

struct Tenant;

impl Label for Tenant {
    const CARDINALITY: usize = 1000;

    fn index(&self) -> usize {
        0
    }

    fn value(_index: usize) -> &'static str {
        "one"
    }
}

#[derive(LabelSet)]
struct Lookup {
    hit: bool,
    #[label(rename = "tenant.id")]
    tenant: Tenant,
    fast: bool,
}

#[derive(Metrics)]
#[metrics(prefix = "user")]
struct UserMetrics {
    #[counter]
    lookups: Counter<Lookup>,
    #[counter(max_series = 4000)]
    allowed: Counter<Lookup>,
    #[histogram(unit = "s", max_series = 3999)]
    duration: Histogram<Lookup>,
}

#[derive(Metrics)]
#[metrics(prefix = "pool", instance_labels(pool), max_instances = 3)]
struct PoolMetrics {
    #[counter]
    lookups: Counter<Lookup>,
    #[counter(max_series = 2)]
    opened: Counter,
}

#[derive(Metrics)]
#[metrics(max_series = 9000)]
struct AllMetrics {
    #[metrics(flatten)]
    user: UserMetrics,
    #[counter]
    calls: Counter,
}

fn main() {}

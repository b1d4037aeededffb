//! Instances that are not told apart as they should be.
use hyperion::{Counter, LabelSet, Metrics};

#[derive(LabelSet)]
struct Call {
    db_pool: bool,
}

#[derive(Metrics)]
#[metrics(instance_labels(db.pool, "region"))]
struct PoolMetrics {
    #[counter]
    opened: Counter,
}

#[derive(Metrics)]
#[metrics(instance_labels(db.pool))]
struct Same {
    #[counter]
    calls: Counter<Call>,
}

#[derive(Metrics)]
struct PlainMetrics {
    #[counter]
    opened: Counter,
}

#[derive(Metrics)]
struct Flattened {
    #[metrics(flatten)]
    without: PoolMetrics,
    #[metrics(flatten, instance("a"))]
    one: PoolMetrics,
    #[metrics(flatten, instance("a", "b"))]
    both: PoolMetrics,
    #[metrics(flatten, instance("a"))]
    plain: PlainMetrics,
}

#[derive(Metrics)]
#[metrics(instance_labels(pool, le, pool, "no key"))]
struct Keys {
    #[counter]
    opened: Counter,
}

#[derive(Metrics)]
#[metrics(instance_labels())]
struct NoKeys {
    #[counter]
    opened: Counter,
}

#[derive(Metrics)]
#[metrics(instance_labels(pool))]
struct NoMetric {
    #[metrics(flatten)]
    plain: PlainMetrics,
}

static METRICS: PoolMetrics = PoolMetrics::new(&["a"]);

fn main() {
    METRICS.register();
}

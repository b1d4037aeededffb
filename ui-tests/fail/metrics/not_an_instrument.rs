//! Fields that are no metrics.
use std::sync::Arc;

use hyperion::{Counter, Gauge, Metrics};

#[derive(Metrics)]
struct UserMetrics {
    #[counter]
    lookups: u64,
    #[counter]
    optional: Option<Counter>,
    #[gauge]
    shared: Arc<Gauge>,
    #[gauge]
    borrowed: &'static Gauge,
    #[metrics(flatten)]
    text: String,
    #[metrics(flatten)]
    hits: Counter,
}

static METRICS: UserMetrics = UserMetrics::new();

fn main() {
    METRICS.register();
}

//! Fields without the attribute that says what they are.
use hyperion::{Counter, Gauge, Histogram, Metrics, UpDownCounter};

#[derive(Metrics)]
struct UserMetrics {
    lookups: Counter,
    /// Open ones.
    open: UpDownCounter<(), f64>,
    share: hyperion::Gauge,
    duration: (Histogram),
    name: String,
}

static METRICS: UserMetrics = UserMetrics::new();

fn main() {
    let _: &Gauge = &METRICS.share;
}

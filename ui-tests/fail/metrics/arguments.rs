use hyperion::{Counter, Gauge, Metrics};

#[derive(Metrics)]
#[metrics(prefx = "user", max_series = "2000", zero = true, max_instances = 3)]
struct UserMetrics {
    #[counter(units = "s")]
    lookups: Counter,
    #[counter(unit = "s", unit = "ms")]
    twice: Counter,
    #[counter(max_series = 0)]
    none: Counter,
    #[counter = "s"]
    text: Counter,
    #[gauge(zero)]
    gauge: Gauge,
    #[counter]
    #[metrics(prefix = "user")]
    prefix: Counter,
    #[metrics(flaten)]
    cache: Counter,
}

#[derive(Metrics)]
#[metrics]
struct Bare {
    #[counter]
    lookups: Counter,
}

fn main() {}

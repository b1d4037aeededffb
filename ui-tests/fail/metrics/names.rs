use hyperion::{Counter, Gauge, Histogram, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "user")]
struct UserMetrics {
    #[counter]
    lookups: Counter,
    #[counter(name = "lookups")]
    again: Counter,
    #[counter(name = "cache.hits")]
    hits: Counter,
    #[gauge]
    cache_hits: Gauge,
    #[counter]
    lookups_total: Counter,
    #[histogram(unit = "s", name = "wait.count")]
    wait: Histogram,
    #[gauge(name = "build.info")]
    build: Gauge,
    #[counter(name = "")]
    empty: Counter,
    #[counter(name = "two words")]
    space: Counter,
    #[counter]
    größe: Counter,
}

#[derive(Metrics)]
struct WithoutPrefix {
    #[counter]
    _open: Counter,
    #[counter(name = "9lives")]
    lives: Counter,
}

fn main() {}

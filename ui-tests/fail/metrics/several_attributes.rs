use hyperion::{Counter, Metrics};

#[derive(Metrics)]
struct UserMetrics {
    #[counter(unit = "{user}")]
    #[gauge]
    lookups: Counter,
    #[counter]
    #[metrics(flatten)]
    hits: Counter,
    #[counter]
    #[metrics(instance("primary"))]
    misses: Counter,
    #[metrics(instance("primary"))]
    cache: Counter,
}

fn main() {}

use hyperion::{Counter, Histogram, Metrics};

#[derive(Metrics)]
struct UserMetrics {
    #[histogram(unit = "seconds")]
    duration: Histogram,
    #[counter(unit = "bytes")]
    read: Counter,
    #[counter(unit = "%")]
    share: Counter,
    #[counter(unit = "users")]
    lookups: Counter,
    #[counter(unit = "")]
    empty: Counter,
    #[counter(unit = "{user")]
    open: Counter,
    #[counter(unit = "user lookups")]
    space: Counter,
    #[counter(unit = "µs")]
    not_ascii: Counter,
    #[counter(unit = s)]
    unquoted: Counter,
}

fn main() {}

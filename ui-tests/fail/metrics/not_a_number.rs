//! Numbers that an instrument does not count in.
use hyperion::{Counter, Gauge, Metrics, UpDownCounter};

#[derive(Metrics)]
struct UserMetrics {
    #[counter]
    lookups: Counter<(), i64>,
    #[up_down_counter]
    open: UpDownCounter<(), u64>,
    #[gauge]
    share: Gauge<(), f32>,
}

fn main() {}

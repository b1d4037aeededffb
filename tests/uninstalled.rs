//! Before anything is installed, an observed call allocates nothing.

#[path = "support/allocations.rs"]
mod allocations;

use allocations::allocations;
use hyperion::{Counter, Gauge, Histogram, LabelSet, Metrics, UpDownCounter, observe};
use std::fmt::Display;

struct Unshown;

impl Display for Unshown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a field was evaluated")
    }
}

#[observe(component = "Idle", fields(n, shown = %Unshown))]
fn call(n: u64) -> Result<u64, std::num::TryFromIntError> {
    u8::try_from(n).map(u64::from)
}

#[observe(component = "Idle", fields(n, shown = %Unshown))]
async fn call_later(n: u64) -> u64 {
    n + 1
}

#[observe(component = "Idle")]
fn call_without_value() {}

#[derive(Metrics)]
#[metrics(prefix = "idle")]
struct IdleMetrics {
    /// Calls.
    #[counter(unit = "{call}")]
    calls: Counter<Kind>,
    /// Calls that run.
    #[up_down_counter(unit = "{call}")]
    running: UpDownCounter,
    /// The last argument.
    #[gauge]
    last: Gauge,
    /// Time of calls.
    #[histogram(unit = "s")]
    times: Histogram,
}

#[derive(LabelSet)]
struct Kind {
    later: bool,
}

static METRICS: IdleMetrics = IdleMetrics::new();

#[test]
fn an_observed_call_allocates_nothing() {
    let count = allocations(|| {
        for n in 0..1000 {
            let _ = call(n);
            call_without_value();
            METRICS.calls.inc(Kind { later: false });
            METRICS.running.inc();
            METRICS.last.set(1.0);
            METRICS.times.record(1.0);
            drop(METRICS.times.time());
            let future = std::pin::pin!(call_later(n));
            let poll = future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
            assert!(poll.is_ready());
        }
    });
    assert_eq!(count, 0);
    assert_eq!(
        allocations(|| drop(Box::new(1))),
        1,
        "allocations are counted"
    );
}

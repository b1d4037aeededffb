//! The instruments of the package `measured`, without labels.

use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use measured::metric::histogram::Thresholds;
use std::hint::black_box;

const BUCKETS: usize = BOUNDS.len();

fn histogram() -> measured::Histogram<BUCKETS> {
    measured::Histogram::with_metadata(Thresholds::with_buckets(BOUNDS))
}

pub(super) struct Counter(measured::Counter);

impl Counter {
    pub(super) fn new() -> Self {
        Self(measured::Counter::new())
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "measured";

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(super) struct Histogram(measured::Histogram<BUCKETS>);

impl Histogram {
    pub(super) fn new() -> Self {
        Self(histogram())
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "measured";

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(super) struct TimedCall(measured::Histogram<BUCKETS>);

impl TimedCall {
    pub(super) fn new() -> Self {
        Self(histogram())
    }
}

impl Instrument for TimedCall {
    const NAME: &'static str = "measured";

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &measured::Histogram<BUCKETS>, tier: &'static str, id: u64) -> u64 {
    let _timer = duration.start_timer();
    look_up(tier, id)
}

//! The instruments of the package `prometheus-client`.

use super::{Instrument, LABELS, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use prometheus_client::metrics::{counter, family::Family, histogram};
use std::hint::black_box;
use std::time::Instant;

type Labels = [(&'static str, &'static str); 2];

pub(super) struct Counter(counter::Counter);

impl Counter {
    pub(super) fn new() -> Self {
        Self(Family::<Labels, counter::Counter>::default().get_or_create_owned(&LABELS))
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "prometheus-client";

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(super) struct LabelledCounter(Family<Labels, counter::Counter>);

impl LabelledCounter {
    pub(super) fn new() -> Self {
        Self(Family::default())
    }
}

impl Instrument for LabelledCounter {
    const NAME: &'static str = "prometheus-client-by-labels";

    fn write(&self, _index: u64) {
        self.0.get_or_create(&black_box(LABELS)).inc_by(1);
    }
}

pub(super) struct Histogram(histogram::Histogram);

impl Histogram {
    pub(super) fn new() -> Self {
        Self(histogram::Histogram::new(BOUNDS))
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "prometheus-client";

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(super) struct TimedCall(histogram::Histogram);

impl TimedCall {
    pub(super) fn new() -> Self {
        Self(histogram::Histogram::new(BOUNDS))
    }
}

impl Instrument for TimedCall {
    const NAME: &'static str = "prometheus-client";

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &histogram::Histogram, tier: &'static str, id: u64) -> u64 {
    let start = Instant::now();
    let output = look_up(tier, id);
    duration.observe(start.elapsed().as_secs_f64());
    output
}

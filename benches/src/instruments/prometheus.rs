//! The instruments of the package `prometheus`.

use super::{Instrument, LABELS, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts};
use std::hint::black_box;

fn counter_vec() -> IntCounterVec {
    IntCounterVec::new(
        Opts::new("lookups", "Users looked up."),
        &LABELS.map(|(key, _)| key),
    )
    .expect("the names are valid")
}

fn histogram() -> prometheus::Histogram {
    let options =
        HistogramOpts::new("lookup_duration", "Time a lookup took.").buckets(BOUNDS.to_vec());
    HistogramVec::new(options, &LABELS.map(|(key, _)| key))
        .expect("the names are valid")
        .with_label_values(&LABELS.map(|(_, value)| value))
}

pub(super) struct Counter(IntCounter);

impl Counter {
    pub(super) fn new() -> Self {
        Self(counter_vec().with_label_values(&LABELS.map(|(_, value)| value)))
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "prometheus";

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(super) struct LabelledCounter(IntCounterVec);

impl LabelledCounter {
    pub(super) fn new() -> Self {
        Self(counter_vec())
    }
}

impl Instrument for LabelledCounter {
    const NAME: &'static str = "prometheus-by-labels";

    fn write(&self, _index: u64) {
        let values = black_box(LABELS.map(|(_, value)| value));
        self.0.with_label_values(&values).inc_by(1);
    }
}

pub(super) struct Histogram(prometheus::Histogram);

impl Histogram {
    pub(super) fn new() -> Self {
        Self(histogram())
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "prometheus";

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(super) struct TimedCall(prometheus::Histogram);

impl TimedCall {
    pub(super) fn new() -> Self {
        Self(histogram())
    }
}

impl Instrument for TimedCall {
    const NAME: &'static str = "prometheus";

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &prometheus::Histogram, tier: &'static str, id: u64) -> u64 {
    let _timer = duration.start_timer();
    look_up(tier, id)
}

//! The instruments of the package `prometheus`.

use super::labels::{Lookup, labels};
use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts};
use std::hint::black_box;

fn counter_vec() -> IntCounterVec {
    IntCounterVec::new(Opts::new("lookups", "Users looked up."), &Lookup::KEYS)
        .expect("the names are valid")
}

fn histogram_vec() -> HistogramVec {
    let options =
        HistogramOpts::new("lookup_duration", "Time a lookup took.").buckets(BOUNDS.to_vec());
    HistogramVec::new(options, &Lookup::KEYS).expect("the names are valid")
}

fn histogram() -> prometheus::Histogram {
    histogram_vec().with_label_values(&labels().values())
}

pub(crate) struct Counter(IntCounter);

impl Instrument for Counter {
    const NAME: &'static str = "prometheus";

    fn install() -> Self {
        Self(counter_vec().with_label_values(&labels().values()))
    }

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(crate) struct LabelledCounter(IntCounterVec);

impl Instrument for LabelledCounter {
    const NAME: &'static str = "prometheus, labels";

    fn install() -> Self {
        Self(counter_vec())
    }

    fn write(&self, _index: u64) {
        self.0
            .with_label_values(&labels().values())
            .inc_by(black_box(1));
    }
}

pub(crate) struct Histogram(prometheus::Histogram);

impl Instrument for Histogram {
    const NAME: &'static str = "prometheus";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(crate) struct LabelledHistogram(HistogramVec);

impl Instrument for LabelledHistogram {
    const NAME: &'static str = "prometheus, labels";

    fn install() -> Self {
        Self(histogram_vec())
    }

    fn write(&self, index: u64) {
        self.0
            .with_label_values(&labels().values())
            .observe(seconds(index));
    }
}

pub(crate) struct TimedCall(prometheus::Histogram);

impl Instrument for TimedCall {
    const NAME: &'static str = "prometheus";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &prometheus::Histogram, tier: &'static str, id: u64) -> u64 {
    let _timer = duration.start_timer();
    look_up(tier, id)
}

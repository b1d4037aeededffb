//! The instruments of the package `measured`, without labels and with them.

use super::labels::{Method, Outcome, labels};
use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use measured::label::StaticLabelSet;
use measured::metric::histogram::Thresholds;
use measured::{CounterVec, HistogramVec};
use std::hint::black_box;

const BUCKETS: usize = BOUNDS.len();

/// The same labels; its derive and that of hyperion have an attribute of the same name.
#[derive(Clone, Copy, measured::LabelGroup)]
#[label(set = LookupSet)]
struct Lookup {
    method: Method,
    outcome: Outcome,
}

impl Lookup {
    #[inline]
    fn new() -> Self {
        let super::labels::Lookup { method, outcome } = labels();
        Self { method, outcome }
    }
}

fn set() -> LookupSet {
    LookupSet {
        method: StaticLabelSet::new(),
        outcome: StaticLabelSet::new(),
    }
}

fn thresholds() -> Thresholds<BUCKETS> {
    Thresholds::with_buckets(BOUNDS)
}

fn histogram() -> measured::Histogram<BUCKETS> {
    measured::Histogram::with_metadata(thresholds())
}

pub(crate) struct Counter(measured::Counter);

impl Instrument for Counter {
    const NAME: &'static str = "measured";

    fn install() -> Self {
        Self(measured::Counter::new())
    }

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(crate) struct LabelledCounter(CounterVec<LookupSet>);

impl Instrument for LabelledCounter {
    const NAME: &'static str = "measured, labels";

    fn install() -> Self {
        Self(CounterVec::with_label_set(set()))
    }

    fn write(&self, _index: u64) {
        self.0.inc_by(Lookup::new(), black_box(1));
    }
}

pub(crate) struct LabelledHistogram(HistogramVec<LookupSet, BUCKETS>);

impl Instrument for LabelledHistogram {
    const NAME: &'static str = "measured, labels";

    fn install() -> Self {
        Self(HistogramVec::with_label_set_and_metadata(
            set(),
            thresholds(),
        ))
    }

    fn write(&self, index: u64) {
        self.0.observe(Lookup::new(), seconds(index));
    }
}

pub(crate) struct Histogram(measured::Histogram<BUCKETS>);

impl Instrument for Histogram {
    const NAME: &'static str = "measured";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(crate) struct TimedCall(measured::Histogram<BUCKETS>);

impl Instrument for TimedCall {
    const NAME: &'static str = "measured";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &measured::Histogram<BUCKETS>, tier: &'static str, id: u64) -> u64 {
    let _timer = duration.start_timer();
    look_up(tier, id)
}

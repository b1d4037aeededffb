//! The instruments of the package `metrics`, kept by oxtel's recorder.

use super::labels::labels;
use super::{Instrument, seconds};
use crate::peers::install_oxtel;
use crate::work::{TIER, look_up};
use std::hint::black_box;
use std::time::Instant;

/// The name of every histogram, which has the bounds of the others.
pub(crate) const HISTOGRAM: &str = "lookup.duration";

fn histogram() -> metrics::Histogram {
    install_oxtel();
    metrics::histogram!(HISTOGRAM, "method" => "get", "outcome" => "ok")
}

pub(crate) struct Counter(metrics::Counter);

impl Instrument for Counter {
    const NAME: &'static str = "oxtel";

    fn install() -> Self {
        install_oxtel();
        Self(metrics::counter!("lookups", "method" => "get", "outcome" => "ok"))
    }

    fn write(&self, _index: u64) {
        self.0.increment(black_box(1));
    }
}

pub(crate) struct LabelledCounter;

impl Instrument for LabelledCounter {
    const NAME: &'static str = "oxtel, labels";

    fn install() -> Self {
        install_oxtel();
        Self
    }

    fn write(&self, _index: u64) {
        super::metrics::count_by_labels(labels());
    }
}

pub(crate) struct Histogram(metrics::Histogram);

impl Instrument for Histogram {
    const NAME: &'static str = "oxtel";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        self.0.record(seconds(index));
    }
}

pub(crate) struct TimedCall(metrics::Histogram);

impl Instrument for TimedCall {
    const NAME: &'static str = "oxtel";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        black_box(call(&self.0, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &metrics::Histogram, tier: &'static str, id: u64) -> u64 {
    let start = Instant::now();
    let output = look_up(tier, id);
    duration.record(start.elapsed().as_secs_f64());
    output
}

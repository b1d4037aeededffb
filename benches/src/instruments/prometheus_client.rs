//! The instruments of the package `prometheus-client`.

use super::labels::{Lookup, labels};
use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use prometheus_client::metrics::{counter, family::Family, histogram};
use std::hint::black_box;
use std::time::Instant;

type HistogramFamily = Family<Lookup, histogram::Histogram, fn() -> histogram::Histogram>;

fn histogram() -> histogram::Histogram {
    histogram::Histogram::new(BOUNDS)
}

pub(crate) struct Counter(counter::Counter);

impl Instrument for Counter {
    const NAME: &'static str = "prometheus-client";

    fn install() -> Self {
        Self(Family::<Lookup, counter::Counter>::default().get_or_create_owned(&labels()))
    }

    fn write(&self, _index: u64) {
        self.0.inc_by(black_box(1));
    }
}

pub(crate) struct LabelledCounter(Family<Lookup, counter::Counter>);

impl Instrument for LabelledCounter {
    const NAME: &'static str = "prometheus-client, labels";

    fn install() -> Self {
        Self(Family::default())
    }

    fn write(&self, _index: u64) {
        self.0.get_or_create(&labels()).inc_by(black_box(1));
    }
}

pub(crate) struct Histogram(histogram::Histogram);

impl Instrument for Histogram {
    const NAME: &'static str = "prometheus-client";

    fn install() -> Self {
        Self(histogram())
    }

    fn write(&self, index: u64) {
        self.0.observe(seconds(index));
    }
}

pub(crate) struct LabelledHistogram(HistogramFamily);

impl Instrument for LabelledHistogram {
    const NAME: &'static str = "prometheus-client, labels";

    fn install() -> Self {
        Self(HistogramFamily::new_with_constructor(histogram))
    }

    fn write(&self, index: u64) {
        self.0.get_or_create(&labels()).observe(seconds(index));
    }
}

pub(crate) struct TimedCall(histogram::Histogram);

impl Instrument for TimedCall {
    const NAME: &'static str = "prometheus-client";

    fn install() -> Self {
        Self(histogram())
    }

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

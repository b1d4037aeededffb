//! The instruments of the OpenTelemetry SDK, bound to their attributes and not.

use super::labels::{Lookup, labels};
use super::{Instrument, seconds};
use crate::discard::Discard;
use crate::work::{BOUNDS, TIER, look_up};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{self, MeterProvider};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use std::hint::black_box;
use std::time::Instant;

/// A provider that is collected at the default interval.
pub(crate) fn meter_provider() -> SdkMeterProvider {
    SdkMeterProvider::builder()
        .with_reader(PeriodicReader::builder(Discard).build())
        .build()
}

fn attributes() -> [KeyValue; 2] {
    let [method, outcome] = Lookup::KEYS;
    let values = labels().values();
    [
        KeyValue::new(method, values[0]),
        KeyValue::new(outcome, values[1]),
    ]
}

fn counter(provider: &SdkMeterProvider) -> metrics::Counter<u64> {
    provider.meter("benches").u64_counter("lookups").build()
}

fn unbound_histogram(provider: &SdkMeterProvider) -> metrics::Histogram<f64> {
    provider
        .meter("benches")
        .f64_histogram("lookup.duration")
        .with_boundaries(BOUNDS.to_vec())
        .build()
}

/// A histogram that is bound to its attributes, as long as the provider lives.
pub(crate) fn histogram(provider: &SdkMeterProvider) -> metrics::BoundHistogram<f64> {
    unbound_histogram(provider).bind(&attributes())
}

pub(crate) struct BoundCounter {
    counter: metrics::BoundCounter<u64>,
    _provider: SdkMeterProvider,
}

impl Instrument for BoundCounter {
    const NAME: &'static str = "opentelemetry";

    fn install() -> Self {
        let provider = meter_provider();
        Self {
            counter: counter(&provider).bind(&attributes()),
            _provider: provider,
        }
    }

    fn write(&self, _index: u64) {
        self.counter.add(black_box(1));
    }
}

pub(crate) struct Counter {
    counter: metrics::Counter<u64>,
    _provider: SdkMeterProvider,
}

impl Instrument for Counter {
    const NAME: &'static str = "opentelemetry, labels";

    fn install() -> Self {
        let provider = meter_provider();
        Self {
            counter: counter(&provider),
            _provider: provider,
        }
    }

    fn write(&self, _index: u64) {
        self.counter.add(black_box(1), &attributes());
    }
}

pub(crate) struct BoundHistogram {
    histogram: metrics::BoundHistogram<f64>,
    _provider: SdkMeterProvider,
}

impl Instrument for BoundHistogram {
    const NAME: &'static str = "opentelemetry";

    fn install() -> Self {
        let provider = meter_provider();
        Self {
            histogram: histogram(&provider),
            _provider: provider,
        }
    }

    fn write(&self, index: u64) {
        self.histogram.record(seconds(index));
    }
}

pub(crate) struct Histogram {
    histogram: metrics::Histogram<f64>,
    _provider: SdkMeterProvider,
}

impl Instrument for Histogram {
    const NAME: &'static str = "opentelemetry, labels";

    fn install() -> Self {
        let provider = meter_provider();
        Self {
            histogram: unbound_histogram(&provider),
            _provider: provider,
        }
    }

    fn write(&self, index: u64) {
        self.histogram.record(seconds(index), &attributes());
    }
}

pub(crate) struct TimedCall(BoundHistogram);

impl Instrument for TimedCall {
    const NAME: &'static str = "opentelemetry";

    fn install() -> Self {
        Self(BoundHistogram::install())
    }

    fn write(&self, index: u64) {
        black_box(call(&self.0.histogram, TIER, index));
    }
}

#[inline(never)]
fn call(duration: &metrics::BoundHistogram<f64>, tier: &'static str, id: u64) -> u64 {
    let start = Instant::now();
    let output = look_up(tier, id);
    duration.record(start.elapsed().as_secs_f64());
    output
}

//! The instruments of the OpenTelemetry SDK, bound to their attributes and not.

use super::{Instrument, LABELS, seconds};
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
    LABELS.map(|(key, value)| KeyValue::new(key, value))
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

pub(super) struct BoundCounter {
    counter: metrics::BoundCounter<u64>,
    _provider: SdkMeterProvider,
}

impl BoundCounter {
    pub(super) fn new() -> Self {
        let provider = meter_provider();
        Self {
            counter: counter(&provider).bind(&attributes()),
            _provider: provider,
        }
    }
}

impl Instrument for BoundCounter {
    const NAME: &'static str = "opentelemetry-bound";

    fn write(&self, _index: u64) {
        self.counter.add(black_box(1));
    }
}

pub(super) struct Counter {
    counter: metrics::Counter<u64>,
    _provider: SdkMeterProvider,
}

impl Counter {
    pub(super) fn new() -> Self {
        let provider = meter_provider();
        Self {
            counter: counter(&provider),
            _provider: provider,
        }
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "opentelemetry";

    fn write(&self, _index: u64) {
        self.counter.add(1, &black_box(attributes()));
    }
}

pub(super) struct BoundHistogram {
    histogram: metrics::BoundHistogram<f64>,
    _provider: SdkMeterProvider,
}

impl BoundHistogram {
    pub(super) fn new() -> Self {
        let provider = meter_provider();
        Self {
            histogram: histogram(&provider),
            _provider: provider,
        }
    }
}

impl Instrument for BoundHistogram {
    const NAME: &'static str = "opentelemetry-bound";

    fn write(&self, index: u64) {
        self.histogram.record(seconds(index));
    }
}

pub(super) struct Histogram {
    histogram: metrics::Histogram<f64>,
    _provider: SdkMeterProvider,
}

impl Histogram {
    pub(super) fn new() -> Self {
        let provider = meter_provider();
        Self {
            histogram: unbound_histogram(&provider),
            _provider: provider,
        }
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "opentelemetry";

    fn write(&self, index: u64) {
        self.histogram
            .record(seconds(index), &black_box(attributes()));
    }
}

pub(super) struct TimedCall(BoundHistogram);

impl TimedCall {
    pub(super) fn new() -> Self {
        Self(BoundHistogram::new())
    }
}

impl Instrument for TimedCall {
    const NAME: &'static str = "opentelemetry-bound";

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

//! One counter, one histogram and one timed call, kept by each of the libraries that are compared.
//!
//! A series of a library whose instruments have labels is looked up once and kept, because that is the fastest way to
//! use it; what a look-up at every call costs stands beside it.

mod floor;
mod hyperion;
mod measured;
mod metrics;
mod opentelemetry;
mod plain;
mod prometheus;
mod prometheus_client;

pub(crate) use self::opentelemetry::{histogram as opentelemetry_histogram, meter_provider};

/// The labels of the series that is written to.
const LABELS: [(&str, &str); 2] = [("method", "get"), ("outcome", "ok")];

/// Something that is written to from any thread.
pub trait Instrument: Sync {
    /// Its name in tables.
    const NAME: &'static str;

    /// Writes once; `index` tells one write from the next.
    fn write(&self, index: u64);
}

/// A use for each instrument of a kind.
pub trait Visitor {
    /// Called once a library. An instrument that needs its library installed holds the installation.
    fn visit<I: Instrument>(&mut self, instrument: I);
}

/// Shows `visitor` a counter of each library.
pub fn counters(visitor: &mut impl Visitor) {
    visitor.visit(floor::Counter);
    visitor.visit(hyperion::Counter::install());
    visitor.visit(prometheus::Counter::new());
    visitor.visit(prometheus::LabelledCounter::new());
    visitor.visit(prometheus_client::Counter::new());
    visitor.visit(prometheus_client::LabelledCounter::new());
    visitor.visit(opentelemetry::BoundCounter::new());
    visitor.visit(opentelemetry::Counter::new());
    visitor.visit(measured::Counter::new());
    visitor.visit(metrics::Counter::install());
}

/// Shows `visitor` a histogram of each library.
pub fn histograms(visitor: &mut impl Visitor) {
    visitor.visit(floor::Histogram);
    visitor.visit(hyperion::Histogram::install());
    visitor.visit(prometheus::Histogram::new());
    visitor.visit(prometheus_client::Histogram::new());
    visitor.visit(opentelemetry::BoundHistogram::new());
    visitor.visit(opentelemetry::Histogram::new());
    visitor.visit(measured::Histogram::new());
}

/// Shows `visitor` a counter that links what is added to the current span. No other library has one.
pub fn counter_in_span(visitor: &mut impl Visitor) {
    visitor.visit(hyperion::Counter::install_with_spans());
}

/// Shows `visitor` a histogram that links what is recorded to the current span.
pub fn histogram_in_span(visitor: &mut impl Visitor) {
    visitor.visit(hyperion::Histogram::install_with_spans());
}

/// Shows `visitor` a call that each library measures the duration of, and nothing else.
pub fn timed_calls(visitor: &mut impl Visitor) {
    visitor.visit(plain::Call);
    visitor.visit(floor::TimedCall);
    visitor.visit(hyperion::TimedCall::install());
    visitor.visit(prometheus::TimedCall::new());
    visitor.visit(prometheus_client::TimedCall::new());
    visitor.visit(opentelemetry::TimedCall::new());
    visitor.visit(measured::TimedCall::new());
}

/// Returns a time for a histogram, in seconds: most fall in the lower buckets, in an order that no branch predictor
/// learns at once.
#[inline]
fn seconds(index: u64) -> f64 {
    const VALUES: [f64; 16] = [
        0.003, 0.012, 0.004, 0.08, 0.002, 0.007, 0.3, 0.001, 0.02, 0.004, 0.06, 0.9, 0.003, 0.006,
        0.03, 3.0,
    ];
    VALUES[(index % 16) as usize]
}

//! One counter, one histogram and one timed call, kept by each of the libraries that are compared.
//!
//! A library whose instruments have labels has two of them: one whose series is looked up once and kept, because that is
//! the fastest way to use it, and one that is given the labels at every write. hyperion, the floor and `plain` always make
//! the labels.

pub(crate) mod autometrics;
pub(crate) mod floor;
pub(crate) mod hyperion;
mod labels;
pub(crate) mod measured;
pub(crate) mod metrics;
pub(crate) mod opentelemetry;
pub(crate) mod oxtel;
pub(crate) mod plain;
pub(crate) mod prometheus;
pub(crate) mod prometheus_client;

pub(crate) use self::floor::record as floor_histogram;
pub(crate) use self::opentelemetry::{histogram as opentelemetry_histogram, meter_provider};
pub(crate) use self::oxtel::HISTOGRAM as OXTEL_HISTOGRAM;

/// Something that is written to from any thread.
pub trait Instrument: Sync + Sized + 'static {
    /// Its name in tables.
    const NAME: &'static str;

    /// Installs the library where it has to be, which it is as long as this lives.
    fn install() -> Self;

    /// Writes once; `index` tells one write from the next.
    fn write(&self, index: u64);
}

/// A use for each instrument of a kind.
pub trait Visitor {
    /// Called once a library. An instrument that needs its library installed holds the installation.
    fn visit<I: Instrument>(&mut self, instrument: I);
}

/// Shows `visitor` the counter of hyperion.
pub fn counters(visitor: &mut impl Visitor) {
    visitor.visit(hyperion::Counter::install());
}

/// Shows `visitor` the histogram of hyperion.
pub fn histograms(visitor: &mut impl Visitor) {
    visitor.visit(hyperion::Histogram::install());
}

/// Shows `visitor` a call that hyperion measures the duration of, and nothing else.
pub fn timed_calls(visitor: &mut impl Visitor) {
    visitor.visit(hyperion::TimedCall::install());
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

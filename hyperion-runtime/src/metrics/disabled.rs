//! Instruments of a program built without `otel`: nothing is left of them.

mod label;

pub use label::Label;

/// Counts things that happen; not in this build, which lacks the feature `otel`.
#[derive(Debug)]
pub struct Counter(());

impl Counter {
    /// Keeps nothing.
    pub const fn new(_name: &'static str, _unit: &'static str, _description: &'static str) -> Self {
        Self(())
    }

    /// Adds nothing.
    #[inline(always)]
    pub fn add(&self, _value: u64) {}
}

/// Records how values are distributed; not in this build, which lacks the feature `otel`.
#[derive(Debug)]
pub struct Histogram(());

impl Histogram {
    /// Keeps nothing.
    pub const fn new(
        _name: &'static str,
        _unit: &'static str,
        _description: &'static str,
        _bounds: &'static [f64],
    ) -> Self {
        Self(())
    }

    /// Records nothing.
    #[inline(always)]
    pub fn record(&self, _value: f64) {}
}

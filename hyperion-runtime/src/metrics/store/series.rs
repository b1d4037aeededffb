//! Metrics on their way to the first measurement.

use super::definition::Definition;
use super::registry::registry;
use super::series_store::SeriesStore;
use crate::metrics::exemplars::InSpan;
use crate::state;
use std::sync::OnceLock;

/// The series of a metric, from its first measurement on.
#[derive(Debug)]
pub(crate) struct Series(OnceLock<&'static SeriesStore>);

impl Series {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Adds to an up-down counter.
    #[inline]
    pub(crate) fn add_signed(&self, value: i64, define: impl FnOnce() -> Definition) {
        self.store(|| registry().add(define())).add_i64(0, value);
    }

    /// Records a value in a histogram: in the series `index`, made in the span `span`.
    #[inline]
    pub(crate) fn record(
        &self,
        index: usize,
        value: f64,
        span: &InSpan,
        define: impl FnOnce() -> Definition,
    ) {
        self.store(|| registry().add(define()))
            .record(index, value, span, state::load());
    }

    /// The store that counts them, which `register` gives at the first touch.
    #[inline]
    pub(crate) fn store(
        &self,
        register: impl FnOnce() -> &'static SeriesStore,
    ) -> &'static SeriesStore {
        self.0.get_or_init(register)
    }
}

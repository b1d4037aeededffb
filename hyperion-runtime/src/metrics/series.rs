//! Metrics that observed calls feed.

use super::exemplars::InSpan;
use super::live::{Definition, Live};
use super::registry::registry;
use crate::state;
use std::sync::OnceLock;

/// A metric of a call site, from its first measurement on.
#[derive(Debug)]
pub(crate) struct Series(OnceLock<&'static Live>);

impl Series {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Adds to an up-down counter.
    #[inline]
    pub(crate) fn add_signed(&self, value: i64, define: impl FnOnce() -> Definition) {
        self.metric(define).add_i64(0, value);
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
        self.metric(define)
            .record(index, value, span, state::load());
    }

    #[inline]
    fn metric(&self, define: impl FnOnce() -> Definition) -> &'static Live {
        match self.0.get() {
            Some(metric) => metric,
            None => self.touch(define),
        }
    }

    #[cold]
    fn touch(&self, define: impl FnOnce() -> Definition) -> &'static Live {
        self.0.get_or_init(|| registry().add(define()))
    }
}

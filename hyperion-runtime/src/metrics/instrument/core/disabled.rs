//! Instruments in a build without `otel`: they keep nothing.

use crate::metrics::Number;
use crate::metrics::declare::{Declaration, Group, Instance};
use std::fmt;
use std::time::Duration;

/// An instrument that keeps nothing.
#[derive(Debug)]
pub(crate) struct Core(());

#[expect(clippy::unused_self, reason = "the signatures of a build with `otel`")]
impl Core {
    pub(crate) const fn new(_declaration: &'static Declaration, _instance: Instance) -> Self {
        Self(())
    }

    #[inline(always)]
    pub(crate) fn instance(&self) -> Instance {
        &[]
    }

    #[inline(always)]
    pub(crate) fn is_on(&self) -> bool {
        false
    }

    #[inline(always)]
    pub(crate) fn add<T: Number>(
        &self,
        _value: T,
        _cardinality: usize,
        _index: impl FnOnce() -> usize,
    ) {
    }

    #[inline(always)]
    pub(crate) fn set<T: Number>(&self, _value: T, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(crate) fn record(&self, _value: f64, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(crate) fn start(&self, _index: impl FnOnce() -> usize) -> Stopwatch {
        Stopwatch(())
    }

    #[inline(always)]
    pub(crate) fn stop(&self, _stopwatch: Stopwatch) -> Duration {
        Duration::ZERO
    }

    #[inline(always)]
    pub(crate) fn observe<T: Number>(
        &self,
        _index: usize,
        _callback: impl Fn() -> T + Send + Sync + 'static,
    ) -> Observation {
        Observation(())
    }

    pub(crate) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name).finish_non_exhaustive()
    }
}

/// No clock is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(());

/// A callback that is never asked: this build lacks the feature `otel`.
#[derive(Debug)]
#[must_use = "the callback is not asked any more when this is dropped; `forever` keeps it for the rest of the program"]
pub struct Observation(());

impl Observation {
    /// Keeps nothing.
    #[inline(always)]
    pub fn forever(self) {}
}

#[inline(always)]
pub(crate) fn register(_group: &'static Group, _instance: Instance) {}

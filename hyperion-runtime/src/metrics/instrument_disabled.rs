//! What is left of an instrument in a build without `otel`: nothing.

use super::declaration::{Declaration, Group, Instance};
use super::number::Number;
use std::fmt;
use std::time::Duration;

/// An instrument that keeps nothing.
#[derive(Debug)]
pub struct Core(());

#[expect(clippy::unused_self, reason = "the signatures of a build with `otel`")]
impl Core {
    pub(super) const fn new(_declaration: &'static Declaration, _instance: Instance) -> Self {
        Self(())
    }

    #[inline(always)]
    pub(super) fn instance(&self) -> Instance {
        &[]
    }

    #[inline(always)]
    pub(super) fn is_on(&self) -> bool {
        false
    }

    #[inline(always)]
    pub(super) fn add_u64(&self, _value: u64, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(super) fn add_i64(&self, _value: i64, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(super) fn add_f64(&self, _value: f64, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(super) fn set<T: Number>(&self, _value: T, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(super) fn record(&self, _value: f64, _index: impl FnOnce() -> usize) {}

    #[inline(always)]
    pub(super) fn start(&self) -> Stopwatch {
        Stopwatch(())
    }

    #[inline(always)]
    pub(super) fn stop(&self, _stopwatch: &mut Stopwatch, _index: usize) -> Duration {
        Duration::ZERO
    }

    #[inline(always)]
    pub(super) fn observe<T: Number>(
        &self,
        _index: usize,
        _callback: impl Fn() -> T + Send + Sync + 'static,
    ) -> Observation {
        Observation(())
    }

    pub(super) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name).finish_non_exhaustive()
    }
}

/// No clock is read.
#[derive(Debug)]
pub(super) struct Stopwatch(());

#[expect(clippy::unused_self, reason = "the signatures of a build with `otel`")]
impl Stopwatch {
    #[inline(always)]
    pub(super) fn runs(&self) -> bool {
        false
    }

    #[inline(always)]
    pub(super) fn forget(&mut self) {}
}

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
pub(super) fn register(_group: &'static Group, _instance: Instance) {}

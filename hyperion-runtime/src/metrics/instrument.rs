//! What every instrument is underneath: a declaration and, once it was touched, a metric.

use super::declaration::{Declaration, Group, Instance};
use super::exemplars::InSpan;
use super::live::Live;
use super::number::Number;
use super::registry::registry;
use crate::state;
use crate::trace::clock::Ticks;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

pub use super::observed::Observation;

/// An instrument, whatever its kind.
#[derive(Debug)]
pub struct Core {
    declaration: &'static Declaration,
    instance: Instance,
    metric: OnceLock<&'static Live>,
}

impl Core {
    pub(super) const fn new(declaration: &'static Declaration, instance: Instance) -> Self {
        Self {
            declaration,
            instance,
            metric: OnceLock::new(),
        }
    }

    /// Which instance of its struct it belongs to.
    #[inline]
    pub(super) fn instance(&self) -> Instance {
        self.instance
    }

    /// Whether metrics are recorded.
    #[inline]
    #[expect(clippy::unused_self, reason = "it is asked of an instrument")]
    pub(super) fn is_on(&self) -> bool {
        state::load() & state::METRICS != 0
    }

    #[inline]
    fn metric(&self) -> &'static Live {
        match self.metric.get() {
            Some(metric) => metric,
            None => self.touch(),
        }
    }

    #[cold]
    fn touch(&self) -> &'static Live {
        self.metric
            .get_or_init(|| registry().declared(self.declaration, self.instance))
    }

    #[inline]
    pub(super) fn add_u64(&self, value: u64, index: impl FnOnce() -> usize) {
        let state = state::load();
        if state & state::METRICS != 0 {
            self.metric().add_u64(index(), value, state);
        }
    }

    #[inline]
    pub(super) fn add_i64(&self, value: i64, index: impl FnOnce() -> usize) {
        if self.is_on() {
            self.metric().add_i64(index(), value);
        }
    }

    #[inline]
    pub(super) fn add_f64(&self, value: f64, index: impl FnOnce() -> usize) {
        let state = state::load();
        if state & state::METRICS != 0 {
            self.metric().add_f64(index(), value, state);
        }
    }

    #[inline]
    pub(super) fn set<T: Number>(&self, value: T, index: impl FnOnce() -> usize) {
        if self.is_on() {
            self.metric().set(index(), value.bits());
        }
    }

    #[inline]
    pub(super) fn record(&self, value: f64, index: impl FnOnce() -> usize) {
        let state = state::load();
        if state & state::METRICS != 0 {
            self.metric()
                .record(index(), value, &InSpan::Current, state);
        }
    }

    #[inline]
    pub(super) fn start(&self) -> Stopwatch {
        Stopwatch(self.is_on().then(Ticks::now))
    }

    /// Records the time since the start, unless that was done, and tells it.
    #[inline]
    pub(super) fn stop(&self, stopwatch: &mut Stopwatch, index: usize) -> Duration {
        let Some(start) = stopwatch.0.take() else {
            return Duration::ZERO;
        };
        let seconds = Ticks::now().seconds_since(start);
        let (metric, state) = (self.metric(), state::load());
        if state & state::METRICS != 0 {
            metric.record(index, metric.in_unit(seconds), &InSpan::Current, state);
        }
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    pub(super) fn observe<T: Number>(
        &self,
        index: usize,
        callback: impl Fn() -> T + Send + Sync + 'static,
    ) -> Observation {
        Observation::new(self.metric(), index, move || callback().bits())
    }

    pub(super) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("name", &self.declaration.name)
            .finish_non_exhaustive()
    }
}

/// When something started, if metrics were recorded then.
#[derive(Debug)]
pub(super) struct Stopwatch(Option<Ticks>);

impl Stopwatch {
    #[inline]
    pub(super) fn runs(&self) -> bool {
        self.0.is_some()
    }

    #[inline]
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}

/// Has the metrics of a struct exported before one of them is touched.
pub(super) fn register(group: &'static Group, instance: Instance) {
    registry().group(group, instance);
}

//! An instrument of any kind: a declaration and, once it was touched, its metric.

use crate::metrics::Number;
use crate::metrics::declare::{Declaration, Group, Instance, NumberType};
use crate::metrics::exemplars::InSpan;
use crate::metrics::store::{Entry, Series, SeriesStore, registry};
use crate::state;
use crate::trace::clock::Ticks;
use std::fmt;
use std::time::Duration;

pub use crate::metrics::store::Observation;

/// An instrument, whatever its kind.
#[derive(Debug)]
pub(crate) struct Core {
    declaration: &'static Declaration,
    instance: Instance,
    series: Series,
}

impl Core {
    pub(crate) const fn new(declaration: &'static Declaration, instance: Instance) -> Self {
        Self {
            declaration,
            instance,
            series: Series::new(),
        }
    }

    /// The instance of its struct that it belongs to.
    #[inline]
    pub(crate) fn instance(&self) -> Instance {
        self.instance
    }

    /// Returns true if metrics are recorded.
    #[inline]
    #[expect(clippy::unused_self, reason = "it is asked of an instrument")]
    pub(crate) fn is_on(&self) -> bool {
        state::load() & state::METRICS != 0
    }

    #[inline]
    fn store(&self) -> &'static SeriesStore {
        self.series
            .store(|| registry().declared(self.declaration, self.instance))
    }

    /// Adds to a sum, which falls only if the number is signed. The index is one of `cardinality`.
    #[inline]
    pub(crate) fn add<T: Number>(
        &self,
        value: T,
        cardinality: usize,
        index: impl FnOnce() -> usize,
    ) {
        if !matches!(T::TYPE, NumberType::U64) {
            if self.is_on() {
                self.add_in_store(T::TYPE, index(), value.bits());
            }
        } else if let Some(page) = self.series.only_page(cardinality) {
            self.add_on_page(page, index(), value.bits());
        } else if self.is_on() {
            self.add_u64(index(), value.bits());
        }
    }

    #[inline]
    fn add_on_page(&self, page: &Entry, index: usize, value: u64) {
        if !page.add(index, value) {
            self.add_in_store(NumberType::U64, index, value);
        }
    }

    #[inline(never)]
    fn add_u64(&self, index: usize, value: u64) {
        if !self.series.add(index, value) {
            self.add_in_store(NumberType::U64, index, value);
        }
    }

    #[inline(never)]
    fn add_in_store(&self, number: NumberType, index: usize, bits: u64) {
        let (store, state) = (self.store(), state::load());
        match number {
            NumberType::U64 => store.add_u64(index, bits, state),
            NumberType::I64 => store.add_i64(index, bits.cast_signed()),
            NumberType::F64 => store.add_f64(index, f64::from_bits(bits), state),
        }
    }

    #[inline]
    pub(crate) fn set<T: Number>(&self, value: T, index: impl FnOnce() -> usize) {
        if self.is_on() {
            self.store().set(index(), value.bits());
        }
    }

    #[inline]
    pub(crate) fn record(&self, value: f64, index: impl FnOnce() -> usize) {
        if state::gate() == 0 {
            let index = index();
            if !self.series.count(index, value) {
                self.record_in_store(index, value);
            }
        } else if self.is_on() {
            self.record_f64(index(), value);
        }
    }

    #[inline(never)]
    fn record_f64(&self, index: usize, value: f64) {
        if !self.series.record(index, value, &InSpan::Current) {
            self.record_in_store(index, value);
        }
    }

    #[inline(never)]
    fn record_in_store(&self, index: usize, value: f64) {
        self.store()
            .record(index, value, &InSpan::Current, state::load());
    }

    #[inline]
    pub(crate) fn start(&self, index: impl FnOnce() -> usize) -> Stopwatch {
        Stopwatch(self.is_on().then(|| (Ticks::now(), index())))
    }

    /// Records the time since the start in the series of the stopwatch, and returns it.
    #[inline]
    pub(crate) fn stop(&self, Stopwatch(start): Stopwatch) -> Duration {
        let Some((start, index)) = start else {
            return Duration::ZERO;
        };
        let seconds = Ticks::now().seconds_since(start);
        if self.is_on() {
            let value = self.store().in_unit(seconds);
            self.record(value, || index);
        }
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    pub(crate) fn observe<T: Number>(
        &self,
        index: usize,
        callback: impl Fn() -> T + Send + Sync + 'static,
    ) -> Observation {
        Observation::new(self.store(), index, move || callback().bits())
    }

    pub(crate) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("name", &self.declaration.name)
            .finish_non_exhaustive()
    }
}

/// The start of something and its series, if metrics were recorded then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Option<(Ticks, usize)>);

/// Has the metrics of a struct exported before one of them is touched.
pub(crate) fn register(group: &'static Group, instance: Instance) {
    registry().group(group, instance);
}

//! Distributions.

use super::core::{Core, Stopwatch};
use super::methods::{instrument, instrument_items};
use crate::metrics::declare::{Instrument, InstrumentKind};
use crate::metrics::label_set::{LabelSet, Labelled, index_of};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::time::Duration;

/// Records how values are distributed over buckets, for each combination of its labels `L`.
///
/// ```
/// use hyperion::{Histogram, Metrics};
///
/// #[derive(Metrics)]
/// struct OrderMetrics {
///     /// Time it took to pack an order.
///     #[histogram(unit = "s", buckets = [60.0, 300.0, 900.0])]
///     packing: Histogram,
/// }
///
/// static METRICS: OrderMetrics = OrderMetrics::new();
///
/// METRICS.packing.record(75.0);
/// {
///     let _timer = METRICS.packing.time();
///     // ..
/// }
/// ```
///
/// A value belongs to the first bucket whose upper bound is not less. Values that are negative, infinite or not a number are
/// left out and counted in `hyperion.measurements.dropped`, and so is one that would take the sum out of the range of `f64`.
pub struct Histogram<L = ()> {
    core: Core,
    types: PhantomData<fn(L)>,
}

instrument!(Histogram<L>);

impl<L: Labelled> Instrument for Histogram<L> {
    instrument_items!(InstrumentKind::Histogram);
}

impl Histogram {
    /// Records `value`.
    #[inline]
    pub fn record(&self, value: f64) {
        self.core.record(value, || 0);
    }

    /// Records many values.
    #[inline]
    pub fn record_batch(&self, batch: impl IntoIterator<Item = f64>) {
        if self.core.is_on() {
            batch.into_iter().for_each(|value| self.record(value));
        }
    }

    /// Takes the time until the [`Timer`] is dropped, and records it in the unit of the histogram: seconds, or what else of
    /// `ms`, `us` and `ns` it is.
    #[inline]
    #[must_use = "the time is recorded when the timer is dropped, so that one that is not kept records nothing"]
    pub fn time(&self) -> Timer<'_> {
        Timer::start(&self.core, || 0)
    }

    /// Takes the time that `future` takes from its first poll to its end, also when it is dropped before that.
    #[expect(
        clippy::manual_async_fn,
        reason = "the future is sent to other threads if the given one can be"
    )]
    pub fn time_async<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        async move {
            let _timer = self.time();
            future.await
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "labels are passed alike everywhere"
)]
impl<L: LabelSet> Histogram<L> {
    /// Records `value` in the series of `labels`.
    #[inline]
    pub fn record(&self, value: f64, labels: L) {
        self.core.record(value, || index_of(&labels));
    }

    /// Records many values, each in the series of its labels.
    #[inline]
    pub fn record_batch(&self, batch: impl IntoIterator<Item = (f64, L)>) {
        if self.core.is_on() {
            batch
                .into_iter()
                .for_each(|(value, labels)| self.record(value, labels));
        }
    }

    /// Takes the time until the [`Timer`] is dropped, and records it in the series of `labels`, in the unit of the histogram:
    /// seconds, or what else of `ms`, `us` and `ns` it is.
    #[inline]
    #[must_use = "the time is recorded when the timer is dropped, so that one that is not kept records nothing"]
    pub fn time(&self, labels: L) -> Timer<'_> {
        Timer::start(&self.core, || index_of(&labels))
    }

    /// Takes the time that `future` takes from its first poll to its end, also when it is dropped before that.
    pub fn time_async<F: Future>(&self, labels: L, future: F) -> impl Future<Output = F::Output> {
        let index = index_of(&labels);
        async move {
            let _timer = Timer::start(&self.core, || index);
            future.await
        }
    }
}

/// Takes the time of something, which ends when this is dropped.
#[derive(Debug)]
#[must_use = "the time is recorded when the timer is dropped, so that one that is not kept records nothing"]
pub struct Timer<'a> {
    core: &'a Core,
    stopwatch: Stopwatch,
}

impl<'a> Timer<'a> {
    #[inline]
    fn start(core: &'a Core, index: impl FnOnce() -> usize) -> Self {
        Self {
            core,
            stopwatch: core.start(index),
        }
    }

    /// Records the time now, and returns it; zero if metrics are not recorded.
    #[inline]
    pub fn stop(self) -> Duration {
        let timer = ManuallyDrop::new(self);
        timer.core.stop(timer.stopwatch)
    }

    /// Records nothing.
    #[inline]
    pub fn discard(self) {
        mem::forget(self);
    }
}

impl Drop for Timer<'_> {
    #[inline]
    fn drop(&mut self) {
        self.core.stop(self.stopwatch);
    }
}

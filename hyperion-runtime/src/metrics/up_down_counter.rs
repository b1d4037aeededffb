//! Sums that may fall.

use super::declaration::{Declaration, Instance, Instrument, Kind, Labels};
use super::instrument::{Core, Observation};
use super::label_set::{LabelSet, Labelled, index_of};
use super::number::SignedNumber;
use std::marker::PhantomData;

/// Counts what comes and goes, such as the connections that are open: a sum that may fall, for each combination of its
/// labels `L`.
///
/// ```
/// use hyperion::{Metrics, UpDownCounter};
///
/// #[derive(Metrics)]
/// struct PoolMetrics {
///     /// Connections that are open.
///     #[up_down_counter(unit = "{connection}")]
///     open: UpDownCounter,
/// }
///
/// static METRICS: PoolMetrics = PoolMetrics::new();
///
/// METRICS.open.inc();
/// METRICS.open.dec();
/// ```
///
/// Of an `f64`, values that are infinite or not a number are left out and counted in `hyperion.measurements.dropped`.
pub struct UpDownCounter<L = (), T = i64> {
    core: Core,
    types: PhantomData<fn(L, T)>,
}

impl<L, T> UpDownCounter<L, T> {
    #[doc(hidden)]
    pub const fn declared(declaration: &'static Declaration, instance: Instance) -> Self {
        Self {
            core: Core::new(declaration, instance),
            types: PhantomData,
        }
    }
}

impl<T: SignedNumber> UpDownCounter<(), T> {
    /// Adds `value`, which may be negative.
    #[inline]
    pub fn add(&self, value: T) {
        value.add(&self.core, || 0);
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(T::ONE);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.add(T::MINUS_ONE);
    }

    /// Has the sum asked for whenever metrics are read.
    ///
    /// `callback` runs on a thread of its own until the [`Observation`] is dropped. A value of a callback that panics or
    /// hangs is missing, and counted in `hyperion.measurements.dropped`.
    pub fn observe(&self, callback: impl Fn() -> T + Send + Sync + 'static) -> Observation {
        self.core.observe(0, callback)
    }
}

impl<L: LabelSet, T: SignedNumber> UpDownCounter<L, T> {
    /// Adds `value`, which may be negative, to the series of `labels`.
    #[inline]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "labels are passed alike everywhere"
    )]
    pub fn add(&self, value: T, labels: L) {
        value.add(&self.core, || index_of(&labels));
    }

    /// Adds one to the series of `labels`.
    #[inline]
    pub fn inc(&self, labels: L) {
        self.add(T::ONE, labels);
    }

    /// Takes one away from the series of `labels`.
    #[inline]
    pub fn dec(&self, labels: L) {
        self.add(T::MINUS_ONE, labels);
    }

    /// Adds many values, each to the series of its labels.
    #[inline]
    pub fn add_batch(&self, batch: impl IntoIterator<Item = (T, L)>) {
        if self.core.is_on() {
            batch
                .into_iter()
                .for_each(|(value, labels)| self.add(value, labels));
        }
    }

    /// Has the sum of `labels` asked for whenever metrics are read.
    ///
    /// `callback` runs on a thread of its own until the [`Observation`] is dropped. A value of a callback that panics or
    /// hangs is missing, and counted in `hyperion.measurements.dropped`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "labels are passed alike everywhere"
    )]
    pub fn observe(
        &self,
        labels: L,
        callback: impl Fn() -> T + Send + Sync + 'static,
    ) -> Observation {
        self.core.observe(index_of(&labels), callback)
    }
}

impl<L: Labelled, T: SignedNumber> Instrument for UpDownCounter<L, T> {
    const KIND: Kind = Kind::UpDownCounter(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

impl<L, T> std::fmt::Debug for UpDownCounter<L, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.core.fmt_as("UpDownCounter", f)
    }
}

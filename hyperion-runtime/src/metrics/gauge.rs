//! Last values.

use super::declaration::{Declaration, Instance, Instrument, Kind, Labels};
use super::instrument::{Core, Observation};
use super::label_set::{LabelSet, Labelled, index_of};
use super::number::Number;
use std::marker::PhantomData;

/// Keeps the last value of what cannot be summed, such as a temperature, for each combination of its labels `L`.
///
/// It keeps an `f64`, or an `i64` or `u64`, as in `Gauge<(), u64>`. What can be summed over processes, such as the length of
/// a queue, is an [`UpDownCounter`](super::UpDownCounter).
///
/// ```
/// use hyperion::{Gauge, Metrics};
///
/// #[derive(Metrics)]
/// struct RoomMetrics {
///     /// Temperature of the room.
///     #[gauge(unit = "Cel")]
///     temperature: Gauge,
///     /// When the last reading was taken.
///     #[gauge(unit = "s")]
///     last_reading: Gauge<(), u64>,
/// }
///
/// static METRICS: RoomMetrics = RoomMetrics::new();
///
/// METRICS.temperature.set(21.5);
/// let _observation = METRICS.last_reading.observe(|| 1_700_000_000);
/// ```
///
/// Of an `f64`, values that are infinite or not a number are left out and counted in `hyperion.measurements.dropped`.
pub struct Gauge<L = (), T = f64> {
    core: Core,
    types: PhantomData<fn(L, T)>,
}

impl<L, T> Gauge<L, T> {
    #[doc(hidden)]
    pub const fn declared(declaration: &'static Declaration, instance: Instance) -> Self {
        Self {
            core: Core::new(declaration, instance),
            types: PhantomData,
        }
    }
}

impl<T: Number> Gauge<(), T> {
    /// Keeps `value` instead of what was there. Of threads that set at once any may be the last.
    #[inline]
    pub fn set(&self, value: T) {
        self.core.set(value, || 0);
    }

    /// Has the value asked for whenever metrics are read.
    ///
    /// `callback` runs on a thread of its own until the [`Observation`] is dropped. A value of a callback that panics or
    /// hangs is missing, and counted in `hyperion.measurements.dropped`.
    pub fn observe(&self, callback: impl Fn() -> T + Send + Sync + 'static) -> Observation {
        self.core.observe(0, callback)
    }
}

impl<L: LabelSet, T: Number> Gauge<L, T> {
    /// Keeps `value` in the series of `labels`. Of threads that set at once any may be the last.
    #[inline]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "labels are passed alike everywhere"
    )]
    pub fn set(&self, value: T, labels: L) {
        self.core.set(value, || index_of(&labels));
    }

    /// Has the value of `labels` asked for whenever metrics are read.
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

impl<L: Labelled, T: Number> Instrument for Gauge<L, T> {
    const KIND: Kind = Kind::Gauge(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

impl<L, T> std::fmt::Debug for Gauge<L, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.core.fmt_as("Gauge", f)
    }
}

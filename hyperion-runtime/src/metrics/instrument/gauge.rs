//! Last values.

use super::core::Core;
use super::methods::{declared, observe};
use super::number::Number;
use crate::metrics::declare::{Instance, Instrument, Kind, Labels};
use crate::metrics::label_set::{LabelSet, Labelled, index_of};
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

declared!(Gauge<L, T>);
observe!(Gauge<T: Number>, "value");

impl<T: Number> Gauge<(), T> {
    /// Keeps `value` instead of what was there. Of threads that set at once any may be the last.
    #[inline]
    pub fn set(&self, value: T) {
        self.core.set(value, || 0);
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
}

impl<L: Labelled, T: Number> Instrument for Gauge<L, T> {
    const KIND: Kind = Kind::Gauge(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

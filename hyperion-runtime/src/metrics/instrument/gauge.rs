//! Last values.

use super::core::Core;
use super::methods::{instrument, instrument_items, observe};
use super::number::Number;
use crate::metrics::declare::{Instrument, InstrumentKind};
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
/// }
///
/// static METRICS: RoomMetrics = RoomMetrics::new();
///
/// METRICS.temperature.set(21.5);
/// ```
///
/// Of an `f64`, values that are infinite or not a number are left out and counted in `hyperion.measurements.dropped`.
pub struct Gauge<L = (), T = f64> {
    core: Core,
    types: PhantomData<fn(L, T)>,
}

instrument!(Gauge<L, T>);
observe!(Gauge<T: Number>, "value");

impl<L: Labelled, T: Number> Instrument for Gauge<L, T> {
    instrument_items!(InstrumentKind::Gauge(T::TYPE));
}

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

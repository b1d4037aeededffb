//! Sums that may fall.

use super::core::Core;
use super::methods::{declared, observe, sum};
use super::number::SignedNumber;
use crate::metrics::declare::{Instance, Instrument, Kind, Labels};
use crate::metrics::label_set::{LabelSet, Labelled, index_of};
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

declared!(UpDownCounter<L, T>);
sum!(UpDownCounter<T: SignedNumber>, ", which may be negative,");
observe!(UpDownCounter<T: SignedNumber>, "sum");

impl<T: SignedNumber> UpDownCounter<(), T> {
    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.add(T::MINUS_ONE);
    }
}

impl<L: LabelSet, T: SignedNumber> UpDownCounter<L, T> {
    /// Takes one away from the series of `labels`.
    #[inline]
    pub fn dec(&self, labels: L) {
        self.add(T::MINUS_ONE, labels);
    }
}

impl<L: Labelled, T: SignedNumber> Instrument for UpDownCounter<L, T> {
    const KIND: Kind = Kind::UpDownCounter(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

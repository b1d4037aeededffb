//! Sums: those that never fall, and those that may.

use super::core::Core;
use super::methods::{instrument, instrument_items, observe};
use super::number::{CounterNumber, SignedNumber};
use crate::metrics::declare::{Instrument, InstrumentKind};
use crate::metrics::label_set::{LabelSet, Labelled, index_of};
use std::marker::PhantomData;

/// Counts things that happen: a sum that never falls, for each combination of its labels `L`.
///
/// It counts in whole numbers, or in `f64`, as in `Counter<Lookup, f64>` for seconds. A field of a struct that derives
/// [`Metrics`](super::Metrics) is its place:
///
/// ```
/// use hyperion::{Counter, LabelSet, Metrics};
///
/// #[derive(LabelSet)]
/// struct Lookup {
///     hit: bool,
/// }
///
/// #[derive(Metrics)]
/// struct CacheMetrics {
///     /// Users looked up, by the answer of the cache.
///     #[counter(unit = "{user}")]
///     lookups: Counter<Lookup>,
/// }
///
/// static METRICS: CacheMetrics = CacheMetrics::new();
///
/// METRICS.lookups.inc(Lookup { hit: true });
/// METRICS.lookups.add(3, Lookup { hit: false });
/// ```
///
/// Of an `f64`, values that are negative, infinite or not a number are left out and counted in
/// `hyperion.measurements.dropped`. A sum that would leave the range of its type stays at the end of it.
pub struct Counter<L = (), T = u64> {
    core: Core,
    types: PhantomData<fn(L, T)>,
}

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

/// Implements the methods of a sum. `$range` says which values it takes.
macro_rules! sum {
    ($name:ident<T: $number:ident>, $range:literal) => {
        impl<T: $number> $name<(), T> {
            #[doc = concat!("Adds `value`", $range, ".")]
            #[inline]
            pub fn add(&self, value: T) {
                self.core.add(value, 1, || 0);
            }

            /// Adds one.
            #[inline]
            pub fn inc(&self) {
                self.add(T::ONE);
            }
        }

        impl<L: LabelSet, T: $number> $name<L, T> {
            #[doc = concat!("Adds `value`", $range, " to the series of `labels`.")]
            #[inline]
            pub fn add(&self, value: T, labels: L) {
                self.core.add(value, L::CARDINALITY, || index_of(&labels));
            }

            /// Adds one to the series of `labels`.
            #[inline]
            pub fn inc(&self, labels: L) {
                self.add(T::ONE, labels);
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
        }
    };
}

instrument!(Counter<L, T>);
sum!(Counter<T: CounterNumber>, "");
observe!(
    Counter<T: CounterNumber>,
    "sum",
    "`callback` gives the whole sum since the start of the program, which something else counts already, and not the part \
     that has come since the last call."
);

impl<L: Labelled, T: CounterNumber> Instrument for Counter<L, T> {
    instrument_items!(InstrumentKind::Counter(T::TYPE));
}

instrument!(UpDownCounter<L, T>);
sum!(UpDownCounter<T: SignedNumber>, ", which may be negative,");
observe!(UpDownCounter<T: SignedNumber>, "sum");

impl<L: Labelled, T: SignedNumber> Instrument for UpDownCounter<L, T> {
    instrument_items!(InstrumentKind::UpDownCounter(T::TYPE));
}

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

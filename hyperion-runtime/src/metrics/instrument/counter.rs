//! Sums that never fall.

use super::core::Core;
use super::methods::{declared, observe, sum};
use super::number::CounterNumber;
use crate::metrics::declare::{Instance, Instrument, Kind, Labels};
use crate::metrics::label_set::{LabelSet, Labelled, index_of};
use std::marker::PhantomData;

/// Counts things that happen: a sum that never falls, for each combination of its labels `L`.
///
/// It counts in whole numbers, or in `f64`, as in `Counter<Request, f64>` for seconds. A field of a struct that derives
/// [`Metrics`](super::Metrics) is where it lives:
///
/// ```
/// use hyperion::{Counter, Label, LabelSet, Metrics};
///
/// #[derive(Label)]
/// enum Tier {
///     Memory,
///     Database,
/// }
///
/// #[derive(LabelSet)]
/// struct Lookup {
///     tier: Tier,
/// }
///
/// #[derive(Metrics)]
/// struct UserMetrics {
///     /// Users looked up, by the tier that answered.
///     #[counter(unit = "{user}")]
///     lookups: Counter<Lookup>,
///     /// Users who signed up.
///     #[counter(unit = "{user}")]
///     signups: Counter,
/// }
///
/// static METRICS: UserMetrics = UserMetrics::new();
///
/// METRICS.lookups.add(3, Lookup { tier: Tier::Database });
/// METRICS.signups.inc();
/// ```
///
/// Of an `f64`, values that are negative, infinite or not a number are left out and counted in
/// `hyperion.measurements.dropped`. A sum that would leave the range of its type stays at the end of it.
pub struct Counter<L = (), T = u64> {
    core: Core,
    types: PhantomData<fn(L, T)>,
}

declared!(Counter<L, T>);
sum!(Counter<T: CounterNumber>, "");
observe!(
    Counter<T: CounterNumber>,
    "sum",
    "`callback` gives the whole sum since the start of the program, which something else counts already, and not the part \
     that has come since the last call."
);

impl<L: Labelled, T: CounterNumber> Instrument for Counter<L, T> {
    const KIND: Kind = Kind::Counter(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

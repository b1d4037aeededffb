//! Sums that never fall.

use super::declaration::{Declaration, Instance, Instrument, Kind, Labels};
use super::instrument::{Core, Observation};
use super::label_set::{LabelSet, Labelled, index_of};
use super::number::CounterNumber;
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

impl<L, T> Counter<L, T> {
    #[doc(hidden)]
    pub const fn declared(declaration: &'static Declaration, instance: Instance) -> Self {
        Self {
            core: Core::new(declaration, instance),
            types: PhantomData,
        }
    }
}

impl<T: CounterNumber> Counter<(), T> {
    /// Adds `value`.
    #[inline]
    pub fn add(&self, value: T) {
        value.add(&self.core, || 0);
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(T::ONE);
    }

    /// Has the sum asked for whenever metrics are read, for what something else counts already.
    ///
    /// `callback` gives the whole sum since the start of the program, not what has come since the last call. It runs on a
    /// thread of its own until the [`Observation`] is dropped. A value of a callback that panics or hangs is missing, and
    /// counted in `hyperion.measurements.dropped`.
    pub fn observe(&self, callback: impl Fn() -> T + Send + Sync + 'static) -> Observation {
        self.core.observe(0, callback)
    }
}

impl<L: LabelSet, T: CounterNumber> Counter<L, T> {
    /// Adds `value` to the series of `labels`.
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

    /// Adds many values, each to the series of its labels.
    #[inline]
    pub fn add_batch(&self, batch: impl IntoIterator<Item = (T, L)>) {
        if self.core.is_on() {
            batch
                .into_iter()
                .for_each(|(value, labels)| self.add(value, labels));
        }
    }

    /// Has the sum of `labels` asked for whenever metrics are read, for what something else counts already.
    ///
    /// `callback` gives the whole sum since the start of the program, not what has come since the last call. It runs on a
    /// thread of its own until the [`Observation`] is dropped. A value of a callback that panics or hangs is missing, and
    /// counted in `hyperion.measurements.dropped`.
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

impl<L: Labelled, T: CounterNumber> Instrument for Counter<L, T> {
    const KIND: Kind = Kind::Counter(T::TYPE);
    const LABELS: Labels = L::LABELS;

    fn instance(&self) -> Instance {
        self.core.instance()
    }
}

impl<L, T> std::fmt::Debug for Counter<L, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.core.fmt_as("Counter", f)
    }
}

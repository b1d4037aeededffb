//! The labels of an instrument, together.

use super::declaration::Labels;

/// The labels of an instrument: a struct whose fields are [labels](crate::metrics::Label).
///
/// Each combination of their values is a time series, and how many there are is known when the program is compiled. The
/// derive macro of the same name implements it:
///
/// ```
/// use hyperion::{Label, LabelSet};
///
/// #[derive(Label)]
/// enum Tier {
///     Memory,
///     Redis,
///     Database,
/// }
///
/// #[derive(LabelSet)]
/// struct Lookup {
///     tier: Tier,
///     #[label(rename = "cache.hit")]
///     hit: bool,
/// }
///
/// assert_eq!(Lookup::CARDINALITY, 6);
/// assert_eq!(Lookup::KEYS, ["tier", "cache.hit"]);
///
/// let lookup = Lookup { tier: Tier::Redis, hit: true };
/// assert_eq!(lookup.index(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of metric labels",
    label = "not a struct that derives `LabelSet`",
    note = "declare a struct with a field for each label and derive `LabelSet` on it; an instrument without labels has none between its angle brackets"
)]
pub trait LabelSet {
    /// How many combinations of values there are: the most series that an instrument with these labels has.
    const CARDINALITY: usize;

    /// The keys, in the order of the fields.
    const KEYS: &'static [&'static str];

    /// Which of the combinations this is: less than [`CARDINALITY`](Self::CARDINALITY).
    fn index(&self) -> usize;

    /// Gives the values of a combination, in the order of [`KEYS`](Self::KEYS).
    fn values(index: usize, give: &mut dyn FnMut(&'static str));
}

/// What is known of a label set when the program is compiled.
pub(super) const fn labels_of<L: LabelSet>() -> Labels {
    Labels {
        keys: L::KEYS,
        cardinality: L::CARDINALITY,
        values: L::values,
    }
}

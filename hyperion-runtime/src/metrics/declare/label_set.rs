//! The labels of an instrument, together.

use super::Labels;

/// The labels of an instrument: a struct whose fields are [labels](crate::metrics::Label).
///
/// Each combination of their values is a time series, and how many there are is known when the program is compiled. The
/// derive macro of the same name implements it:
///
/// ```
/// use hyperion::LabelSet;
///
/// #[derive(LabelSet)]
/// struct Lookup {
///     retried: bool,
///     #[label(rename = "cache.hit")]
///     hit: bool,
/// }
///
/// assert_eq!(Lookup::CARDINALITY, 4);
/// assert_eq!(Lookup::KEYS, ["retried", "cache.hit"]);
/// assert_eq!(Lookup { retried: true, hit: false }.index(), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of metric labels",
    label = "not a struct that derives `LabelSet`",
    note = "declare a struct with a field for each label and derive `LabelSet` on it; an instrument without labels has none between its angle brackets"
)]
pub trait LabelSet {
    /// The number of combinations of values: the most series that an instrument with these labels has.
    const CARDINALITY: usize;

    /// The keys, in the order of the fields.
    const KEYS: &'static [&'static str];

    /// The number of this combination among all: less than [`CARDINALITY`](Self::CARDINALITY).
    fn index(&self) -> usize;

    /// Gives the values of a combination, in the order of [`KEYS`](Self::KEYS). A label whose value is empty is absent from
    /// that series.
    fn values(index: usize, give: &mut dyn FnMut(&'static str));

    /// The number of values of each label, if it is known of each by itself.
    #[doc(hidden)]
    const FACTORS: &'static [usize] = &[];

    /// True if all values are known when the program is compiled.
    #[doc(hidden)]
    const KNOWN: bool = true;
}

/// A type that can stand between the angle brackets of an instrument: `()`, or a [`LabelSet`].
pub trait Labelled {
    /// The labels, as far as they are known when the program is compiled.
    const LABELS: Labels;
}

impl Labelled for () {
    const LABELS: Labels = Labels::NONE;
}

impl<L: LabelSet> Labelled for L {
    const LABELS: Labels = Labels {
        keys: L::KEYS,
        cardinality: L::CARDINALITY,
        values: L::values,
        factors: L::FACTORS,
        known: L::KNOWN,
    };
}

/// Returns the number of a combination among all. A set that is written by hand may be wrong about it; most are found to be
/// right when they are compiled.
#[inline]
pub(crate) fn index_of<L: LabelSet>(labels: &L) -> usize {
    and(0, L::CARDINALITY, labels.index())
}

/// The number of a label's values, and the text of each.
pub type LabelValues = (usize, fn(usize) -> &'static str);

/// The number of combinations of labels that have `factors` values each.
pub const fn product(factors: &[usize]) -> usize {
    let mut product: usize = 1;
    let mut rest = factors;
    while let [factor, after @ ..] = rest {
        product = product.saturating_mul(*factor);
        rest = after;
    }
    product
}

/// The combination with one more label, which has `cardinality` values, of which this is the one at `index`.
#[inline(always)]
pub fn and(combination: usize, cardinality: usize, index: usize) -> usize {
    // A label that is written by hand may be wrong about its index, and then it must not become another combination.
    combination
        .saturating_mul(cardinality)
        .saturating_add(index.min(cardinality.saturating_sub(1)))
}

/// Gives the values of a combination of `labels`, in their order.
pub fn give_values(combination: usize, labels: &[LabelValues], give: &mut dyn FnMut(&'static str)) {
    let mut below = labels.iter().fold(1_usize, |all, (cardinality, _)| {
        all.saturating_mul(*cardinality)
    });
    for (cardinality, value) in labels {
        // A label without values does not compile, but for one that is generic nobody checks it.
        let cardinality = (*cardinality).max(1);
        below = (below / cardinality).max(1);
        give(value(combination / below % cardinality));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::proptest;

    fn values(combination: usize, cardinalities: &[usize]) -> Vec<&'static str> {
        const DIGITS: [&str; 6] = ["0", "1", "2", "3", "4", "5"];
        let labels: Vec<LabelValues> = cardinalities
            .iter()
            .map(|cardinality| {
                (
                    *cardinality,
                    (|index| DIGITS[index]) as fn(usize) -> &'static str,
                )
            })
            .collect();
        let mut values = Vec::new();
        give_values(combination, &labels, &mut |value| values.push(value));
        values
    }

    proptest! {
        #[test]
        fn every_combination_is_that_of_its_values(cardinalities in vec(1_usize..=6, 1..5)) {
            let all = product(&cardinalities);
            for combination in 0..all {
                let given = values(combination, &cardinalities);
                assert_eq!(given.len(), cardinalities.len());
                let again = given.iter().zip(&cardinalities).fold(0, |combination, (value, cardinality)| {
                    and(combination, *cardinality, value.parse().expect("it is a digit"))
                });
                assert_eq!(again, combination, "{given:?} of {cardinalities:?}");
            }
        }
    }

    #[test]
    fn an_index_that_is_wrong_stays_among_the_values() {
        assert_eq!(and(1, 3, 7), 5);
        assert_eq!(and(1, 0, 7), 0);
        assert_eq!(and(usize::MAX, 3, 7), usize::MAX);
        assert_eq!(product(&[usize::MAX, 2]), usize::MAX);
        assert_eq!(product(&[]), 1);
        assert_eq!(values(0, &[0, 2]), ["0", "0"]);
    }
}

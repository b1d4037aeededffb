//! The metric labels of a call.
//!
//! An expansion writes `labels().and(&tier).and(&region)`. The types of the labels make up a list, so that the number of
//! series is known when the program is compiled, and the values make up one index.

use crate::metrics::Label;
use crate::metrics::budget::MAX_SERIES;
use crate::metrics::label_set::and;
use std::marker::PhantomData;

/// Values of the labels in the list of types `T`.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "otel"),
    expect(dead_code, reason = "nobody asks for the values")
)]
pub struct Chosen<T> {
    /// The index among all combinations of values.
    pub(super) index: usize,
    /// The number of combinations.
    pub(super) cardinality: usize,
    /// See [`LabelTypes::values`]. It stands here so that only [`and`](Self::and) asks what a label has to be, and says so
    /// where the label is.
    pub(super) values: Values,
    labels: PhantomData<fn() -> T>,
}

/// Gives the values of a combination, in the order of the labels.
pub(super) type Values = fn(usize, &mut dyn FnMut(&'static str));

/// No labels yet.
#[inline]
pub fn labels() -> Chosen<()> {
    Chosen {
        index: 0,
        cardinality: 1,
        values: <() as LabelTypes>::values,
        labels: PhantomData,
    }
}

impl<T: LabelTypes> Chosen<T> {
    /// These labels and one more.
    #[inline]
    #[must_use]
    pub fn and<L: Label>(self, label: &L) -> Chosen<(T, L)> {
        const {
            assert!(
                <(T, L)>::CARDINALITY > 0 && <(T, L)>::CARDINALITY <= MAX_SERIES,
                "the labels of this call make more than 2000 series; give it fewer labels, or labels with fewer values"
            );
        }
        Chosen {
            index: and(self.index, L::CARDINALITY, label.index()),
            cardinality: <(T, L)>::CARDINALITY,
            values: <(T, L)>::values,
            labels: PhantomData,
        }
    }
}

/// A list of label types.
pub trait LabelTypes {
    /// The number of combinations of values.
    const CARDINALITY: usize;

    /// Gives the values of a combination, in the order of the labels.
    fn values(index: usize, give: &mut dyn FnMut(&'static str));
}

impl LabelTypes for () {
    const CARDINALITY: usize = 1;

    fn values(_index: usize, _give: &mut dyn FnMut(&'static str)) {}
}

impl<T: LabelTypes, L: Label> LabelTypes for (T, L) {
    const CARDINALITY: usize = T::CARDINALITY.saturating_mul(L::CARDINALITY);

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        let cardinality = L::CARDINALITY.max(1);
        T::values(index / cardinality, give);
        give(L::value(index % cardinality));
    }
}

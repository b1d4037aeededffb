//! The metric labels of a call.
//!
//! An expansion writes `labels().and(&tier).and(&region)`. The types of the labels make up a list, so that the number of
//! series is known when the program is compiled, and the values make up one index.

use crate::metrics::Label;
use crate::metrics::budget::MAX_SERIES;
use crate::metrics::label_set::and;
use std::fmt;
use std::marker::PhantomData;

/// Values of the labels in the list of types `T`.
#[derive(Debug)]
pub struct Chosen<T> {
    pub(super) labels: CallLabels,
    types: PhantomData<fn() -> T>,
}

/// The labels of one call, whatever their types.
#[derive(Clone, Copy)]
pub(super) struct CallLabels {
    /// `None` if there are no labels, or they could not be worked out.
    #[cfg_attr(
        not(feature = "otel"),
        expect(dead_code, reason = "nobody asks for the values")
    )]
    pub(super) list: Option<&'static LabelList>,
    /// The index among all combinations of values.
    pub(super) index: u32,
}

/// A list of label types, whatever they are. It stands with the values so that only [`and`](Chosen::and) asks what a label has
/// to be, and says so where the label is.
#[cfg_attr(
    not(feature = "otel"),
    expect(dead_code, reason = "nobody asks for the values")
)]
pub(super) struct LabelList {
    /// The number of combinations.
    pub(super) cardinality: usize,
    /// See [`LabelTypes::values`].
    pub(super) values: fn(usize, &mut dyn FnMut(&'static str)),
}

impl fmt::Debug for LabelList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LabelList").finish_non_exhaustive()
    }
}

impl fmt::Debug for CallLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallLabels").field(&self.index).finish()
    }
}

/// No labels yet.
#[inline]
pub fn labels() -> Chosen<()> {
    Chosen::of(0)
}

impl<T: LabelTypes> Chosen<T> {
    #[inline]
    fn of(index: u32) -> Self {
        let list = const {
            &LabelList {
                cardinality: T::CARDINALITY,
                values: T::values,
            }
        };
        Self {
            labels: CallLabels {
                list: Some(list),
                index,
            },
            types: PhantomData,
        }
    }

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
        let index = and(self.labels.index as usize, L::CARDINALITY, label.index());
        // There are at most so many series as were asserted.
        Chosen::of(u32::try_from(index).unwrap_or_default())
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

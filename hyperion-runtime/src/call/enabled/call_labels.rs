//! The labels of one call, as its metric and its span have them.

use crate::call::labels::CallLabels;
use crate::metrics::{Labels, OTHER};

impl CallLabels {
    /// Those of a call that has none, or whose labels could not be worked out.
    pub(super) const NONE: Self = Self {
        list: None,
        index: 0,
    };

    /// The index of the combination, if it is known.
    #[inline]
    pub(super) fn place(&self) -> Option<usize> {
        self.list.map(|_| self.index as usize)
    }

    /// The types of the labels, with these keys; none if they are not known.
    pub(super) fn types(&self, keys: &'static [&'static str]) -> Labels {
        self.list.map_or(Labels::NONE, |list| Labels {
            keys,
            cardinality: list.cardinality,
            values: list.values,
            ..Labels::NONE
        })
    }

    /// The labels with their keys. A value that is not known is `_OTHER`.
    pub(super) fn each(
        &self,
        keys: &'static [&'static str],
        mut label: impl FnMut(&'static str, &'static str),
    ) {
        let mut keys = keys.iter();
        if let Some(list) = self.list {
            (list.values)(self.index as usize, &mut |value| {
                if let Some(key) = keys.next() {
                    label(key, value);
                }
            });
        }
        keys.for_each(|key| label(key, OTHER));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::labels::labels;
    use crate::metrics::Label;
    use std::fmt::Write;

    enum Tier {
        Memory,
        Redis,
        Database,
    }

    impl Label for Tier {
        const CARDINALITY: usize = 3;

        fn index(&self) -> usize {
            match self {
                Self::Memory => 0,
                Self::Redis => 1,
                Self::Database => 2,
            }
        }

        fn value(index: usize) -> &'static str {
            ["memory", "redis", "database"]
                .get(index)
                .copied()
                .unwrap_or(OTHER)
        }
    }

    fn written(labels: CallLabels) -> String {
        let mut text = String::new();
        labels.each(&["tier", "hit"], |key, value| {
            let _ = write!(text, "{key}={value} ");
        });
        text
    }

    #[test]
    fn every_combination_has_a_place_of_its_own() {
        let mut places = Vec::new();
        for tier in [Tier::Memory, Tier::Redis, Tier::Database] {
            for hit in [false, true] {
                let labels = labels().and(&tier).and(&hit).labels;
                assert_eq!(
                    written(labels),
                    format!("tier={} hit={hit} ", Tier::value(tier.index()))
                );
                places.push(labels.place());
            }
        }
        assert_eq!(places, (0..6).map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn labels_that_are_not_known_are_others() {
        assert_eq!(CallLabels::NONE.place(), None);
        assert_eq!(written(CallLabels::NONE), "tier=_OTHER hit=_OTHER ");
    }

    #[test]
    fn an_index_out_of_range_stays_in_range() {
        struct Wrong;
        impl Label for Wrong {
            const CARDINALITY: usize = 2;

            fn index(&self) -> usize {
                7
            }

            fn value(_: usize) -> &'static str {
                "wrong"
            }
        }
        assert_eq!(labels().and(&Wrong).labels.place(), Some(1));
    }
}

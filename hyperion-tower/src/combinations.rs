//! Labels of which any combination is possible and few occur.
//!
//! The values of each label are bounded, but a method, a route, a status and an error type together have more combinations
//! than a metric may have series. Of those that occur the first [`MOST`] - 1 have a series, and all further ones share one,
//! which has `otel.metric.overflow` ([SDK, cardinality limits]).
//!
//! [SDK, cardinality limits]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute

use hyperion::{Label, LabelSet};
use std::sync::atomic::{AtomicU64, Ordering};

/// The most series of a metric; the last one is for what is one too many.
pub(crate) const MOST: usize = 2000;

const OVERFLOW: usize = MOST - 1;

/// The combinations of a set of labels that have occurred, each with the number of its series.
#[derive(Debug)]
pub(crate) struct Combinations {
    /// Open addressing: the number of a combination, plus one, stands in the first slot from the one that it is hashed to,
    /// and its place is the number of its series.
    slots: [AtomicU64; OVERFLOW],
}

impl Combinations {
    pub(crate) const fn new() -> Self {
        Self {
            slots: [const { AtomicU64::new(0) }; OVERFLOW],
        }
    }

    /// The series of a combination, which gets one if there is any left.
    fn series(&self, combination: usize) -> usize {
        let wanted = combination as u64 + 1;
        let first = hash(wanted) % OVERFLOW;
        let (before, from) = self.slots.split_at(first);
        let slots = from.iter().zip(first..).chain(before.iter().zip(0..));
        for (slot, place) in slots {
            let mut found = slot.load(Ordering::Relaxed);
            if found == 0 {
                let taken = slot.compare_exchange(0, wanted, Ordering::Relaxed, Ordering::Relaxed);
                found = taken.map_or_else(|other| other, |_| wanted);
            }
            if found == wanted {
                return place;
            }
        }
        OVERFLOW
    }

    /// The combination of a series.
    fn combination(&self, series: usize) -> Option<usize> {
        let slot = self.slots.get(series)?.load(Ordering::Relaxed);
        usize::try_from(slot.checked_sub(1)?).ok()
    }
}

/// Spreads numbers that lie close together (Fibonacci hashing).
fn hash(number: u64) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

/// A set of labels that keeps the combinations of it that occur.
pub(crate) trait Occurring: LabelSet {
    /// The keys of the set, and `otel.metric.overflow`.
    const KEYS_AND_OVERFLOW: &'static [&'static str];

    fn combinations() -> &'static Combinations;
}

/// Labels of which few combinations occur, as those of a metric.
#[derive(Debug)]
pub(crate) struct Sparse<L>(pub(crate) L);

impl<L: Occurring> LabelSet for Sparse<L> {
    const CARDINALITY: usize = MOST;
    const KEYS: &'static [&'static str] = L::KEYS_AND_OVERFLOW;

    fn index(&self) -> usize {
        L::combinations().series(self.0.index())
    }

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        if let Some(combination) = L::combinations().combination(index) {
            L::values(combination, give);
        } else {
            for _ in L::KEYS {
                give("");
            }
            give("true");
        }
    }
}

/// A label that a series can lack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Optional<L>(pub(crate) Option<L>);

impl<L: Label> Label for Optional<L> {
    const CARDINALITY: usize = L::CARDINALITY + 1;

    fn index(&self) -> usize {
        self.0.as_ref().map_or(0, |label| label.index() + 1)
    }

    fn value(index: usize) -> &'static str {
        index.checked_sub(1).map_or("", L::value)
    }
}

/// Declares a set of labels that is [`Occurring`], with a key for each.
macro_rules! occurring {
    ($(#[$attribute:meta])* struct $name:ident { $($field:ident: $label:ty = $key:literal,)+ }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, hyperion::LabelSet)]
        pub(crate) struct $name {
            $(#[label(rename = $key)] pub(crate) $field: $label,)+
        }

        impl $crate::combinations::Occurring for $name {
            const KEYS_AND_OVERFLOW: &'static [&'static str] = &[$($key,)+ "otel.metric.overflow"];

            fn combinations() -> &'static $crate::combinations::Combinations {
                use $crate::combinations::Combinations;
                static COMBINATIONS: Combinations = Combinations::new();
                &COMBINATIONS
            }
        }

        // A combination is a number, also where numbers have 32 bits.
        const _: () = assert!(<$name as hyperion::LabelSet>::CARDINALITY < u32::MAX as usize);
    };
}
pub(crate) use occurring;

#[cfg(test)]
mod tests {
    use super::*;

    occurring! {
        struct Seen {
            left: bool = "left",
            right: Optional<bool> = "right",
        }
    }

    fn values(index: usize) -> Vec<&'static str> {
        let mut values = Vec::new();
        Sparse::<Seen>::values(index, &mut |value| values.push(value));
        values
    }

    #[test]
    fn a_combination_has_one_series_and_its_own_values() {
        let set = |left, right| {
            Sparse(Seen {
                left,
                right: Optional(right),
            })
        };
        let series = set(true, None).index();
        assert_eq!(values(series), ["true", ""]);
        let other = set(false, Some(true)).index();
        assert_eq!(values(other), ["false", "true"]);
        assert_eq!(set(true, None).index(), series);
        assert_ne!(series, other);
        assert_eq!(values(OVERFLOW), ["", "", "true"]);
        assert_eq!(
            Sparse::<Seen>::KEYS,
            ["left", "right", "otel.metric.overflow"]
        );
    }

    #[test]
    fn combinations_beyond_the_last_series_share_one() {
        let combinations = Combinations::new();
        let mut series: Vec<usize> = (0..OVERFLOW)
            .map(|number| combinations.series(number))
            .collect();
        for (number, series) in series.iter().enumerate() {
            assert_eq!(combinations.combination(*series), Some(number));
        }
        assert_eq!(combinations.series(MOST + 7), OVERFLOW);
        assert_eq!(combinations.series(3), series[3]);
        series.sort_unstable();
        assert!(series.into_iter().eq(0..OVERFLOW), "each has its own");
    }

    #[test]
    fn threads_agree_about_a_series() {
        static COMBINATIONS: Combinations = Combinations::new();
        let all = || -> Vec<usize> { (0..500).map(|number| COMBINATIONS.series(number)).collect() };
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(all)).collect();
        let seen: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().expect("series"))
            .collect();
        assert!(seen.iter().all(|series| *series == seen[0]));
    }
}

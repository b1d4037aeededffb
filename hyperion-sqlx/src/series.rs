//! The series of a metric whose labels are texts that nobody knows in advance.
//!
//! The texts of a query, its database and its outcome have more combinations than a metric may have series. Of those that
//! occur the first [`MOST`] - 1 have a series, and all further ones share one, which has `otel.metric.overflow` ([SDK,
//! cardinality limits]).
//!
//! [SDK, cardinality limits]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

/// The most series of a metric; the last one is for what is one too many.
pub(crate) const MOST: usize = 2000;

const OVERFLOW: usize = MOST - 1;

/// The combinations of `N` texts that have occurred. They are kept for the life of the program.
#[derive(Debug)]
pub(crate) struct Combinations<const N: usize> {
    /// Open addressing: a combination stands in the first slot that was free from the one that it is hashed to, and its
    /// place is the number of its series. A known one is found without a lock.
    slots: [OnceLock<[Box<str>; N]>; OVERFLOW],
}

impl<const N: usize> Combinations<N> {
    pub(crate) const fn new() -> Self {
        Self {
            slots: [const { OnceLock::new() }; OVERFLOW],
        }
    }

    /// The series of a combination, which gets one if there is any left.
    pub(crate) fn series(&self, texts: [&str; N]) -> usize {
        let mut hasher = DefaultHasher::new();
        texts.hash(&mut hasher);
        #[expect(clippy::cast_possible_truncation, reason = "a hash is as good in half")]
        let first = hasher.finish() as usize % OVERFLOW;
        let (before, from) = self.slots.split_at(first);
        let slots = from.iter().zip(first..).chain(before.iter().zip(0..));
        for (slot, place) in slots {
            let found = slot.get_or_init(|| texts.map(Box::from));
            if found.iter().map(|text| &**text).eq(texts) {
                return place;
            }
        }
        OVERFLOW
    }

    /// The texts of a series, unless it is the one that many share.
    pub(crate) fn texts(&self, series: usize) -> Option<[&str; N]> {
        let texts = self.slots.get(series)?.get()?;
        Some(texts.each_ref().map(|text| &**text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_has_one_series_and_its_own_texts() {
        let combinations = Combinations::new();
        let first = combinations.series(["a", "bc"]);
        let second = combinations.series(["ab", "c"]);
        assert_ne!(first, second);
        assert_eq!(combinations.series(["a", "bc"]), first);
        assert_eq!(combinations.texts(first), Some(["a", "bc"]));
        assert_eq!(combinations.texts(second), Some(["ab", "c"]));
        assert_eq!(combinations.texts(OVERFLOW), None);
    }

    #[test]
    fn combinations_beyond_the_last_series_share_one() {
        let combinations = Combinations::new();
        let series = |number: usize| combinations.series([&number.to_string()]);
        let mut all: Vec<usize> = (0..OVERFLOW).map(series).collect();
        assert_eq!(series(MOST), OVERFLOW);
        assert_eq!(series(3), all[3]);
        all.sort_unstable();
        assert!(all.into_iter().eq(0..OVERFLOW), "each has its own");
    }

    #[test]
    fn threads_agree_about_a_series() {
        static COMBINATIONS: Combinations<1> = Combinations::new();
        let all = || -> Vec<usize> {
            (0..500)
                .map(|number: usize| COMBINATIONS.series([&number.to_string()]))
                .collect()
        };
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(all)).collect();
        let seen: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().expect("series"))
            .collect();
        assert!(seen.iter().all(|series| *series == seen[0]));
    }
}

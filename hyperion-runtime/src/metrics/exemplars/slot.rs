//! Measurements that are kept whole, with the span that they were made in.
//!
//! A slot keeps one measurement in each generation: the first. A generation ends when metrics are read, and the slot keeps
//! what it has until the next measurement comes. While nothing is to be done, that is found out by one comparison.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU64, Ordering, fence};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU64, Ordering, fence};

/// A measurement as a slot keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measurement {
    /// The value, as its metric counts it.
    pub(super) value: u64,
    /// Nanoseconds since the epoch.
    pub(super) time: u64,
    /// Zero where there was no span.
    pub(super) trace_id: u128,
    /// Zero where there was no span.
    pub(super) span_id: u64,
}

/// Room for one measurement.
///
/// Writers exclude each other by the state and wait for nobody: one that is too late has nothing to write, since the slot is
/// full. A reader finds out by the state whether somebody wrote meanwhile.
#[derive(Debug)]
pub(super) struct ExemplarSlot {
    /// Zero while it is empty, a generation's number while it is full, odd while somebody writes.
    state: AtomicU64,
    words: [AtomicU64; WORDS],
}

const WORDS: usize = 5;

/// The first generation. They are even, and zero is none.
pub(super) const FIRST: u64 = 2;

/// The step from one generation to the next.
pub(super) const NEXT: u64 = 2;

impl ExemplarSlot {
    pub(super) fn new() -> Self {
        Self {
            state: AtomicU64::new(0),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// Returns true if it has its measurement of `generation`.
    #[inline]
    pub(super) fn is_full(&self, generation: u64) -> bool {
        self.state.load(Ordering::Relaxed) >= generation
    }

    /// Keeps a measurement, unless it has one of `generation`.
    pub(super) fn keep(&self, generation: u64, kept: Measurement) {
        let state = self.state.load(Ordering::Relaxed);
        if state >= generation || state % 2 == 1 {
            return;
        }
        let claimed = self.state.compare_exchange(
            state,
            generation - 1,
            Ordering::Acquire,
            Ordering::Relaxed,
        );
        if claimed.is_err() {
            return;
        }
        // The words must not be seen before the claim is.
        fence(Ordering::Release);
        for (word, bits) in self.words.iter().zip(kept.words()) {
            word.store(bits, Ordering::Relaxed);
        }
        self.state.store(generation, Ordering::Release);
    }

    /// Returns its measurement, unless there is none or somebody is writing.
    pub(super) fn read(&self) -> Option<Measurement> {
        let before = self.state.load(Ordering::Acquire);
        if before == 0 || before % 2 == 1 {
            return None;
        }
        let words = std::array::from_fn(|index| self.words[index].load(Ordering::Relaxed));
        // The words must not be read after the state is.
        fence(Ordering::Acquire);
        let after = self.state.load(Ordering::Relaxed);
        (before == after).then(|| Measurement::of(words))
    }
}

impl Measurement {
    fn words(self) -> [u64; WORDS] {
        let (high, low) = halves(self.trace_id);
        [self.value, self.time, high, low, self.span_id]
    }

    fn of([value, time, high, low, span_id]: [u64; WORDS]) -> Self {
        Self {
            value,
            time,
            trace_id: u128::from(high) << 64 | u128::from(low),
            span_id,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the two halves of a number that is twice as wide"
)]
fn halves(wide: u128) -> (u64, u64) {
    ((wide >> 64) as u64, wide as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(loom))]
    fn the_first_of_a_generation_stays() {
        let kept = |value| Measurement {
            value,
            time: 5,
            trace_id: u128::MAX - 1,
            span_id: 7,
        };
        let slot = ExemplarSlot::new();
        assert_eq!(slot.read(), None);
        slot.keep(FIRST, kept(1));
        slot.keep(FIRST, kept(2));
        assert!(slot.is_full(FIRST) && !slot.is_full(FIRST + NEXT));
        assert_eq!(slot.read(), Some(kept(1)));
        slot.keep(FIRST + NEXT, kept(3));
        assert_eq!(slot.read(), Some(kept(3)));
    }

    #[cfg(loom)]
    fn kept(value: u64) -> Measurement {
        Measurement {
            value,
            time: value,
            trace_id: u128::from(value) << 64 | u128::from(value),
            span_id: value,
        }
    }

    /// Interleavings of a writer that takes the place of an older value, and a reader: all in which they take each other's
    /// turn three times, which is enough to tear a reading apart.
    #[test]
    #[cfg(loom)]
    fn what_is_read_belongs_together() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let slot = loom::sync::Arc::new(ExemplarSlot::new());
            slot.keep(FIRST, kept(1));
            let [writer, reader] = [true, false].map(|writes| {
                let slot = loom::sync::Arc::clone(&slot);
                loom::thread::spawn(move || {
                    if writes {
                        slot.keep(FIRST + NEXT, kept(2));
                        return None;
                    }
                    slot.read()
                })
            });
            writer.join().unwrap();
            let read = reader.join().unwrap();
            assert!(
                [None, Some(kept(1)), Some(kept(2))].contains(&read),
                "{read:?}"
            );
        });
    }

    /// Every interleaving of two writers, of one generation or of two.
    #[test]
    #[cfg(loom)]
    fn one_of_two_writers_is_kept() {
        for generation in [FIRST, FIRST + NEXT] {
            loom::model(move || {
                let slot = loom::sync::Arc::new(ExemplarSlot::new());
                let writers = [(FIRST, 1), (generation, 2)].map(|(generation, value)| {
                    let slot = loom::sync::Arc::clone(&slot);
                    loom::thread::spawn(move || slot.keep(generation, kept(value)))
                });
                for writer in writers {
                    writer.join().unwrap();
                }
                let read = slot.read();
                assert!([Some(kept(1)), Some(kept(2))].contains(&read), "{read:?}");
                assert!(slot.is_full(FIRST));
            });
        }
    }
}

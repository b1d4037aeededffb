//! Random trace ids, span ids and pauses.

use super::local::local;
use opentelemetry::trace::{SpanId, TraceId};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hasher, RandomState};

/// The random numbers of one thread, seeded when they are first drawn, so that no two threads share a sequence.
pub(super) struct Random {
    generator: RefCell<Option<SmallRng>>,
    /// The state of [SplitMix64], from which span ids come; zero before it is seeded. A thread draws no id twice.
    ///
    /// [SplitMix64]: https://doi.org/10.1145/2714064.2660195
    spans: Cell<u64>,
}

impl Random {
    pub(super) const fn new() -> Self {
        Self {
            generator: RefCell::new(None),
            spans: Cell::new(0),
        }
    }

    /// Forgets the seeds, in a process that was just forked and shares them with its parent.
    pub(super) fn abandon(&self) {
        if let Ok(mut generator) = self.generator.try_borrow_mut() {
            *generator = None;
        }
        self.spans.set(0);
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut SmallRng) -> T) -> T {
        draw(self.generator.borrow_mut().get_or_insert_with(seeded))
    }

    /// A new span id; never zero.
    #[inline(always)]
    pub(super) fn span_id(&self) -> SpanId {
        loop {
            let before = match self.spans.get() {
                0 => self.seed_spans(),
                state => state,
            };
            let state = before.wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.spans.set(state);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            let id = mixed ^ mixed >> 31;
            // Zero is the invalid id.
            if id != 0 {
                return SpanId::from(id);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn seed_spans(&self) -> u64 {
        self.draw(Rng::random)
    }
}

/// A generator seeded from the operating system, or by hash keys of the standard library where that has no randomness.
#[cold]
fn seeded() -> SmallRng {
    SmallRng::try_from_os_rng()
        .unwrap_or_else(|_| SmallRng::seed_from_u64(RandomState::new().build_hasher().finish()))
}

/// A new trace id; never zero.
#[inline(never)]
pub fn trace_id() -> TraceId {
    local().random.draw(|generator| {
        loop {
            let id: u128 = generator.random();
            if id != 0 {
                return TraceId::from(id);
            }
        }
    })
}

/// A new span id; never zero.
#[inline]
pub fn span_id() -> SpanId {
    local().random.span_id()
}

/// A number from 0.0 up to but not including 1.0.
pub fn fraction() -> f64 {
    local().random.draw(Rng::random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn threads_draw_different_ids() {
        let draw = || (0..100).map(|_| trace_id()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(draw)).collect();
        let ids: HashSet<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(ids.len(), 800);
        assert!(!ids.contains(&TraceId::INVALID));
    }

    #[test]
    fn span_ids_differ_and_look_random() {
        let draw = || (0..10_000).map(|_| span_id()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let ids: HashSet<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(ids.len(), 40_000);
        assert!(!ids.contains(&SpanId::INVALID));
        for bit in 0..u64::BITS {
            let set = |id: &&SpanId| u64::from_be_bytes(id.to_bytes()) >> bit & 1 == 1;
            let count = ids.iter().filter(set).count();
            // Ten standard deviations around the half.
            assert!((19_000..=21_000).contains(&count), "bit {bit}: {count}");
        }
    }

    #[test]
    fn the_invalid_span_id_is_passed_over() {
        let random = Random::new();
        // The state before the one that is mixed to zero.
        random.spans.set(0u64.wrapping_sub(0x9e37_79b9_7f4a_7c15));
        assert_ne!(random.span_id(), SpanId::INVALID);
        assert_ne!(random.span_id(), SpanId::INVALID);
    }
}

//! The random numbers of a thread.

use opentelemetry::trace::SpanId;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hasher, RandomState};

/// The random numbers of one thread, seeded when they are first drawn, so that no two threads share a sequence.
pub(super) struct Generator {
    /// For trace ids, which differ between all threads of all processes.
    wide: RefCell<Option<SmallRng>>,
    /// The state of [SplitMix64], from which span ids come; zero before it is seeded. A thread draws no id twice.
    ///
    /// [SplitMix64]: https://doi.org/10.1145/2714064.2660195
    spans: Cell<u64>,
}

impl Generator {
    pub(super) const fn new() -> Self {
        Self {
            wide: RefCell::new(None),
            spans: Cell::new(0),
        }
    }

    /// Forgets the seeds, in a process that was just forked and shares them with its parent.
    pub(super) fn abandon(&self) {
        if let Ok(mut wide) = self.wide.try_borrow_mut() {
            *wide = None;
        }
        self.spans.set(0);
    }

    /// Calls `draw` with the generator of the wide sequence.
    pub(super) fn draw<T>(&self, draw: impl FnOnce(&mut SmallRng) -> T) -> T {
        draw(self.wide.borrow_mut().get_or_insert_with(seeded))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invalid_span_id_is_passed_over() {
        let random = Generator::new();
        // The state before the one that is mixed to zero.
        random.spans.set(0u64.wrapping_sub(0x9e37_79b9_7f4a_7c15));
        assert_ne!(random.span_id(), SpanId::INVALID);
        assert_ne!(random.span_id(), SpanId::INVALID);
    }
}

//! Random trace ids, span ids and pauses.

use super::local;
use opentelemetry::trace::{SpanId, TraceId};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::hash::{BuildHasher, Hasher, RandomState};

/// A generator seeded from the operating system, or by hash keys of the standard library where that has no randomness.
#[cold]
fn seeded() -> SmallRng {
    SmallRng::try_from_os_rng()
        .unwrap_or_else(|_| SmallRng::seed_from_u64(RandomState::new().build_hasher().finish()))
}

/// A new trace id; never zero.
#[inline]
pub fn trace_id() -> TraceId {
    TraceId::from(non_zero(Rng::random::<u128>))
}

/// A new span id; never zero.
#[inline]
pub fn span_id() -> SpanId {
    SpanId::from(non_zero(Rng::random::<u64>))
}

/// A number from 0.0 up to but not including 1.0.
pub fn fraction() -> f64 {
    with(Rng::random)
}

/// Zero is the invalid id, so it is drawn again.
#[inline]
fn non_zero<T: Default + PartialEq>(mut draw: impl FnMut(&mut SmallRng) -> T) -> T {
    with(|random| {
        loop {
            let id = draw(random);
            if id != T::default() {
                return id;
            }
        }
    })
}

/// Calls `draw` with the generator of this thread, which is seeded by itself, so that no two threads share a sequence.
#[inline]
fn with<T>(draw: impl FnOnce(&mut SmallRng) -> T) -> T {
    local::with(|local| draw(local.random.borrow_mut().get_or_insert_with(seeded)))
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
}

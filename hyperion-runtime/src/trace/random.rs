//! Random trace ids, span ids and pauses.

use super::local::local;
use opentelemetry::trace::{SpanId, TraceId};
use rand::Rng;

/// A new trace id; never zero.
#[inline(never)]
pub fn trace_id() -> TraceId {
    local().generator.draw(|generator| {
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
    local().generator.span_id()
}

/// A number from 0.0 up to but not including 1.0.
pub fn fraction() -> f64 {
    local().generator.draw(Rng::random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::Hash;

    /// Draws as many ids on each of so many threads.
    fn drawn<T: Eq + Hash + Send + 'static>(
        threads: usize,
        each: usize,
        id: fn() -> T,
    ) -> HashSet<T> {
        let draw = move || (0..each).map(|_| id()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..threads).map(|_| std::thread::spawn(draw)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    }

    #[test]
    fn threads_draw_different_ids() {
        let ids = drawn(8, 100, trace_id);
        assert_eq!(ids.len(), 800);
        assert!(!ids.contains(&TraceId::INVALID));
    }

    #[test]
    fn span_ids_differ_and_look_random() {
        let ids = drawn(4, 10_000, span_id);
        assert_eq!(ids.len(), 40_000);
        assert!(!ids.contains(&SpanId::INVALID));
        for bit in 0..u64::BITS {
            let set = |id: &&SpanId| u64::from_be_bytes(id.to_bytes()) >> bit & 1 == 1;
            let count = ids.iter().filter(set).count();
            // Ten standard deviations around the half.
            assert!((19_000..=21_000).contains(&count), "bit {bit}: {count}");
        }
    }
}

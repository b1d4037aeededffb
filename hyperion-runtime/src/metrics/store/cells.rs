//! Numbers that one thread writes and all may read.
//!
//! Only the thread that has a cell writes to it, so that nothing can come between its load and its store, and neither needs
//! to be ordered. Whoever has the cell next gets it through a lock, and then sees what was written last.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU64, Ordering};

/// A number of 64 bits.
#[derive(Debug)]
pub(crate) struct NumberCell(AtomicU64);

impl NumberCell {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Only the thread that has the cell calls this.
    #[inline]
    pub(super) fn set(&self, bits: u64) {
        self.0.store(bits, Ordering::Relaxed);
    }

    /// Adds to a sum that stays at the end of its range.
    #[inline]
    pub(crate) fn add_u64(&self, value: u64) {
        self.set(self.get().saturating_add(value));
    }

    /// Adds to a sum, unless that would make no difference or take it out of its range. Returns true if it did.
    #[inline]
    pub(super) fn grow_u64(&self, value: u64) -> bool {
        let before = self.get();
        let sum = before.wrapping_add(value);
        let grows = sum > before;
        if grows {
            self.set(sum);
        }
        grows
    }

    /// Counts one more: a range of 64 bits lasts for centuries.
    #[inline]
    pub(super) fn increment(&self) {
        self.set(self.get().wrapping_add(1));
    }

    /// Adds to a signed sum. That of all threads is right also where a part of it has left its range.
    #[inline]
    pub(super) fn add_i64(&self, value: i64) {
        self.set(self.get().wrapping_add(value.cast_unsigned()));
    }

    /// Adds to a sum unless that would make it infinite. Returns true if it did.
    #[inline]
    pub(super) fn add_f64(&self, value: f64) -> bool {
        let sum = f64::from_bits(self.get()) + value;
        let fits = sum.is_finite();
        if fits {
            self.set(sum.to_bits());
        }
        fits
    }

    /// Adds to a sum of what is not negative, unless that would make it infinite or not a number. Returns true if it did.
    #[inline]
    pub(super) fn grow_f64(&self, value: f64) -> bool {
        let sum = f64::from_bits(self.get()) + value;
        let fits = sum < f64::INFINITY;
        if fits {
            self.set(sum.to_bits());
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(loom)]
    use loom::model;

    #[cfg(not(loom))]
    fn model(check: impl Fn()) {
        check();
    }

    #[test]
    fn a_sum_stays_in_its_range() {
        model(|| {
            let cell = NumberCell::new();
            cell.add_u64(u64::MAX);
            cell.add_u64(1);
            assert_eq!(cell.get(), u64::MAX);
            assert!(!cell.grow_u64(1));
            assert_eq!(cell.get(), u64::MAX);
            cell.set(0);
            assert!(!cell.grow_u64(0));
            assert!(cell.grow_u64(u64::MAX - 1));
            cell.increment();
            assert_eq!(cell.get(), u64::MAX);
            cell.set(0);
            cell.add_i64(-3);
            cell.add_i64(1);
            assert_eq!(cell.get().cast_signed(), -2);
            cell.set(0);
            assert!(cell.add_f64(f64::MAX));
            assert!(!cell.add_f64(f64::MAX));
            assert_eq!(cell.get(), f64::MAX.to_bits());
            for value in [f64::MAX, f64::INFINITY, f64::NAN] {
                assert!(!cell.grow_f64(value));
            }
            assert!(cell.grow_f64(0.0));
            assert_eq!(cell.get(), f64::MAX.to_bits());
        });
    }
}

#[cfg(all(test, loom))]
mod interleavings {
    use super::*;
    use loom::sync::{Arc, Mutex};

    /// Cells that no thread has, as a shard is handed on.
    type Idle = Arc<Mutex<Vec<Arc<NumberCell>>>>;

    fn hand_on(idle: &Idle, count: impl Fn(&NumberCell)) {
        let cell = idle.lock().unwrap().pop();
        if let Some(cell) = cell {
            count(&cell);
            idle.lock().unwrap().push(cell);
        }
    }

    /// Every interleaving of two threads that have two cells one after the other, the second perhaps the first one's, and of
    /// somebody who reads twice meanwhile.
    #[test]
    fn nothing_is_lost_and_no_sum_falls() {
        loom::model(|| {
            let cells = [Arc::new(NumberCell::new()), Arc::new(NumberCell::new())];
            let idle: Idle = Arc::new(Mutex::new(cells.to_vec()));
            let sum =
                |cells: &[Arc<NumberCell>; 2]| cells.iter().map(|cell| cell.get()).sum::<u64>();
            let threads = [1, 2].map(|value| {
                let idle = Arc::clone(&idle);
                loom::thread::spawn(move || {
                    hand_on(&idle, |cell| {
                        cell.add_u64(value);
                        cell.add_u64(value);
                    });
                })
            });
            let first = sum(&cells);
            let second = sum(&cells);
            assert!(first <= second && second <= 6);
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(sum(&cells), 6);
        });
    }
}

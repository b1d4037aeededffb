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
pub(super) struct Cell(AtomicU64);

impl Cell {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline]
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Only the thread that has the cell calls this.
    #[inline]
    pub(super) fn set(&self, bits: u64) {
        self.0.store(bits, Ordering::Relaxed);
    }

    /// Adds to a sum that stays at the end of its range.
    #[inline]
    pub(super) fn add_u64(&self, value: u64) {
        self.set(self.get().saturating_add(value));
    }

    /// Adds to a signed sum. That of all threads is right also where a part of it has left its range.
    #[inline]
    pub(super) fn add_i64(&self, value: i64) {
        self.set(self.get().wrapping_add(value.cast_unsigned()));
    }

    /// Adds to a sum unless that would make it infinite. Tells whether it did.
    #[inline]
    pub(super) fn add_f64(&self, value: f64) -> bool {
        let sum = f64::from_bits(self.get()) + value;
        let fits = sum.is_finite();
        if fits {
            self.set(sum.to_bits());
        }
        fits
    }
}

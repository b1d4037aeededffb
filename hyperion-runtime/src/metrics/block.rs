//! Cells that one thread writes and all may read.

use super::description::Kind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The cells of one series in one thread.
#[derive(Debug)]
pub(super) struct Block(Box<[AtomicU64]>);

impl Block {
    pub(super) fn new(kind: Kind) -> Self {
        Self((0..kind.cells()).map(|_| AtomicU64::new(0)).collect())
    }

    /// Only the owning thread calls this, so nothing can come between the load and the store.
    #[inline]
    pub(super) fn add(&self, index: usize, value: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.store(
                cell.load(Ordering::Relaxed).wrapping_add(value),
                Ordering::Relaxed,
            );
        }
    }

    #[inline]
    pub(super) fn add_f64(&self, index: usize, value: f64) {
        if let Some(cell) = self.0.get(index) {
            let sum = f64::from_bits(cell.load(Ordering::Relaxed)) + value;
            cell.store(sum.to_bits(), Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self, index: usize) -> u64 {
        self.0
            .get(index)
            .map_or(0, |cell| cell.load(Ordering::Relaxed))
    }
}

/// The blocks of one thread, as snapshots see them.
pub(super) type SharedBlocks = Mutex<Vec<(u32, Arc<Block>)>>;

//! Last values, which all threads write to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The last value of each series of a gauge, once one was set.
#[derive(Debug, Default)]
pub(crate) struct GaugeCells(OnceLock<Box<[GaugeCell]>>);

#[derive(Debug, Default)]
struct GaugeCell {
    bits: AtomicU64,
    is_set: AtomicBool,
}

impl GaugeCells {
    /// Keeps the value of one of `cardinality` series.
    #[inline]
    pub(super) fn set(&self, cardinality: usize, index: usize, bits: u64) {
        let make = || (0..cardinality).map(|_| GaugeCell::default()).collect();
        let cells = self.0.get_or_init(make);
        if let Some(cell) = cells.get(index) {
            cell.bits.store(bits, Ordering::Relaxed);
            // What reads that it is set must see a value.
            cell.is_set.store(true, Ordering::Release);
        }
    }

    /// Forgets every value.
    pub(crate) fn forget(&self) {
        for cell in self.0.get().into_iter().flatten() {
            cell.is_set.store(false, Ordering::Release);
        }
    }

    /// The series that have a value, and their values.
    pub(crate) fn values(&self) -> impl Iterator<Item = (usize, u64)> {
        let cells = self.0.get().into_iter().flatten().enumerate();
        cells
            .filter(|(_, cell)| cell.is_set.load(Ordering::Acquire))
            .map(|(index, cell)| (index, cell.bits.load(Ordering::Relaxed)))
    }
}

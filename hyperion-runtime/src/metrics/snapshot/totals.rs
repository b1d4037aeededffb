//! The cells of a series, each summed over all threads.

use crate::metrics::declare::{InstrumentKind, NumberType};

/// The sums of a series, one a cell.
pub(super) type Totals = Vec<u64>;

/// The sum of a cell over two threads; `from_last` is how far it is from the last one of its series.
pub(super) fn sum(kind: InstrumentKind, from_last: usize, one: u64, other: u64) -> u64 {
    if is_float(kind, from_last) {
        let sum = f64::from_bits(one) + f64::from_bits(other);
        return sum.clamp(f64::MIN, f64::MAX).to_bits();
    }
    match kind {
        InstrumentKind::UpDownCounter(NumberType::I64) => one.wrapping_add(other),
        _ => one.saturating_add(other),
    }
}

/// The amount that a cell has counted since it held `before`.
pub(super) fn difference(kind: InstrumentKind, from_last: usize, now: u64, before: u64) -> u64 {
    if is_float(kind, from_last) {
        let difference = f64::from_bits(now) - f64::from_bits(before);
        return difference.to_bits();
    }
    match kind {
        InstrumentKind::UpDownCounter(NumberType::I64) => now.wrapping_sub(before),
        _ => now.saturating_sub(before),
    }
}

/// Returns true if a cell holds a float; `from_last` is how far it is from the last one of its series.
fn is_float(kind: InstrumentKind, from_last: usize) -> bool {
    // A sum that may fall has the number of its changes behind it, and a histogram its buckets before.
    let is_sum = from_last == usize::from(matches!(kind, InstrumentKind::UpDownCounter(_)));
    is_sum && kind.number_type() == NumberType::F64
}

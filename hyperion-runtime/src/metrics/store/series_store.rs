//! The series of a metric that was touched.

use super::definition::{Definition, LabelPair};
use super::dropped::{DropReason, Dropped};
use super::gauge_cells::GaugeCells;
use super::layout::Layout;
use super::shard::{self, with_cells};
use crate::metrics::declare::{InstrumentKind, NumberType};
use crate::metrics::exemplars::{self, Exemplars, InSpan};
use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

/// A metric that was touched. It is never freed, so that whoever counts needs no lock to reach it.
#[derive(Debug)]
pub(crate) struct SeriesStore {
    pub(crate) definition: Definition,
    pub(crate) start: SystemTime,
    /// The most series that it can have.
    pub(crate) cardinality: usize,
    pub(crate) layout: Layout,
    pub(crate) gauges: GaugeCells,
    pub(crate) exemplars: Exemplars,
    pub(crate) dropped: Dropped,
    /// Series that are shown though nothing was counted: one bit each.
    shown: OnceLock<Box<[AtomicU64]>>,
    /// True once an instrument of it has a callback.
    pub(crate) asynchronous: AtomicBool,
    /// A second in its unit.
    second: f64,
}

impl SeriesStore {
    /// The metric, on pages from `first_page` on.
    pub(super) fn new(definition: Definition, first_page: usize, start: SystemTime) -> Self {
        let cardinality = definition.labels.cardinality.max(1);
        Self {
            start,
            cardinality,
            layout: Layout::new(first_page, cardinality, definition.stride()),
            gauges: GaugeCells::default(),
            exemplars: Exemplars::new(cardinality, definition.bounds.len() + 1),
            dropped: Dropped::default(),
            shown: OnceLock::new(),
            asynchronous: AtomicBool::new(false),
            second: match definition.unit {
                "ms" => 1e3,
                "us" => 1e6,
                "ns" => 1e9,
                _ => 1.0,
            },
            definition,
        }
    }

    /// Converts seconds to the unit of the metric.
    #[inline]
    pub(crate) fn in_unit(&self, seconds: f64) -> f64 {
        seconds * self.second
    }

    /// Adds to a counter.
    #[inline]
    pub(crate) fn add_u64(&self, index: usize, value: u64, state: u8) {
        match shard::known_cell(self.layout.single(index)) {
            Some(sum) => sum.add_u64(value),
            None => self.first_add_u64(index, value),
        }
        if value == 0 {
            self.show(index);
        } else if exemplars::are_wanted(state) {
            self.exemplars
                .offer(state, index, 0, value, &InSpan::Current);
        }
    }

    #[cold]
    fn first_add_u64(&self, index: usize, value: u64) {
        with_cells(&self.layout, index, |cells| {
            if let [sum] = cells {
                sum.add_u64(value);
            }
        });
    }

    /// Adds to a signed sum.
    #[inline]
    pub(crate) fn add_i64(&self, index: usize, value: i64) {
        with_cells(&self.layout, index, |cells| {
            if let [sum, count] = cells {
                sum.add_i64(value);
                count.add_u64(1);
            }
        });
    }

    /// Adds to a sum of either kind.
    #[inline]
    pub(crate) fn add_f64(&self, index: usize, value: f64, state: u8) {
        if let Some(reason) = self.refuses(value) {
            return self.dropped.count(reason);
        }
        let is_monotonic = matches!(self.definition.kind, InstrumentKind::Counter(_));
        if is_monotonic && value == 0.0 {
            return self.show(index);
        }
        let fits = with_cells(&self.layout, index, |cells| match cells {
            [sum] => sum.add_f64(value),
            [sum, count] => {
                count.add_u64(1);
                sum.add_f64(value)
            }
            _ => true,
        });
        if !fits {
            return self.dropped.count(DropReason::Overflow);
        }
        if is_monotonic && exemplars::are_wanted(state) {
            self.exemplars
                .offer(state, index, 0, value.to_bits(), &InSpan::Current);
        }
    }

    /// Records in a histogram.
    #[inline]
    pub(crate) fn record(&self, index: usize, value: f64, span: &InSpan, state: u8) {
        if let Some(reason) = self.refuses(value) {
            return self.dropped.count(reason);
        }
        let bucket = bucket(self.definition.bounds, value);
        let fits = with_cells(&self.layout, index, |cells| {
            let Some((sum, buckets)) = cells.split_last() else {
                return true;
            };
            let fits = sum.add_f64(value);
            if let Some(count) = buckets.get(bucket).filter(|_| fits) {
                count.add_u64(1);
            }
            fits
        });
        if !fits {
            return self.dropped.count(DropReason::Overflow);
        }
        if exemplars::are_wanted(state) {
            self.exemplars
                .offer(state, index, bucket, value.to_bits(), span);
        }
    }

    /// Keeps a last value.
    #[inline]
    pub(crate) fn set(&self, index: usize, bits: u64) {
        if let Some(reason) = self.refuses_bits(bits) {
            return self.dropped.count(reason);
        }
        self.gauges.set(self.cardinality, index, bits);
    }

    /// The reason to leave a value out, if there is one: none may spoil a sum, and none may make one fall that only grows.
    #[inline]
    fn refuses(&self, value: f64) -> Option<DropReason> {
        let only_grows = || {
            matches!(
                self.definition.kind,
                InstrumentKind::Counter(_) | InstrumentKind::Histogram
            )
        };
        if !value.is_finite() {
            Some(DropReason::NotFinite)
        } else if value < 0.0 && only_grows() {
            Some(DropReason::Negative)
        } else {
            None
        }
    }

    /// The same of a value in the metric's own type.
    pub(super) fn refuses_bits(&self, bits: u64) -> Option<DropReason> {
        match self.definition.kind.number_type() {
            NumberType::F64 => self.refuses(f64::from_bits(bits)),
            NumberType::U64 | NumberType::I64 => None,
        }
    }

    /// Shows a series from now on, also while nothing is counted in it.
    #[cold]
    pub(super) fn show(&self, index: usize) {
        let words = self.shown.get_or_init(|| {
            (0..self.cardinality.div_ceil(64))
                .map(|_| AtomicU64::new(0))
                .collect()
        });
        if let Some(word) = words.get(index / 64) {
            word.fetch_or(1 << (index % 64), Ordering::Relaxed);
        }
    }

    /// Returns true if a series is shown in which nothing was counted.
    pub(crate) fn is_shown(&self, index: usize) -> bool {
        let zero =
            self.definition.zero && !matches!(self.definition.kind, InstrumentKind::Gauge(_));
        zero || self.shown.get().is_some_and(|words| {
            words
                .get(index / 64)
                .is_some_and(|word| word.load(Ordering::Relaxed) >> (index % 64) & 1 == 1)
        })
    }

    /// The labels of a series, sorted by key.
    pub(crate) fn labels(&self, index: usize) -> Vec<LabelPair> {
        let mut labels = self.definition.fixed.clone();
        let mut keys = self.definition.labels.keys.iter();
        (self.definition.labels.values)(index, &mut |value| {
            if let Some(key) = keys.next() {
                labels.push((Cow::Borrowed(key), Cow::Borrowed(value)));
            }
        });
        labels.sort_unstable();
        labels
    }
}

/// The first bucket whose upper bound is not less than `value`.
///
/// Each step of a search waits for the one before. Comparisons with all of so few bounds go on at once, and take less time.
#[inline]
fn bucket(bounds: &[f64], value: f64) -> usize {
    const FEW: usize = 32;
    if bounds.len() > FEW {
        return bounds.partition_point(|bound| *bound < value);
    }
    bounds.iter().map(|bound| usize::from(*bound < value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_the_same_however_it_is_found() {
        let bounds: Vec<f64> = (0..64).map(|bound| f64::from(bound) / 4.0).collect();
        for few in 0..bounds.len() {
            let bounds = &bounds[..few];
            for value in (0..80).map(|value| f64::from(value) / 5.0) {
                let searched = bounds.partition_point(|bound| *bound < value);
                assert_eq!(bucket(bounds, value), searched, "{value} of {few}");
            }
        }
    }
}

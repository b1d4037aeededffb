//! The series of a metric that was touched.

use super::buckets::BucketTable;
use super::definition::{Definition, LabelPair};
use super::directory::Entry;
use super::dropped::{DropReason, Dropped};
use super::gauge_cells::GaugeCells;
use super::layout::Layout;
use super::shard::with_cells;
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
    buckets: Option<&'static BucketTable>,
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
    pub(super) fn new(
        definition: Definition,
        first_page: usize,
        buckets: Option<&'static BucketTable>,
        start: SystemTime,
    ) -> Self {
        let cardinality = definition.labels.cardinality.max(1);
        Self {
            start,
            cardinality,
            layout: Layout::new(first_page, cardinality, definition.stride(), buckets),
            buckets,
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
    #[inline(never)]
    pub(crate) fn add_u64(&self, index: usize, value: u64, state: u8) {
        with_cells(&self.layout, index, |cells, entry| {
            if let [sum] = cells {
                sum.add_u64(value);
            }
            if value == 0 {
                self.show(index);
            } else {
                self.offer(entry, state, index, 0, value, &InSpan::Current);
            }
        });
    }

    /// Adds to a signed sum.
    pub(crate) fn add_i64(&self, index: usize, value: i64) {
        with_cells(&self.layout, index, |cells, _| {
            if let [sum, count] = cells {
                sum.add_i64(value);
                count.increment();
            }
        });
    }

    /// Adds to a sum of either kind.
    pub(crate) fn add_f64(&self, index: usize, value: f64, state: u8) {
        if let Some(reason) = self.refuses(value) {
            return self.dropped.count(reason);
        }
        let is_monotonic = matches!(self.definition.kind, InstrumentKind::Counter(_));
        if is_monotonic && value == 0.0 {
            return self.show(index);
        }
        with_cells(&self.layout, index, |cells, entry| {
            let fits = match cells {
                [sum] => sum.add_f64(value),
                [sum, count] => {
                    count.increment();
                    sum.add_f64(value)
                }
                _ => true,
            };
            if !fits {
                self.dropped.count(DropReason::Overflow);
            } else if is_monotonic {
                self.offer(entry, state, index, 0, value.to_bits(), &InSpan::Current);
            }
        });
    }

    /// Records in a histogram.
    #[inline(never)]
    pub(crate) fn record(&self, index: usize, value: f64, span: &InSpan, state: u8) {
        if let Some(reason) = self.refuses(value) {
            return self.dropped.count(reason);
        }
        let bucket = self.bucket(value);
        with_cells(&self.layout, index, |cells, entry| {
            let Some((sum, buckets)) = cells.split_last() else {
                return;
            };
            if !sum.add_f64(value) {
                return self.dropped.count(DropReason::Overflow);
            }
            if let Some(count) = buckets.get(bucket) {
                count.increment();
            }
            self.offer(entry, state, index, bucket, value.to_bits(), span);
        });
    }

    /// The first bucket whose upper bound is not less than `value`.
    #[inline]
    fn bucket(&self, value: f64) -> usize {
        let found = self.buckets.and_then(|table| table.find(value));
        found.unwrap_or_else(|| self.search(value))
    }

    /// The same, also of bounds that no table fits.
    #[inline(never)]
    fn search(&self, value: f64) -> usize {
        let bounds = self.definition.bounds;
        bounds.partition_point(|bound| *bound < value)
    }

    /// Offers what was measured to be an exemplar, if there is to be one and the thread does not know that it is there.
    #[inline]
    fn offer(
        &self,
        entry: Option<&Entry>,
        state: u8,
        index: usize,
        bucket: usize,
        value: u64,
        span: &InSpan,
    ) {
        if !exemplars::are_wanted(state) {
            return;
        }
        let generation = exemplars::generation();
        let cell = self.layout.offset(index) + bucket;
        if entry.is_some_and(|entry| entry.has_exemplar(generation, cell)) {
            return;
        }
        if !self.exemplars.has(generation, index, bucket) {
            if span.may_pass(state) {
                let exemplars = &self.exemplars;
                exemplars.keep(generation, state, index, bucket, value, span);
            }
        } else if let Some(entry) = entry {
            entry.set_exemplar(generation, cell);
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

    /// The labels of a series, sorted by key. One without a value is absent.
    pub(crate) fn labels(&self, index: usize) -> Vec<LabelPair> {
        let mut labels = self.definition.fixed.clone();
        let mut keys = self.definition.labels.keys.iter();
        (self.definition.labels.values)(index, &mut |value| {
            if let Some(key) = keys.next()
                && !value.is_empty()
            {
                labels.push((Cow::Borrowed(key), Cow::Borrowed(value)));
            }
        });
        labels.sort_unstable();
        labels
    }
}

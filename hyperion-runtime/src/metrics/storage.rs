//! Numbers that only their own thread writes.
//!
//! Every series has a number. Each thread keeps a table from that number to its own block of cells, and is the only one
//! that writes to them: a plain load and store, whatever other threads do. A snapshot sums the blocks of all threads. When
//! a thread ends, its blocks are added to the totals of the ended threads, under the lock that snapshots take, so that
//! nothing is counted twice or missed.

use super::block::{Block, SharedBlocks};
use super::description::{Description, Kind};
use super::registry::{lock, registry};
use super::snapshot::Label;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of a series, given when it is first touched.
#[derive(Debug)]
pub(crate) struct Series(AtomicU32);

/// No series has this number.
const UNREGISTERED: u32 = 0;

impl Series {
    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(UNREGISTERED))
    }

    /// Adds to a sum.
    #[inline]
    pub(crate) fn add(&self, value: u64, describe: impl FnOnce() -> (Description, Vec<Label>)) {
        self.with_block(describe, |block| block.add(0, value));
    }

    /// Adds to an up-down counter.
    #[inline]
    pub(crate) fn add_signed(
        &self,
        value: i64,
        describe: impl FnOnce() -> (Description, Vec<Label>),
    ) {
        self.add(value.cast_unsigned(), describe);
    }

    /// Records a value in a histogram with these bounds.
    #[inline]
    pub(crate) fn record(
        &self,
        value: f64,
        bounds: &[f64],
        describe: impl FnOnce() -> (Description, Vec<Label>),
    ) {
        self.with_block(describe, |block| {
            block.add(bounds.partition_point(|bound| *bound < value), 1);
            block.add_f64(bounds.len() + 1, value);
        });
    }

    #[inline]
    fn with_block(
        &self,
        describe: impl FnOnce() -> (Description, Vec<Label>),
        write: impl Fn(&Block),
    ) {
        let mut number = self.0.load(Ordering::Relaxed);
        if number == UNREGISTERED {
            number = self.register(describe);
        }
        let written = SHARD.try_with(|shard| {
            let mut shard = shard.borrow_mut();
            match shard.table.get(number as usize) {
                Some(Some(block)) => write(block),
                _ => write(shard.add_block(number)),
            }
        });
        if written.is_err() {
            // The thread is ending and its shard is merged: the value goes to the totals of the ended threads.
            let mut registry = registry();
            if let Some(series) = registry.series_mut(number) {
                let block = Block::new(series.kind);
                write(&block);
                series.kind.add(&mut series.ended, |index| block.get(index));
            }
        }
    }

    #[cold]
    fn register(&self, describe: impl FnOnce() -> (Description, Vec<Label>)) -> u32 {
        let (description, mut labels) = describe();
        labels.sort_unstable();
        let mut registry = registry();
        // Another thread may have been first.
        let number = self.0.load(Ordering::Relaxed);
        if number != UNREGISTERED {
            return number;
        }
        let number = registry.add_series(description, labels);
        self.0.store(number, Ordering::Relaxed);
        number
    }
}

/// The blocks of one thread, as it finds them.
struct Shard {
    table: Vec<Option<Arc<Block>>>,
    shared: Arc<SharedBlocks>,
}

thread_local! {
    static SHARD: RefCell<Shard> = RefCell::new(Shard::new());
}

impl Shard {
    fn new() -> Self {
        let shared = Arc::<SharedBlocks>::default();
        registry().shards.push(Arc::clone(&shared));
        Self {
            table: Vec::new(),
            shared,
        }
    }

    #[cold]
    fn add_block(&mut self, number: u32) -> &Block {
        let kind = registry()
            .series_mut(number)
            .map_or(Kind::Counter, |series| series.kind);
        let block = Arc::new(Block::new(kind));
        lock(&self.shared).push((number, Arc::clone(&block)));
        let index = number as usize;
        if self.table.len() <= index {
            self.table.resize(index + 1, None);
        }
        self.table[index].insert(block)
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        let mut registry = registry();
        for (number, block) in lock(&self.shared).drain(..) {
            if let Some(series) = registry.series_mut(number) {
                series.kind.add(&mut series.ended, |index| block.get(index));
            }
        }
        registry
            .shards
            .retain(|shard| !Arc::ptr_eq(shard, &self.shared));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::description::Kind;
    use crate::metrics::registry::snapshot;
    use crate::metrics::snapshot::{Data, Family, Number, NumberPoint};

    const BOUNDS: &[f64] = &[1.0, 2.0];

    fn counter(name: &'static str) -> (Description, Vec<Label>) {
        (
            Description {
                name,
                help: "",
                unit: "",
                kind: Kind::Counter,
            },
            Vec::new(),
        )
    }

    fn histogram(name: &'static str, label: &'static str) -> (Description, Vec<Label>) {
        let kind = Kind::Histogram { bounds: BOUNDS };
        (
            Description {
                name,
                help: "",
                unit: "",
                kind,
            },
            vec![("label".into(), label.into())],
        )
    }

    fn family(name: &str) -> Family {
        snapshot()
            .families
            .into_iter()
            .find(|family| family.name == name)
            .expect("the family is in the snapshot")
    }

    fn count(name: &str) -> u64 {
        match family(name).data {
            Data::Counter(points) => match points.as_slice() {
                [
                    NumberPoint {
                        value: Number::U64(value),
                        ..
                    },
                ] => *value,
                other => panic!("one point, found {other:?}"),
            },
            other => panic!("a counter, found {other:?}"),
        }
    }

    #[test]
    fn a_counter_sums_over_threads_that_live_and_that_ended() {
        static SERIES: Series = Series::new();
        let add = || (0..1000).for_each(|_| SERIES.add(1, || counter("test.threads")));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(add);
            }
        });
        add();
        assert_eq!(count("test.threads"), 9000);
    }

    #[test]
    fn a_counter_never_falls_while_threads_come_and_go() {
        static SERIES: Series = Series::new();
        SERIES.add(1, || counter("test.monotonic"));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        std::thread::spawn(|| {
                            (0..100).for_each(|_| SERIES.add(1, || counter("test.monotonic")));
                        })
                        .join()
                        .unwrap();
                    }
                });
            }
            let mut last = 0;
            for _ in 0..200 {
                let now = count("test.monotonic");
                assert!(now >= last, "{now} after {last}");
                last = now;
            }
        });
        assert_eq!(count("test.monotonic"), 20_001);
    }

    #[test]
    fn a_value_on_a_bound_belongs_to_the_bucket_below() {
        static SERIES: Series = Series::new();
        for value in [0.5, 1.0, 1.5, 2.0, 2.5] {
            SERIES.record(value, BOUNDS, || histogram("test.bounds", "x"));
        }
        let Data::Histogram(points) = family("test.bounds").data else {
            panic!("a histogram")
        };
        assert_eq!(&*points[0].bounds, BOUNDS);
        assert_eq!(points[0].buckets, [2, 2, 1]);
        assert!((points[0].sum - 7.5).abs() < 1e-9);
        assert_eq!(points[0].count(), 5);
    }

    #[test]
    fn call_sites_with_the_same_labels_are_one_series() {
        static ONE: Series = Series::new();
        static SAME: Series = Series::new();
        static OTHER: Series = Series::new();
        ONE.record(0.5, BOUNDS, || histogram("test.merge", "a"));
        SAME.record(1.5, BOUNDS, || histogram("test.merge", "a"));
        OTHER.record(2.5, BOUNDS, || histogram("test.merge", "b"));
        let Data::Histogram(points) = family("test.merge").data else {
            panic!("a histogram")
        };
        let buckets: Vec<_> = points.iter().map(|point| point.buckets.clone()).collect();
        assert_eq!(buckets, [vec![1, 1, 0], vec![0, 0, 1]]);
    }

    #[test]
    fn values_of_a_threads_last_moments_are_kept() {
        static SERIES: Series = Series::new();
        struct Last;
        impl Drop for Last {
            fn drop(&mut self) {
                SERIES.add(1, || counter("test.last"));
            }
        }
        thread_local! {
            static LAST: Last = const { Last };
        }
        std::thread::spawn(|| {
            LAST.with(|_| ());
            SERIES.add(1, || counter("test.last"));
        })
        .join()
        .unwrap();
        assert_eq!(count("test.last"), 2);
    }
}

//! Numbers that only their own thread writes.
//!
//! Every series has a number. Each thread keeps a table from that number to its own block of cells, and is the only one
//! that writes to them: a plain load and store, whatever other threads do. A snapshot sums the blocks of all threads. When
//! a thread ends, its blocks are added to the totals of the ended threads, under the lock that snapshots take, so that
//! nothing is counted twice or missed.

use super::snapshot::{Data, Family, HistogramPoint, Label, Number, NumberPoint, Snapshot};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// What a metric is called and how it is counted.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) kind: Kind,
}

/// How a metric is counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Counter,
    Histogram { bounds: &'static [f64] },
}

impl Kind {
    /// A counter has its sum; a histogram a count for each bucket, then the bits of its sum.
    fn cells(self) -> usize {
        match self {
            Self::Counter => 1,
            Self::Histogram { bounds } => bounds.len() + 2,
        }
    }

    /// Adds what one block holds to a total.
    fn add(self, total: &mut [u64], cell: impl Fn(usize) -> u64) {
        let sum = match self {
            Self::Counter => None,
            Self::Histogram { bounds } => Some(bounds.len() + 1),
        };
        for (index, total) in total.iter_mut().enumerate() {
            *total = if Some(index) == sum {
                (f64::from_bits(*total) + f64::from_bits(cell(index))).to_bits()
            } else {
                total.wrapping_add(cell(index))
            };
        }
    }
}

/// The number of a series, given when it is first touched.
#[derive(Debug)]
pub(crate) struct Series(AtomicU32);

/// No series has this number.
const UNREGISTERED: u32 = 0;

impl Series {
    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(UNREGISTERED))
    }

    /// Adds to a counter.
    #[inline]
    pub(crate) fn add(&self, value: u64, describe: impl FnOnce() -> (Description, Vec<Label>)) {
        self.with_block(describe, |block| block.add(0, value));
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

/// The cells of one series in one thread.
#[derive(Debug)]
struct Block(Box<[AtomicU64]>);

impl Block {
    fn new(kind: Kind) -> Self {
        Self((0..kind.cells()).map(|_| AtomicU64::new(0)).collect())
    }

    /// Only the owning thread calls this, so nothing can come between the load and the store.
    #[inline]
    fn add(&self, index: usize, value: u64) {
        if let Some(cell) = self.0.get(index) {
            cell.store(
                cell.load(Ordering::Relaxed).wrapping_add(value),
                Ordering::Relaxed,
            );
        }
    }

    #[inline]
    fn add_f64(&self, index: usize, value: f64) {
        if let Some(cell) = self.0.get(index) {
            let sum = f64::from_bits(cell.load(Ordering::Relaxed)) + value;
            cell.store(sum.to_bits(), Ordering::Relaxed);
        }
    }

    fn get(&self, index: usize) -> u64 {
        self.0
            .get(index)
            .map_or(0, |cell| cell.load(Ordering::Relaxed))
    }
}

/// The blocks of one thread, as snapshots see them.
type SharedBlocks = Mutex<Vec<(u32, Arc<Block>)>>;

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

/// Every series there is, and every thread that counts.
struct Registry {
    /// When the first series was touched.
    start: Option<SystemTime>,
    series: Vec<SeriesEntry>,
    shards: Vec<Arc<SharedBlocks>>,
}

struct SeriesEntry {
    description: Description,
    kind: Kind,
    labels: Vec<Label>,
    /// What threads that ended have counted.
    ended: Vec<u64>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    start: None,
    series: Vec::new(),
    shards: Vec::new(),
});

fn registry() -> MutexGuard<'static, Registry> {
    lock(&REGISTRY)
}

/// A poisoned lock guards numbers that are each whole; they are worth more than the panic that poisoned it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    fn add_series(&mut self, description: Description, labels: Vec<Label>) -> u32 {
        self.start.get_or_insert_with(SystemTime::now);
        let kind = description.kind;
        self.series.push(SeriesEntry {
            description,
            kind,
            labels,
            ended: vec![0; kind.cells()],
        });
        // Numbers begin at one; four thousand million series do not fit any memory.
        u32::try_from(self.series.len()).unwrap_or(u32::MAX)
    }

    fn series_mut(&mut self, number: u32) -> Option<&mut SeriesEntry> {
        self.series.get_mut((number as usize).checked_sub(1)?)
    }
}

/// Everything that was counted until now.
pub(crate) fn snapshot() -> Snapshot {
    let registry = registry();
    let mut totals: Vec<Vec<u64>> = registry
        .series
        .iter()
        .map(|series| series.ended.clone())
        .collect();
    for shard in &registry.shards {
        for (number, block) in lock(shard).iter() {
            let index = (*number as usize).wrapping_sub(1);
            if let (Some(series), Some(total)) = (registry.series.get(index), totals.get_mut(index))
            {
                series.kind.add(total, |cell| block.get(cell));
            }
        }
    }
    let time = SystemTime::now();
    let mut families: Vec<Family> = Vec::new();
    for (series, total) in registry.series.iter().zip(totals) {
        let family = if let Some(family) = families
            .iter_mut()
            .find(|family| family.name == series.description.name)
        {
            family
        } else {
            families.push(series.description.family());
            let last = families.len() - 1;
            &mut families[last]
        };
        merge(&mut family.data, &series.labels, &total);
    }
    families.sort_by(|one, other| one.name.cmp(&other.name));
    Snapshot {
        start: registry.start.unwrap_or(time),
        time,
        families,
    }
}

impl Description {
    fn family(&self) -> Family {
        Family {
            name: Cow::Borrowed(self.name),
            description: Cow::Borrowed(self.help),
            unit: Cow::Borrowed(self.unit),
            data: match self.kind {
                Kind::Counter => Data::Counter(Vec::new()),
                Kind::Histogram { bounds } => Data::Histogram {
                    bounds: bounds.into(),
                    points: Vec::new(),
                },
            },
        }
    }
}

/// Adds a series to its family. Call sites that carry the same labels are one series to a backend.
fn merge(data: &mut Data, labels: &[Label], total: &[u64]) {
    match data {
        Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => {
            let value = total.first().copied().unwrap_or(0);
            match points.iter_mut().find(|point| point.labels == labels) {
                Some(NumberPoint {
                    value: Number::U64(sum),
                    ..
                }) => *sum = sum.wrapping_add(value),
                _ => points.push(NumberPoint {
                    labels: labels.to_vec(),
                    value: Number::U64(value),
                }),
            }
        }
        Data::Histogram { points, .. } => {
            let Some((sum, buckets)) = total.split_last() else {
                return;
            };
            match points.iter_mut().find(|point| point.labels == labels) {
                Some(point) if point.buckets.len() == buckets.len() => {
                    point.sum += f64::from_bits(*sum);
                    point
                        .buckets
                        .iter_mut()
                        .zip(buckets)
                        .for_each(|(bucket, more)| *bucket += more);
                }
                _ => points.push(HistogramPoint {
                    labels: labels.to_vec(),
                    buckets: buckets.to_vec(),
                    sum: f64::from_bits(*sum),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let Data::Histogram { bounds, points } = family("test.bounds").data else {
            panic!("a histogram")
        };
        assert_eq!(&*bounds, BOUNDS);
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
        let Data::Histogram { points, .. } = family("test.merge").data else {
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

//! Every series there is, and what all threads together have counted.

use super::block::SharedBlocks;
use super::description::{Description, Kind};
use super::snapshot::{Data, Family, HistogramPoint, Label, Number, NumberPoint, Snapshot};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Every series there is, and every thread that counts.
pub(super) struct Registry {
    /// When the first series was touched.
    start: Option<SystemTime>,
    series: Vec<SeriesEntry>,
    pub(super) shards: Vec<Arc<SharedBlocks>>,
}

pub(super) struct SeriesEntry {
    description: Description,
    pub(super) kind: Kind,
    labels: Vec<Label>,
    /// What threads that ended have counted.
    pub(super) ended: Vec<u64>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    start: None,
    series: Vec::new(),
    shards: Vec::new(),
});

/// The one registry, locked: for a first touch, the end of a thread, or a snapshot.
pub(super) fn registry() -> MutexGuard<'static, Registry> {
    lock(&REGISTRY)
}

/// A poisoned lock guards numbers that are each whole; they are worth more than the panic that poisoned it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// Adds a series and gives it a number.
    pub(super) fn add_series(&mut self, description: Description, labels: Vec<Label>) -> u32 {
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

    /// The series of a number.
    pub(super) fn series_mut(&mut self, number: u32) -> Option<&mut SeriesEntry> {
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
        merge(&mut family.data, series, &total, registry.start);
    }
    families.sort_by(|one, other| one.name.cmp(&other.name));
    Snapshot { time, families }
}

/// Adds a series to its family. Call sites that carry the same labels are one series to a backend.
fn merge(data: &mut Data, series: &SeriesEntry, total: &[u64], start: Option<SystemTime>) {
    let labels = &series.labels;
    match (data, series.kind) {
        (Data::Histogram(points), Kind::Histogram { bounds }) => {
            let Some((sum, buckets)) = total.split_last() else {
                return;
            };
            let point = HistogramPoint {
                labels: labels.clone(),
                start,
                exemplars: Vec::new(),
                bounds: bounds.into(),
                buckets: buckets.to_vec(),
                sum: f64::from_bits(*sum),
            };
            match points.iter_mut().find(|point| point.labels == *labels) {
                Some(known) => known.add(&point),
                None => points.push(point),
            }
        }
        (Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points), kind) => {
            let value = number(kind, total.first().copied().unwrap_or(0));
            match points.iter_mut().find(|point| point.labels == *labels) {
                Some(known) => known.value = sum(known.value, value),
                None => points.push(NumberPoint {
                    labels: labels.clone(),
                    start,
                    exemplar: None,
                    value,
                }),
            }
        }
        // A metric of one name and two kinds: the first one to be touched is the one that is exported.
        (Data::Histogram(_), _) => {}
    }
}

fn number(kind: Kind, bits: u64) -> Number {
    match kind {
        Kind::UpDownCounter => Number::I64(bits.cast_signed()),
        Kind::Counter | Kind::Histogram { .. } => Number::U64(bits),
    }
}

fn sum(one: Number, other: Number) -> Number {
    match (one, other) {
        (Number::U64(one), Number::U64(other)) => Number::U64(one.wrapping_add(other)),
        (Number::I64(one), Number::I64(other)) => Number::I64(one.wrapping_add(other)),
        (one, _) => one,
    }
}

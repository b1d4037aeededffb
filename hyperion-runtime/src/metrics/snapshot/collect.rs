//! The totals of all threads, and the snapshot that is made of them.

use super::baseline;
use super::families::Families;
use super::points::{Data, Exemplar, Family, HistogramPoint, NumberPoint, NumberValue, Snapshot};
use super::totals::{Totals, sum};
use crate::lock::lock;
use crate::metrics::declare::{InstrumentKind, NumberType};
use crate::metrics::exemplars;
use crate::metrics::store::{self, CallbackValue, NumberCell, Page, SeriesStore, registry};
use crate::trace::clock;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

/// Everything that was counted until now, and what callbacks say; then other measurements become exemplars.
pub fn collect() -> Snapshot {
    // Without spans nobody else does.
    clock::refine();
    let snapshot = take();
    exemplars::renew();
    snapshot
}

/// The numbers that every native instrument holds now, as a program's own endpoint or a test wants them.
///
/// Callbacks are asked, as for an export. Exemplars stay.
///
/// ```
/// let snapshot = hyperion::snapshot::take();
/// assert!(snapshot.families.iter().all(|family| !family.name.is_empty()));
/// ```
pub fn take() -> Snapshot {
    // Whoever reads one after the other must see the values in that order.
    static READING: Mutex<()> = Mutex::new(());
    let observed = store::ask();
    let _reading = lock(&READING);
    let mut families = Families::default();
    let readings = everything();
    let metrics: Vec<_> = readings.iter().map(|reading| reading.metric).collect();
    for mut reading in readings {
        let metric = reading.metric;
        baseline::subtract(metric, &mut reading.totals);
        reading.observe(&observed);
        families.add(reading.family(baseline::start(metric)));
    }
    families.add(dropped(&metrics));
    Snapshot {
        time: SystemTime::now(),
        families: families.sorted(),
    }
}

/// Counts anew from now on: what was counted until now is in no later snapshot, and last values are forgotten.
///
/// It is for tests that share a process. To a backend it is a restart of the process.
pub fn reset() {
    for reading in everything() {
        reading.metric.gauges.forget();
        baseline::set(reading.metric, reading.totals);
    }
}

/// What all metrics hold. Exemplars are read before the cells: what is an exemplar has been counted then.
fn everything() -> Vec<MetricReading> {
    let metrics = registry().metrics.clone();
    let mut readings: Vec<_> = metrics
        .into_iter()
        .map(MetricReading::of_exemplars)
        .collect();
    let pages = store::pages();
    for reading in &mut readings {
        reading.sum(&pages);
    }
    readings
}

/// The pages of all threads, by their number.
type Pages = BTreeMap<usize, Vec<Page>>;

/// The series of one metric.
struct MetricReading {
    metric: &'static SeriesStore,
    exemplars: BTreeMap<usize, Vec<Exemplar>>,
    totals: BTreeMap<usize, Totals>,
}

impl MetricReading {
    /// The exemplars, and zero for each series that is shown at any rate.
    fn of_exemplars(metric: &'static SeriesStore) -> Self {
        let exemplars = metric
            .exemplars
            .all()
            .map(|(index, kept)| {
                let exemplars = kept.map(|(bits, time, span)| Exemplar {
                    value: number(metric.definition.kind, bits),
                    time,
                    span,
                });
                (index, exemplars.collect())
            })
            .collect();
        let shown = (0..metric.cardinality)
            .filter(|index| metric.is_shown(*index))
            .map(|index| (index, vec![0; metric.definition.stride()]));
        Self {
            metric,
            exemplars,
            totals: shown.collect(),
        }
    }

    /// Adds the cells of all threads.
    fn sum(&mut self, pages: &Pages) {
        let layout = self.metric.layout;
        for (number, pages) in pages.range(layout.pages()) {
            for page in pages {
                for (index, cells) in layout.series(*number, page) {
                    self.add(index, cells);
                }
            }
        }
    }

    /// Adds last values, and what callbacks say.
    fn observe(&mut self, observed: &[CallbackValue]) {
        let (metric, kind) = (self.metric, self.metric.definition.kind);
        for (index, bits) in metric.gauges.values() {
            self.totals.insert(index, vec![bits]);
        }
        for value in observed
            .iter()
            .filter(|value| std::ptr::eq(value.metric, metric))
        {
            let totals = self
                .totals
                .entry(value.index)
                .or_insert_with(|| vec![0; metric.definition.stride()]);
            let last = totals.len().saturating_sub(1);
            if let Some(total) = totals.first_mut() {
                *total = match kind {
                    InstrumentKind::Gauge(_) => value.bits,
                    _ => sum(kind, last, *total, value.bits),
                };
            }
        }
    }

    fn add(&mut self, index: usize, cells: &[NumberCell]) {
        if cells.iter().all(|cell| cell.get() == 0) {
            return;
        }
        let kind = self.metric.definition.kind;
        let totals = self
            .totals
            .entry(index)
            .or_insert_with(|| vec![0; cells.len()]);
        let last = cells.len() - 1;
        for (place, (total, cell)) in totals.iter_mut().zip(cells).enumerate() {
            *total = sum(kind, last - place, *total, cell.get());
        }
    }

    fn family(mut self, start: SystemTime) -> Family {
        let metric = self.metric;
        let totals = std::mem::take(&mut self.totals);
        let data = match metric.definition.kind {
            InstrumentKind::Counter(_) => Data::Counter(self.numbers(totals, Some(start))),
            InstrumentKind::UpDownCounter(_) => {
                Data::UpDownCounter(self.numbers(totals, Some(start)))
            }
            InstrumentKind::Gauge(_) => Data::Gauge(self.numbers(totals, None)),
            InstrumentKind::Histogram => Data::Histogram(self.distributions(totals, start)),
        };
        Family {
            name: metric.definition.name.into(),
            description: metric.definition.help.into(),
            unit: metric.definition.unit.into(),
            asynchronous: metric.asynchronous.load(Ordering::Relaxed),
            library: None,
            data,
        }
    }

    fn numbers(
        &mut self,
        totals: BTreeMap<usize, Totals>,
        start: Option<SystemTime>,
    ) -> Vec<NumberPoint> {
        let point = |(index, totals): (usize, Totals)| NumberPoint {
            labels: self.metric.labels(index),
            start,
            value: number(
                self.metric.definition.kind,
                totals.first().copied().unwrap_or(0),
            ),
            exemplar: self.exemplars(index, start).pop(),
        };
        totals.into_iter().map(point).collect()
    }

    fn distributions(
        &mut self,
        totals: BTreeMap<usize, Totals>,
        start: SystemTime,
    ) -> Vec<HistogramPoint> {
        let point = |(index, mut totals): (usize, Totals)| HistogramPoint {
            labels: self.metric.labels(index),
            start: Some(start),
            bounds: self.metric.definition.bounds.into(),
            sum: f64::from_bits(totals.pop().unwrap_or(0)),
            buckets: totals,
            exemplars: self.exemplars(index, Some(start)),
        };
        totals.into_iter().map(point).collect()
    }

    fn exemplars(&mut self, index: usize, start: Option<SystemTime>) -> Vec<Exemplar> {
        let mut exemplars = self.exemplars.remove(&index).unwrap_or_default();
        exemplars.retain(|exemplar| start.is_none_or(|start| exemplar.time >= start));
        exemplars
    }
}

fn number(kind: InstrumentKind, bits: u64) -> NumberValue {
    match kind.number_type() {
        NumberType::U64 => NumberValue::U64(bits),
        NumberType::I64 => NumberValue::I64(bits.cast_signed()),
        NumberType::F64 => NumberValue::F64(f64::from_bits(bits)),
    }
}

/// The number of measurements that were left out.
fn dropped(metrics: &[&'static SeriesStore]) -> Family {
    let points = metrics.iter().flat_map(|metric| {
        metric
            .dropped
            .by_reason()
            .map(|(reason, count)| NumberPoint {
                labels: vec![
                    ("metric".into(), metric.definition.name.into()),
                    ("reason".into(), reason.into()),
                ],
                start: Some(metric.start),
                value: NumberValue::U64(count),
                exemplar: None,
            })
    });
    Family {
        name: "hyperion.measurements.dropped".into(),
        description: "Measurements that were left out, by metric and reason.".into(),
        unit: "{measurement}".into(),
        asynchronous: false,
        library: None,
        data: Data::Counter(points.collect()),
    }
}

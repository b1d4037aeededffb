//! The series of the facade `metrics`.

use ::metrics::{CounterFn, HistogramFn, Key, KeyName, SharedString, Unit};
use hyperion_runtime::backend::{SeriesExemplars, diagnostics};
use hyperion_runtime::metrics::bounds;
use hyperion_runtime::metrics::snapshot::{
    Exemplar, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};
use metrics_util::registry::Storage;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

/// Makes series, and keeps what was said of them.
#[derive(Default)]
pub(super) struct Cells(RwLock<Said>);

/// The things that a program says of its metrics before it uses them.
#[derive(Default)]
struct Said {
    descriptions: HashMap<String, Description>,
    buckets: Option<Arc<[f64]>>,
    buckets_by_name: HashMap<String, Arc<[f64]>>,
}

#[derive(Clone)]
struct Description {
    unit: Option<Unit>,
    text: SharedString,
}

impl Cells {
    /// Sets the bounds of the histogram `name`, or of all.
    pub(super) fn set_buckets(&self, name: Option<String>, bounds: &[f64]) {
        let mut finite: Vec<f64> = bounds
            .iter()
            .copied()
            .filter(|bound| bound.is_finite())
            .collect();
        finite.sort_by(f64::total_cmp);
        finite.dedup();
        let bounds = Arc::from(finite);
        let mut said = self.write();
        match name {
            Some(name) => drop(said.buckets_by_name.insert(name, bounds)),
            None => said.buckets = Some(bounds),
        }
    }

    pub(super) fn describe(&self, name: &KeyName, unit: Option<Unit>, text: SharedString) {
        let description = Description { unit, text };
        let name = name.as_str().to_owned();
        self.write().descriptions.insert(name, description);
    }

    /// The unit in the letters of UCUM, and the description.
    pub(super) fn description(&self, name: &str) -> (&'static str, String) {
        let said = self.read();
        said.descriptions
            .get(name)
            .map_or_else(Default::default, |description| {
                let unit = description.unit.map_or("", ucum);
                (unit, description.text.to_string())
            })
    }

    fn bounds(&self, name: &str) -> Arc<[f64]> {
        let said = self.read();
        let given = said.buckets_by_name.get(name).or(said.buckets.as_ref());
        given.cloned().unwrap_or_else(|| {
            let description = said.descriptions.get(name);
            let unit = description.and_then(|description| description.unit);
            Arc::from(usual_bounds(unit))
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, Said> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Said> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usual_bounds(unit: Option<Unit>) -> &'static [f64] {
    match unit {
        Some(Unit::Milliseconds) => bounds::MILLISECONDS,
        Some(Unit::Microseconds) => bounds::MICROSECONDS,
        Some(Unit::Nanoseconds) => bounds::NANOSECONDS,
        Some(Unit::Bytes) => bounds::BYTES,
        _ => bounds::SECONDS,
    }
}

fn ucum(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "",
        Unit::Percent => "%",
        Unit::Seconds => "s",
        Unit::Milliseconds => "ms",
        Unit::Microseconds => "us",
        Unit::Nanoseconds => "ns",
        Unit::Tebibytes => "TiBy",
        Unit::Gibibytes => "GiBy",
        Unit::Mebibytes => "MiBy",
        Unit::Kibibytes => "KiBy",
        Unit::Bytes => "By",
        Unit::TerabitsPerSecond => "Tbit/s",
        Unit::GigabitsPerSecond => "Gbit/s",
        Unit::MegabitsPerSecond => "Mbit/s",
        Unit::KilobitsPerSecond => "kbit/s",
        Unit::BitsPerSecond => "bit/s",
        Unit::CountPerSecond => "1/s",
    }
}

impl Storage<Key> for Cells {
    type Counter = Arc<CounterCell>;
    type Gauge = Arc<AtomicU64>;
    type Histogram = Arc<HistogramCell>;

    fn counter(&self, _: &Key) -> Self::Counter {
        Arc::new(CounterCell {
            count: AtomicU64::new(0),
            start: SystemTime::now(),
            exemplars: SeriesExemplars::new(1),
        })
    }

    fn gauge(&self, _: &Key) -> Self::Gauge {
        Arc::new(AtomicU64::new(0))
    }

    fn histogram(&self, key: &Key) -> Self::Histogram {
        Arc::new(HistogramCell::new(self.bounds(key.name())))
    }
}

/// A count since its start.
#[derive(Debug)]
pub(super) struct CounterCell {
    count: AtomicU64,
    start: SystemTime,
    exemplars: SeriesExemplars,
}

impl CounterFn for CounterCell {
    fn increment(&self, value: u64) {
        self.count.fetch_add(value, Ordering::Release);
        self.exemplars.keep(0, value);
    }

    fn absolute(&self, value: u64) {
        self.count.fetch_max(value, Ordering::AcqRel);
    }
}

impl CounterCell {
    pub(super) fn point(&self, labels: Vec<LabelPair>) -> NumberPoint {
        // Before the count: what is an exemplar has been counted then.
        let exemplar = self.exemplars.all().next();
        NumberPoint {
            labels,
            start: Some(self.start),
            value: NumberValue::U64(self.count.load(Ordering::Acquire)),
            exemplar: exemplar.map(|(bits, time, span)| Exemplar {
                value: NumberValue::U64(bits),
                time,
                span,
            }),
        }
    }
}

/// A distribution since its start. It holds counts and no values, so that it does not grow while nobody reads it.
#[derive(Debug)]
pub(super) struct HistogramCell {
    bounds: Arc<[f64]>,
    /// One more than there are bounds.
    buckets: Box<[AtomicU64]>,
    /// The bits of a floating-point number.
    sum: AtomicU64,
    start: SystemTime,
    exemplars: SeriesExemplars,
}

impl HistogramCell {
    fn new(bounds: Arc<[f64]>) -> Self {
        let buckets = bounds.len() + 1;
        Self {
            bounds,
            buckets: (0..buckets).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0.0_f64.to_bits()),
            start: SystemTime::now(),
            exemplars: SeriesExemplars::new(buckets),
        }
    }

    pub(super) fn point(&self, labels: Vec<LabelPair>) -> HistogramPoint {
        let exemplars = self.exemplars.all().map(|(bits, time, span)| Exemplar {
            value: NumberValue::F64(f64::from_bits(bits)),
            time,
            span,
        });
        HistogramPoint {
            labels,
            start: Some(self.start),
            bounds: Arc::clone(&self.bounds),
            exemplars: exemplars.collect(),
            buckets: self
                .buckets
                .iter()
                .map(|count| count.load(Ordering::Acquire))
                .collect(),
            sum: f64::from_bits(self.sum.load(Ordering::Acquire)),
        }
    }
}

impl HistogramFn for HistogramCell {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest number is near enough"
    )]
    fn record_many(&self, value: f64, count: usize) {
        if !value.is_finite() {
            return diagnostics::warn_once(
                "bridge.metrics.value",
                format_args!(
                    "a histogram of the facade `metrics` was given {value}, which is left out, as will be others that are not finite"
                ),
            );
        }
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        let Some(cell) = self.buckets.get(bucket) else {
            return;
        };
        cell.fetch_add(count as u64, Ordering::Release);
        let more = value * count as f64;
        let add = |bits| {
            Some(
                (f64::from_bits(bits) + more)
                    .clamp(f64::MIN, f64::MAX)
                    .to_bits(),
            )
        };
        // It never refuses.
        let _ = self
            .sum
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, add);
        self.exemplars.keep(bucket, value.to_bits());
    }
}

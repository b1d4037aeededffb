//! The facade `metrics`: a recorder whose series are read like those of a registry.

mod cells;
#[cfg(test)]
mod tests;

use super::MetricSource;
use ::metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, Recorder, SharedString, Unit,
};
use cells::Cells;
use hyperion_runtime::backend::{diagnostics, lock};
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};
use metrics_util::registry::Registry;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

const LIBRARY: &str = "metrics";

/// The most series of one name, as of our own metrics; what else there is counts in one series that says so.
const MAX_SERIES: usize = 2000;

/// The label of that series, by OpenTelemetry's
/// [specification](https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute).
const OVERFLOW: &str = "otel.metric.overflow";

/// A recorder of the facade [`metrics`](https://docs.rs/metrics) whose metrics go out beside ours.
///
/// A clone records into the same series. What `describe_counter!` and its like say becomes help and unit, measurements in a
/// sampled span become exemplars, and a name has at most 2000 series, after which the others are one, with the label
/// `otel.metric.overflow`.
///
/// A histogram needs buckets. They are, in this order, those given for its name, those given for all, the usual ones of the unit
/// that it was described with (seconds, milliseconds, microseconds, nanoseconds or bytes), and those of seconds.
///
/// ```
/// use hyperion::bridge::MetricsRecorder;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut config = hyperion::config::Config::default();
/// # config.tracing.enabled = false;
/// # config.metrics.exporter = hyperion::config::MetricExporter::None;
/// # config.logs.enabled = false;
/// let recorder = MetricsRecorder::default().with_buckets_for("batch.size", &[1.0, 10.0, 100.0]);
/// metrics::set_global_recorder(recorder.clone())?;
/// let telemetry = hyperion::builder()
///     # .config(config)
///     .metric_source(recorder)
///     .install()?;
///
/// metrics::counter!("jobs.done", "queue" => "mail").increment(1);
/// metrics::histogram!("batch.size").record(17.0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MetricsRecorder(Arc<State>);

struct State {
    registry: Registry<Key, Arc<Cells>>,
    cells: Arc<Cells>,
    /// The number of series by kind and name, and the lock under which there come to be more.
    counts: Mutex<HashMap<(&'static str, KeyName), usize>>,
}

impl Default for State {
    fn default() -> Self {
        let cells = Arc::new(Cells::default());
        Self {
            registry: Registry::new(Arc::clone(&cells)),
            cells,
            counts: Mutex::default(),
        }
    }
}

impl MetricsRecorder {
    /// Sets the upper bounds of the buckets of all histograms that have none of their own and are not there yet.
    ///
    /// They are put in order; infinity is always the last, and what is no number is left out.
    #[must_use]
    pub fn with_buckets(self, bounds: &[f64]) -> Self {
        self.0.cells.set_buckets(None, bounds);
        self
    }

    /// Sets those of the histogram `name`.
    #[must_use]
    pub fn with_buckets_for(self, name: impl Into<String>, bounds: &[f64]) -> Self {
        self.0.cells.set_buckets(Some(name.into()), bounds);
        self
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>, description: SharedString) {
        self.0.cells.describe(name, unit, description);
    }

    /// The series of `key`, or the one for those that are too many.
    fn series<C>(
        &self,
        kind: &'static str,
        key: &Key,
        find: impl Fn(&Key) -> Option<C>,
        make: impl Fn(&Key) -> C,
    ) -> C {
        if let Some(known) = find(key) {
            return known;
        }
        let mut counts = lock(&self.0.counts);
        // Another thread may have made it before this one got the lock.
        if let Some(known) = find(key) {
            return known;
        }
        let count = counts.entry((kind, key.name_shared())).or_default();
        if *count < MAX_SERIES {
            *count += 1;
            return make(key);
        }
        diagnostics::warn_once(
            "bridge.metrics.series",
            format_args!(
                "the metric {} of the facade `metrics` has more than {MAX_SERIES} series; others count in one with the label \
                 `{OVERFLOW}`",
                key.name()
            ),
        );
        let overflow = vec![Label::new(OVERFLOW, "true")];
        make(&Key::from_parts(key.name_shared(), overflow))
    }
}

impl Recorder for MetricsRecorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(&key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(&key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(&key, unit, description);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let registry = &self.0.registry;
        let make = |key: &Key| registry.get_or_create_counter(key, Arc::clone);
        Counter::from_arc(self.series("counter", key, |key| registry.get_counter(key), make))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let registry = &self.0.registry;
        let make = |key: &Key| registry.get_or_create_gauge(key, Arc::clone);
        Gauge::from_arc(self.series("gauge", key, |key| registry.get_gauge(key), make))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let registry = &self.0.registry;
        let make = |key: &Key| registry.get_or_create_histogram(key, Arc::clone);
        Histogram::from_arc(self.series("histogram", key, |key| registry.get_histogram(key), make))
    }
}

/// The points of series, by the name of their metric.
type Named<P> = BTreeMap<String, Vec<P>>;

impl MetricSource for MetricsRecorder {
    fn families(&self) -> Vec<Family> {
        let registry = &self.0.registry;
        let (mut counters, mut gauges, mut histograms) = (
            Named::<NumberPoint>::new(),
            Named::<NumberPoint>::new(),
            Named::<HistogramPoint>::new(),
        );
        registry.visit_counters(|key, counter| {
            add(&mut counters, key, counter.point(labels(key)));
        });
        registry.visit_gauges(|key, gauge| {
            let point = NumberPoint {
                labels: labels(key),
                start: None,
                value: NumberValue::F64(f64::from_bits(gauge.load(Ordering::Acquire))),
                exemplar: None,
            };
            add(&mut gauges, key, point);
        });
        registry.visit_histograms(|key, histogram| {
            add(&mut histograms, key, histogram.point(labels(key)));
        });
        for points in counters.values_mut().chain(gauges.values_mut()) {
            points.sort_by(|one, other| one.labels.cmp(&other.labels));
        }
        for points in histograms.values_mut() {
            points.sort_by(|one, other| one.labels.cmp(&other.labels));
        }
        let counters = counters
            .into_iter()
            .map(|(name, points)| (name, Data::Counter(points)));
        let gauges = gauges
            .into_iter()
            .map(|(name, points)| (name, Data::Gauge(points)));
        let histograms = histograms
            .into_iter()
            .map(|(name, points)| (name, Data::Histogram(points)));
        counters
            .chain(gauges)
            .chain(histograms)
            .map(|(name, data)| self.family(name, data))
            .collect()
    }
}

impl MetricsRecorder {
    fn family(&self, name: String, data: Data) -> Family {
        let (unit, description) = self.0.cells.description(&name);
        Family {
            name: Cow::Owned(name),
            description: Cow::Owned(description),
            unit: Cow::Borrowed(unit),
            asynchronous: false,
            library: Some(Cow::Borrowed(LIBRARY)),
            data,
        }
    }
}

impl std::fmt::Debug for MetricsRecorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsRecorder").finish_non_exhaustive()
    }
}

fn add<P>(named: &mut Named<P>, key: &Key, point: P) {
    named.entry(key.name().to_owned()).or_default().push(point);
}

fn labels(key: &Key) -> Vec<LabelPair> {
    let labels = key.labels().map(|label| {
        let (name, value) = (label.key().to_owned(), label.value().to_owned());
        (Cow::Owned(name), Cow::Owned(value))
    });
    let mut labels: Vec<LabelPair> = labels.collect();
    labels.sort();
    labels
}

//! Reading all sources, and making of them what every exporter can show.

use super::MetricSource;
use hyperion_runtime::backend::diagnostics;
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, Snapshot,
};
use opentelemetry_sdk::metrics::data::{Metric, ResourceMetrics, ScopeMetrics};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The sources that the program has added, in that order.
#[derive(Clone, Default)]
pub(crate) struct Sources(Vec<Arc<dyn MetricSource>>);

/// What a source answers, or the reason why it does not.
pub(crate) type Answer = Result<Vec<Family>, String>;

/// The metrics of other libraries at one moment.
#[derive(Debug, Default)]
pub(crate) struct Bridged {
    /// One family a name, in the order of their names.
    pub(crate) families: Vec<Family>,
    /// The reasons why something is missing, at most a few for each metric.
    pub(crate) left_out: Vec<String>,
}

impl Sources {
    pub(crate) fn add(&mut self, source: impl MetricSource + 'static) {
        self.0.push(Arc::new(source));
    }

    /// Reads all of them, one after the other; one that panics costs its own metrics.
    pub(crate) fn read(&self) -> Bridged {
        Bridged::of(self.0.iter().map(|source| {
            catch_unwind(AssertUnwindSafe(|| source.families()))
                .map_err(|_| "it panicked".to_owned())
        }))
    }
}

impl IntoIterator for Sources {
    type Item = Arc<dyn MetricSource>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Bridged {
    /// Joins what the sources answered.
    pub(crate) fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut joined = Joined::default();
        for answer in answers {
            match answer {
                Ok(families) => families.into_iter().for_each(|family| joined.add(family)),
                Err(reason) => joined
                    .left_out
                    .push(format!("the metrics of a source: {reason}")),
            }
        }
        Self {
            families: joined.families.into_values().collect(),
            left_out: joined.left_out,
        }
    }

    /// Puts these metrics beside those of the program, which keep their names, and says once what is left out.
    pub(crate) fn join(self, native: &mut Snapshot, sdk: &ResourceMetrics) {
        let Self {
            mut families,
            mut left_out,
        } = self;
        let taken: HashSet<&str> = native
            .families
            .iter()
            .map(|family| &*family.name)
            .chain(
                sdk.scope_metrics()
                    .flat_map(ScopeMetrics::metrics)
                    .map(Metric::name),
            )
            .collect();
        families.retain(|family| {
            let is_free = !taken.contains(&*family.name);
            if !is_free {
                left_out.push(format!(
                    "{}: the program has a metric of this name",
                    family.name
                ));
            }
            is_free
        });
        if let Some(first) = left_out.first() {
            diagnostics::warn_once(
                "bridge.left_out",
                format_args!(
                    "of the metrics of other libraries not all are exported: {first}; {} are left out now",
                    left_out.len()
                ),
            );
        }
        native.families.extend(families);
    }
}

/// Families by their name, and the reasons for what is not among them.
#[derive(Default)]
struct Joined {
    families: BTreeMap<Cow<'static, str>, Family>,
    left_out: Vec<String>,
}

impl Joined {
    /// Adds the series of a family to those that its name has already.
    fn add(&mut self, mut family: Family) {
        if family.name.is_empty() {
            let reason = "a metric of another library has no name".to_owned();
            return self.left_out.push(reason);
        }
        let refused = match &mut family.data {
            Data::Counter(points) => keep(points, |point| {
                let is_count = point.value.is_count();
                is_count.then_some(()).ok_or("a counter is below zero")
            }),
            Data::UpDownCounter(points) | Data::Gauge(points) => keep(points, |_| Ok(())),
            Data::Histogram(points) => keep(points, HistogramPoint::check),
        };
        self.say(&family.name, refused);
        let Some(known) = self.families.get_mut(&family.name) else {
            self.families.insert(family.name.clone(), family);
            return;
        };
        let refused = match (&mut known.data, family.data) {
            (Data::Counter(points), Data::Counter(more))
            | (Data::UpDownCounter(points), Data::UpDownCounter(more))
            | (Data::Gauge(points), Data::Gauge(more)) => extend(points, more),
            (Data::Histogram(points), Data::Histogram(more)) => extend(points, more),
            _ => Some("it is a metric of another kind already"),
        };
        self.say(&family.name, refused);
    }

    fn say(&mut self, name: &str, refused: Option<&str>) {
        self.left_out
            .extend(refused.map(|reason| format!("{name}: {reason}")));
    }
}

/// A point of one kind or the other.
trait Labelled {
    fn labels(&mut self) -> &mut Vec<LabelPair>;
}

impl Labelled for NumberPoint {
    fn labels(&mut self) -> &mut Vec<LabelPair> {
        &mut self.labels
    }
}

impl Labelled for HistogramPoint {
    fn labels(&mut self) -> &mut Vec<LabelPair> {
        &mut self.labels
    }
}

/// Keeps the points that are as a snapshot wants them, with labels in order and none twice. Returns why one was refused.
fn keep<P: Labelled>(
    points: &mut Vec<P>,
    check: impl Fn(&P) -> Result<(), &'static str>,
) -> Option<&'static str> {
    let mut refused = None;
    let mut seen = HashSet::new();
    points.retain_mut(|point| {
        let labels = point.labels();
        // A label without a name is none.
        labels.retain(|(name, _)| !name.is_empty());
        labels.sort();
        labels.dedup_by(|later, first| later.0 == first.0);
        let labels = labels.clone();
        let checked = check(point).and_then(|()| {
            let is_new = seen.insert(labels);
            is_new
                .then_some(())
                .ok_or("two series have the same labels")
        });
        refused = refused.or(checked.err());
        checked.is_ok()
    });
    refused
}

/// Adds points to those that are there, unless their labels are there too. Returns why one was refused.
fn extend<P: Labelled>(points: &mut Vec<P>, more: Vec<P>) -> Option<&'static str> {
    let mut all: HashSet<Vec<LabelPair>> = points
        .iter_mut()
        .map(|point| point.labels().clone())
        .collect();
    let mut refused = None;
    for mut point in more {
        if all.insert(point.labels().clone()) {
            points.push(point);
        } else {
            refused = Some("two series have the same labels");
        }
    }
    refused
}

//! What a metrics page shows, before it is written in some format.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::naming::{self, Prefix};
use crate::export::sdk_points;
use crate::metrics::snapshot::{Data, Family, Label, Number, Snapshot};

/// The families of a page, by name, and what could not be shown.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    pub(super) families: BTreeMap<String, ExposedFamily>,
    /// Why metrics are missing, a sentence for each.
    pub(super) left_out: Vec<String>,
}

/// The kinds of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Info,
}

/// The series of one name.
#[derive(Debug)]
pub(super) struct ExposedFamily {
    pub(super) kind: Kind,
    pub(super) help: String,
    pub(super) series: Vec<Series>,
    label_sets: HashSet<Vec<(String, String)>>,
}

/// One series: its labels in the order in which they are written, and its value.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Number(Number),
    /// The buckets are not cumulative, and one more than there are bounds.
    Histogram {
        bounds: Arc<[f64]>,
        buckets: Vec<u64>,
        sum: f64,
    },
}

/// Builds an [`Exposition`] family by family. Of two that cannot stand beside each other the first stays.
pub(super) struct Assembly<'a> {
    prefix: &'a Prefix,
    exposition: Exposition,
    /// Which family each sample name belongs to, since `x_count` may be a counter's name or a part of a histogram.
    sample_names: HashMap<String, String>,
    conflicts: u64,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(prefix: &'a Prefix) -> Self {
        Self {
            prefix,
            exposition: Exposition::default(),
            sample_names: HashMap::new(),
            conflicts: 0,
        }
    }

    pub(super) fn native(&mut self, snapshot: &Snapshot) {
        let scope = vec![("otel_scope_name".to_owned(), "hyperion".to_owned())];
        for family in &snapshot.families {
            self.family(family, &scope);
        }
    }

    pub(super) fn sdk(&mut self, metrics: &ResourceMetrics) {
        self.target_info(metrics.resource());
        for scope in sdk_points::scopes(metrics) {
            let labels = scope_labels(scope.scope);
            for family in &scope.families {
                self.family(family, &labels);
            }
        }
    }

    /// Notes that something is missing for a reason other than a name.
    pub(super) fn leave_out(&mut self, reason: String) {
        self.conflicts += 1;
        self.exposition.left_out.push(reason);
    }

    pub(super) fn finish(mut self) -> Exposition {
        if self.conflicts > 0 {
            let count = Family {
asynchronous: false,
                name: "hyperion.metrics.left_out".into(),
                description: "Metrics that this page does not show, because their names collide or they cannot be read."
                    .into(),
                unit: "".into(),
                data: Data::Gauge(vec![crate::metrics::snapshot::NumberPoint {
start: None, exemplar: None,
                    labels: Vec::new(),
                    value: Number::U64(self.conflicts),
                }]),
            };
            self.family(&count, &[]);
        }
        self.exposition
    }

    fn target_info(&mut self, resource: &Resource) {
        let attributes: Vec<(String, String)> = resource
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        if attributes.is_empty() {
            return;
        }
        let labels = naming::labels(
            attributes
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
            Kind::Info,
        );
        let series = vec![Series {
            labels: labels.into_iter().collect(),
            value: Value::Number(Number::U64(1)),
        }];
        self.insert(
            "target".to_owned(),
            Kind::Info,
            "Target metadata",
            series,
            "the resource",
        );
    }

    fn family(&mut self, family: &Family, scope: &[(String, String)]) {
        let kind = match &family.data {
            Data::Counter(_) => Kind::Counter,
            Data::UpDownCounter(_) | Data::Gauge(_) => Kind::Gauge,
            Data::Histogram { .. } => Kind::Histogram,
        };
        let series = series(&family.data, kind, scope);
        // `1` means a ratio for gauges alone; a sum that may fall is one only in the eyes of Prometheus.
        let unit = match &family.data {
            Data::UpDownCounter(_) if family.unit == "1" => "",
            _ => &family.unit,
        };
        let base = self.prefix.base_name(&family.name, unit, kind);
        self.insert(base, kind, &family.description, series, &family.name);
    }

    fn insert(
        &mut self,
        base: String,
        kind: Kind,
        help: &str,
        series: Vec<Series>,
        original: &str,
    ) {
        if series.is_empty() {
            return;
        }
        if let Some(reason) = self.conflict(&base, kind, &series) {
            self.leave_out(format!("{original}: {reason}"));
            return;
        }
        for name in sample_names(&base, kind) {
            self.sample_names.insert(name, base.clone());
        }
        let family = self
            .exposition
            .families
            .entry(base)
            .or_insert_with(|| ExposedFamily {
                kind,
                help: help.to_owned(),
                series: Vec::new(),
                label_sets: HashSet::new(),
            });
        family
            .label_sets
            .extend(series.iter().map(|series| series.labels.clone()));
        family.series.extend(series);
    }

    /// Why a family cannot be shown beside those that are there.
    fn conflict(&self, base: &str, kind: Kind, series: &[Series]) -> Option<String> {
        let existing = self.exposition.families.get(base);
        if let Some(existing) = existing.filter(|existing| existing.kind != kind) {
            return Some(format!(
                "{base} is a {} already and cannot be a {} too",
                existing.kind.word(),
                kind.word()
            ));
        }
        let taken = sample_names(base, kind).into_iter().find_map(|name| {
            self.sample_names
                .get(&name)
                .filter(|owner| *owner != base)
                .map(|owner| (name, owner))
        });
        if let Some((name, owner)) = taken {
            return Some(format!("{name} belongs to {owner} already"));
        }
        let mut seen = HashSet::new();
        let repeated = series.iter().any(|series| {
            !seen.insert(&series.labels)
                || existing.is_some_and(|existing| existing.label_sets.contains(&series.labels))
        });
        repeated.then(|| format!("{base} has a series with the same labels already"))
    }
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Info => "info",
        }
    }
}

/// The names under which the values of a family are written.
fn sample_names(base: &str, kind: Kind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        Kind::Counter => &["_total"],
        Kind::Gauge => &[""],
        Kind::Histogram => &["", "_bucket", "_sum", "_count"],
        Kind::Info => &["_info"],
    };
    suffixes
        .iter()
        .map(|suffix| format!("{base}{suffix}"))
        .collect()
}

fn series(data: &Data, kind: Kind, scope: &[(String, String)]) -> Vec<Series> {
    match data {
        Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => points
            .iter()
            .map(|point| Series {
                labels: labels(&point.labels, kind, scope),
                value: Value::Number(point.value),
            })
            .collect(),
        Data::Histogram(points) => points
            .iter()
            .map(|point| Series {
                labels: labels(&point.labels, kind, scope),
                value: Value::Histogram {
                    bounds: Arc::clone(&point.bounds),
                    buckets: point.buckets.clone(),
                    sum: point.sum,
                },
            })
            .collect(),
    }
}

/// The labels of a point, then those of its scope.
fn labels(labels: &[Label], kind: Kind, scope: &[(String, String)]) -> Vec<(String, String)> {
    let own = labels
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()));
    let mut named = naming::labels(own, kind);
    let scope: Vec<(String, String)> = scope
        .iter()
        .map(|(name, value)| match named.remove(name) {
            // A label that claims to be the scope is kept beside it.
            Some(claimed) => (name.clone(), format!("{value};{claimed}")),
            None => (name.clone(), value.clone()),
        })
        .collect();
    named.into_iter().chain(scope).collect()
}

fn scope_labels(scope: &InstrumentationScope) -> Vec<(String, String)> {
    let mut labels = vec![("otel_scope_name".to_owned(), scope.name().to_owned())];
    if let Some(version) = scope.version() {
        labels.push(("otel_scope_version".to_owned(), version.to_owned()));
    }
    if let Some(url) = scope.schema_url() {
        labels.push(("otel_scope_schema_url".to_owned(), url.to_owned()));
    }
    let attributes: Vec<(String, String)> = scope
        .attributes()
        // The specification drops these, since their labels mean something else.
        .filter(|attribute| !matches!(attribute.key.as_str(), "name" | "version" | "schema_url"))
        .map(|attribute| {
            (
                format!("otel_scope_{}", attribute.key),
                attribute.value.to_string(),
            )
        })
        .collect();
    let attributes = attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in naming::labels(attributes, Kind::Gauge) {
        if !labels.iter().any(|(taken, _)| *taken == name) {
            labels.push((name, value));
        }
    }
    labels
}

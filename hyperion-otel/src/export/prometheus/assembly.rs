//! From points to an exposition.

use std::collections::{HashMap, HashSet};

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::exposition::{
    Distribution, ExposedFamily, Exposition, FamilyKind, Labels, Series, SeriesValue,
};
use super::naming::{self, FamilyName, NO_PREFIX, Prefix};
use crate::export::sdk_points;
use hyperion_runtime::metrics::snapshot::{
    Data, Family, LabelPair, NumberPoint, NumberValue, Snapshot,
};

/// Builds an [`Exposition`] family by family. Of two that cannot stand beside each other the first stays.
pub(super) struct Assembly<'a> {
    prefix: &'a Prefix,
    with_scopes: bool,
    exposition: Exposition,
    /// The family that each sample name belongs to, since `x_count` may be a counter's name or a part of a histogram.
    sample_names: HashMap<String, String>,
    /// The families to which no more series are added.
    kept: HashSet<String>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(prefix: &'a Prefix) -> Self {
        Self {
            prefix,
            with_scopes: true,
            exposition: Exposition::default(),
            sample_names: HashMap::new(),
            kept: HashSet::new(),
        }
    }

    /// Labels series with the scope of their instrument, or leaves that out.
    pub(super) fn with_scopes(mut self, with_scopes: bool) -> Self {
        self.with_scopes = with_scopes;
        self
    }

    pub(super) fn native(&mut self, snapshot: &Snapshot) {
        for family in &snapshot.families {
            self.own_family(family);
        }
    }

    /// Adds the metrics of other libraries, which come last: what is there keeps its name.
    pub(super) fn bridged(&mut self, families: &[Family]) {
        self.kept = self.exposition.families.keys().cloned().collect();
        for family in families {
            self.own_family(family);
        }
        self.kept.clear();
    }

    pub(super) fn sdk(&mut self, metrics: &ResourceMetrics) {
        self.target_info(metrics.resource());
        for scope in sdk_points::scopes(metrics) {
            let labels = if self.with_scopes {
                scope_labels(scope.scope)
            } else {
                Labels::new()
            };
            for family in &scope.families {
                self.family(family, &NO_PREFIX, &labels);
            }
            for name in scope.exponential {
                self.leave_out(format!(
                    "{name}: exponential histograms have no form in the text formats; give the instrument explicit \
                     buckets with a view"
                ));
            }
        }
    }

    /// Notes that something is missing.
    pub(super) fn leave_out(&mut self, reason: String) {
        self.exposition.left_out.push(reason);
    }

    pub(super) fn finish(mut self) -> Exposition {
        let left_out = self.exposition.left_out.len();
        if left_out > 0 {
            let point = NumberPoint {
                labels: Vec::new(),
                start: None,
                value: NumberValue::U64(left_out as u64),
                exemplar: None,
            };
            let count = Family {
                name: "hyperion.metrics.left_out".into(),
                description: "Metrics that this page does not show; in the text format it begins with the reasons."
                    .into(),
                unit: "".into(),
                asynchronous: false,
                library: None,
                data: Data::Gauge(vec![point]),
            };
            self.family(&count, self.prefix, &[]);
        }
        self.exposition
    }

    /// A family in the shape of ours: one of ours, or of a library whose names stay as they are.
    fn own_family(&mut self, family: &Family) {
        if family.library.is_some() {
            return self.family(family, &NO_PREFIX, &[]);
        }
        // The scope that OTLP is told too.
        let scope = [
            ("otel_scope_name", "hyperion"),
            ("otel_scope_version", env!("CARGO_PKG_VERSION")),
        ];
        let scope = scope.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let scope = if self.with_scopes { &scope[..] } else { &[] };
        let prefix = self.prefix.of(&family.name);
        self.family(family, prefix, scope);
    }

    fn target_info(&mut self, resource: &Resource) {
        if resource.is_empty() {
            return;
        }
        let attributes = resource
            .iter()
            .map(|(key, value)| (key.as_str(), value.to_string()));
        let labels = naming::labels(attributes, FamilyKind::Info);
        let series = vec![Series {
            labels: labels.into_iter().collect(),
            start: None,
            value: SeriesValue::Number {
                value: NumberValue::U64(1),
                exemplar: None,
            },
        }];
        let name = FamilyName {
            base: "target".to_owned(),
            unit: None,
        };
        self.insert(
            name,
            FamilyKind::Info,
            "Target metadata",
            series,
            "the resource",
        );
    }

    fn family(&mut self, family: &Family, prefix: &Prefix, scope: &[(String, String)]) {
        let kind = match &family.data {
            Data::Counter(_) if family.library.is_some() && !family.name.ends_with("_total") => {
                FamilyKind::NamedCounter
            }
            Data::Counter(_) => FamilyKind::Counter,
            Data::UpDownCounter(_) | Data::Gauge(_) => FamilyKind::Gauge,
            Data::Histogram { .. } => FamilyKind::Histogram,
        };
        let series = self.series(family, kind, scope);
        // `1` means a ratio for gauges alone; a sum that may fall is one only in the eyes of Prometheus.
        let unit = match &family.data {
            Data::UpDownCounter(_) if family.unit == "1" => "",
            _ => &family.unit,
        };
        let name = match &family.library {
            Some(_) => naming::kept_name(&family.name, unit, kind),
            None => prefix.family_name(&family.name, unit, kind),
        };
        self.insert(name, kind, &family.description, series, &family.name);
    }

    /// The series of a family, without those whose values its kind does not allow.
    fn series(
        &mut self,
        family: &Family,
        kind: FamilyKind,
        scope: &[(String, String)],
    ) -> Vec<Series> {
        let keeps_names = family.library.is_some();
        let mut shown = Vec::new();
        let mut wrong = Vec::new();
        match &family.data {
            Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => {
                for point in points {
                    let value = point.value.as_f64();
                    if matches!(family.data, Data::Counter(_)) && !point.value.is_count() {
                        wrong.push(format!("a counter cannot be {value}"));
                        continue;
                    }
                    shown.push(Series {
                        labels: labels(&point.labels, kind, keeps_names, scope),
                        start: point.start,
                        value: SeriesValue::Number {
                            value: point.value,
                            exemplar: point.exemplar,
                        },
                    });
                }
            }
            Data::Histogram(points) => {
                for point in points {
                    match Distribution::of(point) {
                        Ok(distribution) => shown.push(Series {
                            labels: labels(&point.labels, kind, keeps_names, scope),
                            start: point.start,
                            value: SeriesValue::Distribution(distribution),
                        }),
                        Err(reason) => wrong.push(reason.to_owned()),
                    }
                }
            }
        }
        for reason in wrong {
            self.leave_out(format!("a series of {}: {reason}", family.name));
        }
        shown
    }

    fn insert(
        &mut self,
        name: FamilyName,
        kind: FamilyKind,
        help: &str,
        series: Vec<Series>,
        original: &str,
    ) {
        if series.is_empty() {
            return;
        }
        let FamilyName { base, unit } = name;
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
                unit,
                help: help.to_owned(),
                series: Vec::new(),
                label_sets: HashSet::new(),
            });
        family.label_sets.extend(series.iter().map(identity));
        family.series.extend(series);
    }

    /// The reason why a family cannot be shown beside those that are there.
    fn conflict(&self, base: &str, kind: FamilyKind, series: &[Series]) -> Option<String> {
        let existing = self.exposition.families.get(base);
        if self.kept.contains(base) {
            return Some(format!("{base} is a metric of the program already"));
        }
        if let Some(existing) = existing.filter(|existing| existing.kind != kind) {
            return Some(format!(
                "{base} has the kind {} already and cannot have the kind {} too",
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
        let repeated = series.iter().map(identity).any(|labels| {
            existing.is_some_and(|existing| existing.label_sets.contains(&labels))
                || !seen.insert(labels)
        });
        repeated.then(|| format!("{base} has a series with the same labels already"))
    }
}

/// The names that a family takes: those under which its values can be written, and its own.
fn sample_names(base: &str, kind: FamilyKind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        FamilyKind::Counter => &["", "_total", "_created"],
        FamilyKind::Gauge | FamilyKind::NamedCounter => &[""],
        FamilyKind::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
        FamilyKind::Info => &["", "_info"],
    };
    suffixes
        .iter()
        .map(|suffix| format!("{base}{suffix}"))
        .collect()
}

/// The labels that tell a series from others of its family: a label without a value is none to Prometheus.
fn identity(series: &Series) -> Labels {
    let labels = series.labels.iter();
    labels
        .filter(|(_, value)| !value.is_empty())
        .cloned()
        .collect()
}

/// The labels of a point, then those of its scope.
fn labels(
    labels: &[LabelPair],
    kind: FamilyKind,
    keeps_names: bool,
    scope: &[(String, String)],
) -> Labels {
    let own = labels.iter().map(|(name, value)| (name, value));
    let mut named = if keeps_names {
        naming::kept_labels(own, kind)
    } else {
        naming::labels(own, kind)
    };
    let scope: Labels = scope
        .iter()
        .map(|(name, value)| match named.remove(name) {
            // A label that claims to be the scope is kept beside it.
            Some(claimed) => (name.clone(), format!("{value};{claimed}")),
            None => (name.clone(), value.clone()),
        })
        .collect();
    named.into_iter().chain(scope).collect()
}

fn scope_labels(scope: &InstrumentationScope) -> Labels {
    let mut labels = vec![("otel_scope_name".to_owned(), scope.name().to_owned())];
    if let Some(version) = scope.version() {
        labels.push(("otel_scope_version".to_owned(), version.to_owned()));
    }
    if let Some(url) = scope.schema_url() {
        labels.push(("otel_scope_schema_url".to_owned(), url.to_owned()));
    }
    let attributes = scope
        .attributes()
        // The specification drops these, since their labels mean something else.
        .filter(|attribute| !matches!(attribute.key.as_str(), "name" | "version" | "schema_url"))
        .map(|attribute| {
            (
                format!("otel_scope_{}", attribute.key),
                attribute.value.to_string(),
            )
        });
    for (name, value) in naming::labels(attributes, FamilyKind::Gauge) {
        if !labels.iter().any(|(taken, _)| *taken == name) {
            labels.push((name, value));
        }
    }
    labels
}

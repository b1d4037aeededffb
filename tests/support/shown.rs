//! Spans and metrics as text.

use super::kept;
use hyperion::snapshot::{Data, Family, LabelPair};
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A span: its kind, name and status, and its attributes by their keys, each with what `value_of` makes of its value.
pub(crate) fn span(span: &SpanData, value_of: impl Fn(&str, String) -> String) -> String {
    let kind = match span.span_kind {
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        _ => "other",
    };
    let mut text = format!("{kind} `{}`\n", span.name);
    match &span.status {
        Status::Error { description } if description.is_empty() => text.push_str("  failed\n"),
        Status::Error { description } => writeln!(text, "  failed: {description}").expect("text"),
        Status::Ok => text.push_str("  ok\n"),
        Status::Unset => {}
    }
    let mut attributes: Vec<_> = span.attributes.iter().collect();
    attributes.sort_by_key(|attribute| attribute.key.as_str());
    for attribute in attributes {
        let key = attribute.key.as_str();
        let value = value_of(key, attribute.value.to_string());
        writeln!(text, "  {key} = {value}").expect("text");
    }
    text
}

/// The series of a metric, each as its labels, with what `value_of` makes of their values, and its count or value.
pub(crate) fn series(name: &str, value_of: impl Fn(&str, String) -> String) -> Vec<String> {
    let families = kept().snapshot().families;
    let Some(family) = families.into_iter().find(|family| family.name == name) else {
        return Vec::new();
    };
    let shown = |(labels, value): (&[LabelPair], String)| {
        let pairs = labels
            .iter()
            .map(|(key, text)| format!("{key}={}", value_of(key, text.to_string())));
        format!("{}: {value}", pairs.collect::<Vec<_>>().join(" "))
    };
    points(&family).into_iter().map(shown).collect()
}

/// The keys of all labels of a metric.
pub(crate) fn label_keys(family: &Family) -> BTreeSet<String> {
    let points = points(family).into_iter();
    points
        .flat_map(|(labels, _)| labels)
        .map(|(key, _)| key.to_string())
        .collect()
}

/// The points of a metric: the labels of each, and its count or value.
fn points(family: &Family) -> Vec<(&[LabelPair], String)> {
    match &family.data {
        Data::Histogram(points) => points
            .iter()
            .map(|point| (&*point.labels, point.count().to_string()))
            .collect(),
        Data::UpDownCounter(points) | Data::Counter(points) => points
            .iter()
            .map(|point| (&*point.labels, point.value.as_f64().to_string()))
            .collect(),
        other @ Data::Gauge(_) => panic!("{other:?}"),
    }
}

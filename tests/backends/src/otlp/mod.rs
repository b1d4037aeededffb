//! OTLP's JSON, as Jaeger's API and the Collector's file exporter write it, in types that a test
//! can ask. What is absent has its default, since the encoding leaves defaults out.
//!
//! The accessors panic when what is asked for is not there, and say what is.

mod attributes;
mod log;
mod metric;
mod trace;

use anyhow::{Context, Result, bail};
use serde_json::Value;

pub use attributes::Attributes;
pub use log::LogRecord;
pub use metric::{Data, Exemplar, Metric, Point};
pub use trace::{Event, Kind, Link, Span, Status, Trace};

/// Every span in an export.
pub(crate) fn spans(export: &Value) -> Result<Vec<Span>> {
    records(export, ["resourceSpans", "scopeSpans", "spans"], Span::read)
}

/// Every metric in an export.
pub(crate) fn metrics(export: &Value) -> Result<Vec<Metric>> {
    records(
        export,
        ["resourceMetrics", "scopeMetrics", "metrics"],
        Metric::read,
    )
}

/// Every log record in an export.
pub(crate) fn logs(export: &Value) -> Result<Vec<LogRecord>> {
    records(
        export,
        ["resourceLogs", "scopeLogs", "logRecords"],
        LogRecord::read,
    )
}

/// Spans by trace, each trace in the order in which its spans started.
pub(crate) fn traces(spans: Vec<Span>) -> Vec<Trace> {
    let mut traces: Vec<Trace> = Vec::new();
    for span in spans {
        match traces.iter_mut().find(|trace| trace.id == span.trace_id) {
            Some(trace) => trace.spans.push(span),
            None => traces.push(Trace {
                id: span.trace_id.clone(),
                spans: vec![span],
            }),
        }
    }
    for trace in &mut traces {
        trace.spans.sort_by_key(|span| span.start);
    }
    traces
}

/// The resource and scope that every record carries beside its own data.
struct Origin<'a> {
    resource: &'a Attributes,
    scope: &'a str,
}

/// The three signals share their nesting: resources, scopes, records.
fn records<T>(
    export: &Value,
    [resources, scopes, records]: [&str; 3],
    read: impl Fn(&Value, &Origin<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for resource in list(export, resources) {
        let attributes = Attributes::read("the resource", &resource["resource"])?;
        for scope in list(resource, scopes) {
            let origin = Origin {
                resource: &attributes,
                scope: text(&scope["scope"], "name"),
            };
            for record in list(scope, records) {
                found.push(read(record, &origin)?);
            }
        }
    }
    Ok(found)
}

/// The elements of a list; an absent one is empty.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A whole number: 64 bits stand in quotes, fewer do not.
fn whole(value: &Value, key: &str) -> Result<u64> {
    match &value[key] {
        Value::Null => Ok(0),
        Value::String(text) => text.parse().with_context(|| format!("`{key}` is {text}")),
        Value::Number(number) => number
            .as_u64()
            .with_context(|| format!("`{key}` is {number}, not a whole number")),
        other => bail!("`{key}` is {other}, not a whole number"),
    }
}

/// A number that may have a fraction, and may be a 64-bit integer in quotes.
fn number(value: &Value) -> Result<f64> {
    match value {
        Value::String(text) => text.parse().with_context(|| format!("{text} is no number")),
        other => other
            .as_f64()
            .with_context(|| format!("{other} is no number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spans_are_grouped_by_trace_and_ordered_by_start() {
        let span = |trace: &str, name: &str, start: u64| {
            json!({"traceId": trace, "spanId": name, "name": name,
                   "startTimeUnixNano": start.to_string()})
        };
        let export = json!({"resourceSpans": [{"scopeSpans": [{"spans": [
            span("0a", "second", 2), span("0b", "other", 1), span("0a", "first", 1)
        ]}]}]});
        let traces = traces(spans(&export).expect("three spans"));
        let names: Vec<Vec<&str>> = traces
            .iter()
            .map(|trace| trace.spans.iter().map(|span| span.name.as_str()).collect())
            .collect();
        assert_eq!(names, [vec!["first", "second"], vec!["other"]]);
    }

    #[test]
    fn whole_numbers_come_with_and_without_quotes() {
        let value = json!({"quoted": "18446744073709551615", "plain": 3, "wrong": "three"});
        assert_eq!(whole(&value, "quoted").expect("a number"), u64::MAX);
        assert_eq!(whole(&value, "plain").expect("a number"), 3);
        assert_eq!(whole(&value, "absent").expect("the default"), 0);
        assert!(whole(&value, "wrong").is_err());
    }
}

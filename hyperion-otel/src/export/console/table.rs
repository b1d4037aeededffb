//! All metrics as a table.
//!
//! ```text
//! call                     calls   errors        mean         p50         p90         p99
//! OrderService.checkout      120        3     12.4 ms     10.1 ms     20.3 ms     48.0 ms
//!
//! cache.lookups
//!   tier=redis  42
//! ```

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anstyle::Style;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::distribution::{Distribution, Quantile};
use super::text::{BAD, BOLD, DIM, Line, PLAIN, bytes, clean, clip, number, time, width};
use crate::export::sdk_points;
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberValue, Snapshot,
};

/// The metric that every observed call feeds.
const CALLS: &str = "hyperion.call.duration";
/// The number of series of one metric that are shown.
const MAX_SERIES: usize = 40;
const INDENT: usize = 2;
const COUNT: usize = 9;
const VALUE: usize = 12;
/// In fewer columns only the last of the quantiles is shown.
const ROOMY: usize = 86;
const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99")];

/// The line above the table.
pub(super) fn title(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 86_400;
    format!(
        "{DIM}metrics at {:02}:{:02}:{:02} UTC{DIM:#}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// The table in lines of `columns`; empty when there are no metrics.
pub(super) fn render(native: &Snapshot, sdk: &ResourceMetrics, columns: usize) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut metrics = String::new();
    for family in &native.families {
        match &family.data {
            Data::Histogram(points) if family.name == CALLS => {
                blocks.extend(calls(points, columns));
            }
            _ => {
                let library = family.library.as_deref().unwrap_or_default();
                metric(family, library, columns, &mut metrics);
            }
        }
    }
    for scope in sdk_points::scopes(sdk) {
        for family in &scope.families {
            metric(family, scope.scope.name(), columns, &mut metrics);
        }
        for name in &scope.exponential {
            let mut line = Line::default();
            line.push(BOLD, &clean(name));
            line.push(DIM, &format!("  {}", clean(scope.scope.name())));
            line.push(PLAIN, "  exponential histograms are not shown");
            line.end(&mut metrics);
        }
    }
    blocks.extend((!metrics.is_empty()).then_some(metrics));
    blocks.join("\n")
}

/// The calls of one method.
#[derive(Default)]
struct Calls {
    durations: Distribution,
    errors: u64,
    cancelled: u64,
}

/// A row for each method, over all its other labels.
fn calls(points: &[HistogramPoint], columns: usize) -> Option<String> {
    let mut methods: BTreeMap<String, Calls> = BTreeMap::new();
    for point in points.iter().filter(|point| point.count() > 0) {
        let calls = methods.entry(call_name(&point.labels)).or_default();
        calls.durations.add(point);
        match label(&point.labels, "outcome") {
            Some("error" | "panic") => calls.errors += point.count(),
            Some("cancelled") => calls.cancelled += point.count(),
            _ => {}
        }
    }
    if methods.is_empty() {
        return None;
    }
    let with_cancelled = methods.values().any(|calls| calls.cancelled > 0);
    let quantiles = QUANTILES
        .get(if columns < ROOMY { 2 } else { 0 }..)
        .unwrap_or_default();
    let mut titles = vec![("calls", COUNT), ("errors", COUNT)];
    titles.extend(with_cancelled.then_some(("cancelled", COUNT + 2)));
    titles.push(("mean", VALUE));
    titles.extend(quantiles.iter().map(|(_, title)| (*title, VALUE)));

    let numbers: usize = titles.iter().map(|(_, width)| width).sum();
    let longest = methods.keys().map(|name| width(name)).max().unwrap_or(0);
    let name = longest.min(columns.saturating_sub(numbers)).max(8);
    let mut out = String::new();
    let mut row = |style: Style, first: &str, cells: Vec<(Style, String)>| {
        let mut line = Line::default();
        line.push(style, first);
        let mut column = name;
        for ((_, width), (style, text)) in titles.iter().zip(cells) {
            column += width;
            line.push_right(style, &text, column);
        }
        line.end(&mut out);
    };
    let bold = |(title, _): &(&str, usize)| (BOLD, (*title).to_owned());
    row(BOLD, "call", titles.iter().map(bold).collect());
    for (method, calls) in &methods {
        let durations = &calls.durations;
        let errors = if calls.errors > 0 { BAD } else { PLAIN };
        let mut cells = vec![
            (PLAIN, durations.count().to_string()),
            (errors, calls.errors.to_string()),
        ];
        cells.extend(with_cancelled.then(|| (PLAIN, calls.cancelled.to_string())));
        cells.push((PLAIN, durations.mean().map(time).unwrap_or_default()));
        let quantiles = quantiles
            .iter()
            .map(|(q, _)| quantile(durations, *q, &time));
        cells.extend(quantiles.map(|text| (PLAIN, text)));
        row(PLAIN, &clip(method, name), cells);
    }
    Some(out)
}

fn call_name(labels: &[LabelPair]) -> String {
    let name = match (label(labels, "component"), label(labels, "method")) {
        (Some(component), Some(method)) => format!("{component}.{method}"),
        (Some(part), None) | (None, Some(part)) => part.to_owned(),
        (None, None) => "(unnamed)".to_owned(),
    };
    clean(&name).into_owned()
}

fn label<'a>(labels: &'a [LabelPair], key: &str) -> Option<&'a str> {
    labels
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_ref())
}

fn quantile(distribution: &Distribution, q: f64, show: &dyn Fn(f64) -> String) -> String {
    match distribution.quantile(q) {
        Some(Quantile::About(value)) => show(value),
        Some(Quantile::Below(value)) => format!("< {}", show(value)),
        Some(Quantile::Above(value)) => format!("> {}", show(value)),
        None => String::new(),
    }
}

/// A metric with its series, on one line when it has but one without labels.
fn metric(family: &Family, scope: &str, columns: usize, out: &mut String) {
    let unit = unit(&family.unit);
    let series = series(&family.data, &unit);
    if series.is_empty() {
        return;
    }
    let mut line = Line::default();
    line.push(BOLD, &clean(&family.name));
    if !scope.is_empty() {
        line.push(DIM, &format!("  {}", clean(scope)));
    }
    if let [(labels, value)] = series.as_slice()
        && labels.is_empty()
    {
        line.push(PLAIN, "  ");
        line.push(PLAIN, value);
        return line.end(out);
    }
    line.end(out);
    let values = series
        .iter()
        .map(|(_, value)| width(value))
        .max()
        .unwrap_or(0);
    let room = columns.saturating_sub(INDENT + 2 + values).max(20);
    let labels = series
        .iter()
        .map(|(labels, _)| width(labels))
        .max()
        .unwrap_or(0)
        .min(room);
    for (text, value) in series.iter().take(MAX_SERIES) {
        let mut line = Line::default();
        line.pad_to(INDENT);
        line.push(
            PLAIN,
            &clip(
                if text.is_empty() { "(no labels)" } else { text },
                labels.max(11),
            ),
        );
        line.pad_to(INDENT + labels + 2);
        line.push_right(PLAIN, value, INDENT + labels + 2 + values);
        line.end(out);
    }
    if series.len() > MAX_SERIES {
        let mut line = Line::default();
        line.pad_to(INDENT);
        line.push(DIM, &format!("… {} more", series.len() - MAX_SERIES));
        line.end(out);
    }
}

/// Gives the way to show amounts of a unit.
fn unit(unit: &str) -> Box<dyn Fn(f64) -> String> {
    let scaled =
        |factor: f64| -> Box<dyn Fn(f64) -> String> { Box::new(move |value| time(value * factor)) };
    match unit {
        "s" => scaled(1.0),
        "ms" => scaled(1e-3),
        "us" => scaled(1e-6),
        "ns" => scaled(1e-9),
        "By" => Box::new(bytes),
        "%" => Box::new(|value| format!("{} %", number(value))),
        "" | "1" => Box::new(number),
        // An annotation names what is counted, as the name of the metric does.
        annotation if annotation.starts_with('{') => Box::new(number),
        other => {
            let other = clean(other).into_owned();
            Box::new(move |value| format!("{} {other}", number(value)))
        }
    }
}

/// The labels and the value of each point.
fn series(data: &Data, show: &dyn Fn(f64) -> String) -> Vec<(String, String)> {
    match data {
        Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => points
            .iter()
            // A counter that has not counted, of losses for example, has nothing to say to a person.
            .filter(|point| !matches!((data, point.value), (Data::Counter(_), NumberValue::U64(0))))
            .map(|point| (labels(&point.labels), show(point.value.as_f64())))
            .collect(),
        Data::Histogram(points) => points
            .iter()
            .map(|point| {
                let mut distribution = Distribution::default();
                distribution.add(point);
                (labels(&point.labels), summary(&distribution, show))
            })
            .collect(),
    }
}

fn summary(distribution: &Distribution, show: &dyn Fn(f64) -> String) -> String {
    let Some(mean) = distribution.mean() else {
        return "0 values".to_owned();
    };
    let values = if distribution.count() == 1 {
        "value"
    } else {
        "values"
    };
    let quantiles: Vec<String> = QUANTILES
        .into_iter()
        .map(|(q, name)| format!("{name} {}", quantile(distribution, q, show)))
        .collect();
    format!(
        "{} {values}, mean {}, {}",
        distribution.count(),
        show(mean),
        quantiles.join(", ")
    )
}

fn labels(labels: &[LabelPair]) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{}={}", clean(key), clean(value)))
        .collect();
    pairs.join("  ")
}

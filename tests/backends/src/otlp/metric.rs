//! Metrics.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Attributes, Origin, list, number, text, whole};

/// One metric in one export.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its help text.
    pub description: String,
    /// `sum`, `gauge`, `histogram` or `exponentialHistogram`.
    pub kind: String,
    /// True if each export has the whole count, rather than what is new.
    pub cumulative: bool,
    /// True if a sum only grows.
    pub monotonic: bool,
    /// Its series.
    pub points: Vec<Point>,
    /// The resource that produced it.
    pub resource: Attributes,
    /// The instrumentation scope.
    pub scope: String,
}

/// One series of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Its labels.
    pub attributes: Attributes,
    /// Since when it counts, in nanoseconds since 1970.
    pub start: u64,
    /// When it was read, in nanoseconds since 1970.
    pub time: u64,
    /// Its numbers.
    pub data: Data,
    /// Its exemplars.
    pub exemplars: Vec<Exemplar>,
}

/// The numbers of a series.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A sum or a gauge.
    Number(f64),
    /// A histogram; there is one bucket more than there are bounds.
    Histogram {
        /// The number of values.
        count: u64,
        /// Their sum.
        sum: f64,
        /// Upper bounds of the buckets.
        bounds: Vec<f64>,
        /// Values in each bucket.
        buckets: Vec<u64>,
    },
}

/// A value that stands for a bucket or a series, with the span it was recorded in.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar {
    /// The value.
    pub value: f64,
    /// The id of the span's trace.
    pub trace_id: String,
    /// The id of the span.
    pub span_id: String,
}

impl Metric {
    pub(super) fn read(value: &Value, origin: &Origin<'_>) -> Result<Self> {
        let name = text(value, "name");
        let (kind, data) = ["sum", "gauge", "histogram", "exponentialHistogram"]
            .into_iter()
            .find_map(|kind| Some((kind, value.get(kind)?)))
            .with_context(|| format!("metric `{name}` has no known kind of data: {value}"))?;
        Ok(Self {
            name: name.to_owned(),
            unit: text(value, "unit").to_owned(),
            description: text(value, "description").to_owned(),
            kind: kind.to_owned(),
            cumulative: whole(data, "aggregationTemporality")? == 2,
            monotonic: data["isMonotonic"] == true,
            points: list(data, "dataPoints")
                .iter()
                .map(|point| Point::read(point, name))
                .collect::<Result<_>>()?,
            resource: origin.resource.clone(),
            scope: origin.scope.to_owned(),
        })
    }

    /// The one series that has these labels, and maybe others.
    ///
    /// # Panics
    /// When there is none, or several.
    #[track_caller]
    pub fn point(&self, labels: &[(&str, &str)]) -> &Point {
        let found: Vec<&Point> = self
            .points
            .iter()
            .filter(|point| point.attributes.has(labels))
            .collect();
        let [point] = found.as_slice() else {
            let all: Vec<_> = self
                .points
                .iter()
                .map(|point| point.attributes.to_string())
                .collect();
            panic!(
                "{} series of `{}` have {labels:?}; there are:\n{}",
                found.len(),
                self.name,
                all.join("\n")
            )
        };
        point
    }

    /// The number of the one series that has these labels.
    ///
    /// # Panics
    /// When there is none, several, or a histogram.
    #[track_caller]
    pub fn number(&self, labels: &[(&str, &str)]) -> f64 {
        match &self.point(labels).data {
            Data::Number(number) => *number,
            histogram @ Data::Histogram { .. } => panic!("`{}` is {histogram:?}", self.name),
        }
    }

    /// Count and sum of the one series that has these labels.
    ///
    /// # Panics
    /// When there is none, several, or no histogram.
    #[track_caller]
    pub fn count_and_sum(&self, labels: &[(&str, &str)]) -> (u64, f64) {
        match &self.point(labels).data {
            Data::Histogram { count, sum, .. } => (*count, *sum),
            Data::Number(number) => panic!("`{}` is the number {number}", self.name),
        }
    }
}

impl Point {
    fn read(value: &Value, metric: &str) -> Result<Self> {
        let point = Self {
            attributes: Attributes::read(&format!("a series of `{metric}`"), value)?,
            start: whole(value, "startTimeUnixNano")?,
            time: whole(value, "timeUnixNano")?,
            data: Data::read(value).with_context(|| format!("a series of `{metric}`"))?,
            exemplars: list(value, "exemplars")
                .iter()
                .map(Exemplar::read)
                .collect::<Result<_>>()?,
        };
        Ok(point)
    }
}

impl Data {
    /// Both kinds of histogram have a count, and of these only the one with bounds has them.
    fn read(value: &Value) -> Result<Self> {
        if value.get("count").is_none() {
            return either(value).map(Self::Number);
        }
        let buckets = list(value, "bucketCounts").iter().map(|count| {
            let count = count
                .as_str()
                .with_context(|| format!("bucket {count} is not in quotes"))?;
            count
                .parse()
                .with_context(|| format!("bucket {count} is no whole number"))
        });
        Ok(Self::Histogram {
            count: whole(value, "count")?,
            sum: value.get("sum").map_or(Ok(0.0), number)?,
            bounds: list(value, "explicitBounds")
                .iter()
                .map(number)
                .collect::<Result<_>>()?,
            buckets: buckets.collect::<Result<_>>()?,
        })
    }
}

impl Exemplar {
    fn read(value: &Value) -> Result<Self> {
        Ok(Self {
            value: either(value)?,
            trace_id: text(value, "traceId").to_owned(),
            span_id: text(value, "spanId").to_owned(),
        })
    }
}

/// A value that is an integer or not, by the name of its key.
fn either(value: &Value) -> Result<f64> {
    value
        .get("asDouble")
        .or(value.get("asInt"))
        .map_or(Ok(0.0), number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp;
    use serde_json::json;

    fn metrics() -> Vec<Metric> {
        let labels = |value: &str| json!([{"key": "tier", "value": {"stringValue": value}}]);
        let export = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [
            {"name": "duration", "unit": "s", "histogram": {
                "aggregationTemporality": 2,
                "dataPoints": [{
                    "count": "3", "sum": 1.5, "explicitBounds": [0.5], "bucketCounts": ["1", "2"],
                    "attributes": labels("memory"),
                    "exemplars": [{"asDouble": 0.7, "traceId": "0a", "spanId": "01"}],
                }],
            }},
            {"name": "hits", "sum": {
                "aggregationTemporality": 2, "isMonotonic": true,
                "dataPoints": [
                    {"asInt": "7", "attributes": labels("memory")},
                    {"asDouble": 0.5, "attributes": labels("redis")},
                ],
            }},
        ]}]}]});
        otlp::metrics(&export).expect("metrics")
    }

    #[test]
    fn a_histogram_has_count_sum_buckets_and_exemplars() {
        let metric = &metrics()[0];
        assert!(metric.cumulative && metric.kind == "histogram" && metric.unit == "s");
        let point = metric.point(&[("tier", "memory")]);
        let expected = Data::Histogram {
            count: 3,
            sum: 1.5,
            bounds: vec![0.5],
            buckets: vec![1, 2],
        };
        assert_eq!(point.data, expected);
        assert_eq!(point.exemplars[0].trace_id, "0a");
        assert_eq!(metric.count_and_sum(&[]), (3, 1.5));
    }

    #[test]
    fn a_sum_is_a_number_either_way_it_is_written() {
        let metric = &metrics()[1];
        assert!(metric.monotonic);
        assert_eq!(metric.number(&[("tier", "memory")]), 7.0);
        assert_eq!(metric.number(&[("tier", "redis")]), 0.5);
    }

    #[test]
    #[should_panic(
        expected = "2 series of `hits` have []; there are:\n{\"tier\": String(\"memory\")}"
    )]
    fn an_ambiguous_series_shows_all() {
        metrics()[1].point(&[]);
    }
}

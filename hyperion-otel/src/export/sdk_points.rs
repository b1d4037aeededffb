//! The points of OpenTelemetry instruments, in the shape of a native snapshot.
//!
//! Exporters that show numbers themselves treat both kinds alike.

use std::borrow::Cow;

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};

use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};

/// The metrics of one instrumentation scope.
pub(super) struct ScopeFamilies<'a> {
    pub(super) scope: &'a InstrumentationScope,
    pub(super) families: Vec<Family>,
    /// The names of its exponential histograms: the readers of this have no picture of those, and say so.
    pub(super) exponential: Vec<&'a str>,
}

/// Gives every metric, by scope.
pub(super) fn scopes(metrics: &ResourceMetrics) -> impl Iterator<Item = ScopeFamilies<'_>> {
    metrics.scope_metrics().map(|scope| {
        let mut families = Vec::new();
        let mut exponential = Vec::new();
        for metric in scope.metrics() {
            match data(metric.data()) {
                Some(data) => families.push(Family {
                    asynchronous: false,
                    library: None,
                    name: Cow::Owned(metric.name().to_owned()),
                    description: Cow::Owned(metric.description().to_owned()),
                    unit: Cow::Owned(metric.unit().to_owned()),
                    data,
                }),
                None => exponential.push(metric.name()),
            }
        }
        ScopeFamilies {
            scope: scope.scope(),
            families,
            exponential,
        }
    })
}

fn data(data: &AggregatedMetrics) -> Option<Data> {
    match data {
        AggregatedMetrics::F64(data) => points(data, NumberValue::F64),
        AggregatedMetrics::U64(data) => points(data, NumberValue::U64),
        AggregatedMetrics::I64(data) => points(data, NumberValue::I64),
    }
}

/// Gives the points of a metric, whose values `number` wraps; `None` for an exponential histogram.
fn points<T: Copy>(data: &MetricData<T>, number: fn(T) -> NumberValue) -> Option<Data> {
    Some(match data {
        MetricData::Gauge(gauge) => {
            let points = gauge.data_points();
            let points = points.map(|point| NumberPoint {
                labels: labels(point.attributes()),
                start: None,
                value: number(point.value()),
                exemplar: None,
            });
            Data::Gauge(points.collect())
        }
        MetricData::Sum(sum) => {
            let points = sum.data_points().map(|point| NumberPoint {
                labels: labels(point.attributes()),
                start: Some(sum.start_time()),
                value: number(point.value()),
                exemplar: None,
            });
            if sum.is_monotonic() {
                Data::Counter(points.collect())
            } else {
                Data::UpDownCounter(points.collect())
            }
        }
        MetricData::Histogram(histogram) => {
            let points = histogram.data_points().map(|point| HistogramPoint {
                labels: labels(point.attributes()),
                start: Some(histogram.start_time()),
                bounds: point.bounds().collect(),
                buckets: point.bucket_counts().collect(),
                sum: number(point.sum()).as_f64(),
                exemplars: Vec::new(),
            });
            Data::Histogram(points.collect())
        }
        MetricData::ExponentialHistogram(_) => return None,
    })
}

fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<LabelPair> {
    let mut labels: Vec<LabelPair> = attributes
        .map(|attribute| {
            (
                Cow::Owned(attribute.key.to_string()),
                Cow::Owned(attribute.value.to_string()),
            )
        })
        .collect();
    labels.sort();
    labels
}

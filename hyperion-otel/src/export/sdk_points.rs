//! The points of OpenTelemetry instruments, in the shape of a native snapshot.
//!
//! Exporters that show numbers themselves treat both kinds alike.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Histogram, MetricData, ResourceMetrics};

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
        AggregatedMetrics::F64(data) => points(data),
        AggregatedMetrics::U64(data) => points(data),
        AggregatedMetrics::I64(data) => points(data),
    }
}

/// Gives the points of a metric; `None` for an exponential histogram.
fn points<T: Measured>(data: &MetricData<T>) -> Option<Data> {
    match data {
        MetricData::Gauge(gauge) => Some(Data::Gauge(
            gauge
                .data_points()
                .map(|point| number(point.attributes(), None, point.value()))
                .collect(),
        )),
        MetricData::Sum(sum) => {
            let start = Some(sum.start_time());
            let points = sum
                .data_points()
                .map(|point| number(point.attributes(), start, point.value()))
                .collect();
            Some(if sum.is_monotonic() {
                Data::Counter(points)
            } else {
                Data::UpDownCounter(points)
            })
        }
        MetricData::Histogram(histogram) => Some(distribution(histogram)),
        MetricData::ExponentialHistogram(_) => None,
    }
}

fn number<'a, T: Measured>(
    attributes: impl Iterator<Item = &'a KeyValue>,
    start: Option<SystemTime>,
    value: T,
) -> NumberPoint {
    NumberPoint {
        start,
        exemplar: None,
        labels: labels(attributes),
        value: value.number(),
    }
}

fn distribution<T: Measured>(histogram: &Histogram<T>) -> Data {
    let points = histogram
        .data_points()
        .map(|point| HistogramPoint {
            start: Some(histogram.start_time()),
            exemplars: Vec::new(),
            labels: labels(point.attributes()),
            bounds: point.bounds().collect(),
            buckets: point.bucket_counts().collect(),
            sum: point.sum().number().as_f64(),
        })
        .collect();
    Data::Histogram(points)
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

/// The types that OpenTelemetry measures in.
trait Measured: Copy {
    fn number(self) -> NumberValue;
}

impl Measured for f64 {
    fn number(self) -> NumberValue {
        NumberValue::F64(self)
    }
}

impl Measured for u64 {
    fn number(self) -> NumberValue {
        NumberValue::U64(self)
    }
}

impl Measured for i64 {
    fn number(self) -> NumberValue {
        NumberValue::I64(self)
    }
}

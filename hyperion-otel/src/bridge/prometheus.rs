//! The registries of the crate `prometheus`.

use super::MetricSource;
use ::prometheus::Registry;
use ::prometheus::proto::{self, MetricType};
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};
use std::borrow::Cow;
use std::sync::Arc;

const LIBRARY: &str = "prometheus";

/// The metrics that are registered there, with the registry's prefix and labels.
///
/// Counts have no known beginning, since this library keeps none. A summary, which only a collector of a program's own can have,
/// goes out as the samples that it has there: `x{quantile=".."}`, `x_sum` and `x_count`.
impl MetricSource for Registry {
    fn families(&self) -> Vec<Family> {
        self.gather().iter().flat_map(families).collect()
    }
}

/// One family, or three of a summary.
fn families(family: &proto::MetricFamily) -> Vec<Family> {
    let metrics = family.get_metric();
    let numbers = |value: fn(&proto::Metric) -> f64| {
        let points = metrics
            .iter()
            .map(|metric| point(labels(metric), value(metric)));
        points.collect()
    };
    let data = match family.get_field_type() {
        MetricType::COUNTER => Data::Counter(numbers(|metric| metric.get_counter().value())),
        MetricType::GAUGE => Data::Gauge(numbers(|metric| metric.get_gauge().value())),
        MetricType::UNTYPED => Data::Gauge(numbers(|metric| metric.untyped.value())),
        MetricType::HISTOGRAM => Data::Histogram(metrics.iter().map(distribution).collect()),
        MetricType::SUMMARY => return summary(family),
    };
    vec![named(family, "", data)]
}

fn named(family: &proto::MetricFamily, suffix: &str, data: Data) -> Family {
    Family {
        name: Cow::Owned(format!("{}{suffix}", family.name())),
        description: Cow::Owned(family.help().to_owned()),
        unit: Cow::Borrowed(""),
        asynchronous: true,
        library: Some(Cow::Borrowed(LIBRARY)),
        data,
    }
}

fn point(labels: Vec<LabelPair>, value: f64) -> NumberPoint {
    NumberPoint {
        labels,
        start: None,
        value: NumberValue::F64(value),
        exemplar: None,
    }
}

fn labels(metric: &proto::Metric) -> Vec<LabelPair> {
    let pairs = metric.get_label().iter().map(|pair| {
        let (name, value) = (pair.name().to_owned(), pair.value().to_owned());
        (Cow::Owned(name), Cow::Owned(value))
    });
    pairs.collect()
}

fn distribution(metric: &proto::Metric) -> HistogramPoint {
    let histogram = metric.get_histogram();
    let finite = histogram
        .get_bucket()
        .iter()
        .filter(|bucket| bucket.upper_bound() != f64::INFINITY);
    let (mut bounds, mut buckets, mut below) = (Vec::new(), Vec::new(), 0);
    for bucket in finite {
        let count = bucket.cumulative_count();
        bounds.push(bucket.upper_bound());
        buckets.push(count.saturating_sub(below));
        below = below.max(count);
    }
    // It is read while others record, and the whole count is read apart from the buckets.
    buckets.push(histogram.get_sample_count().saturating_sub(below));
    HistogramPoint {
        labels: labels(metric),
        start: None,
        bounds: Arc::from(bounds),
        buckets,
        sum: histogram.get_sample_sum(),
        exemplars: Vec::new(),
    }
}

fn summary(family: &proto::MetricFamily) -> Vec<Family> {
    let (mut quantiles, mut sums, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for metric in family.get_metric() {
        let (labels, summary) = (labels(metric), metric.get_summary());
        quantiles.extend(summary.get_quantile().iter().map(|quantile| {
            let mut labels = labels.clone();
            let q = quantile.quantile().to_string();
            labels.push((Cow::Borrowed("quantile"), Cow::Owned(q)));
            point(labels, quantile.value())
        }));
        sums.push(point(labels.clone(), summary.sample_sum()));
        let count = NumberValue::U64(summary.sample_count());
        counts.push(NumberPoint {
            value: count,
            ..point(labels, 0.0)
        });
    }
    vec![
        named(family, "", Data::Gauge(quantiles)),
        named(family, "_sum", Data::Gauge(sums)),
        named(family, "_count", Data::Counter(counts)),
    ]
}

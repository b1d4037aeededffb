//! The registries of the crate `prometheus-client`.

use super::MetricSource;
use ::prometheus_client::encoding::prometheus_protobuf::encode;
use ::prometheus_client::encoding::prometheus_protobuf::prometheus_data_model as proto;
use ::prometheus_client::registry::Registry;
use hyperion_runtime::backend::diagnostics;
use hyperion_runtime::metrics::snapshot::{
    Data, Exemplar, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue, SpanIds,
};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const LIBRARY: &str = "prometheus-client";

/// The metrics that are registered there, with the prefixes and labels of sub-registries.
///
/// Exemplars come along as far as their labels name a span: `trace_id` and `span_id` in hexadecimal digits. Of a native histogram
/// the classic buckets go out, and its count and sum.
impl MetricSource for Registry {
    fn families(&self) -> Vec<Family> {
        let families = encode(self).unwrap_or_else(|_| {
            diagnostics::warn_once(
                "bridge.prometheus_client",
                format_args!(
                    "a metric of a registry of prometheus-client cannot be encoded; the metrics of that registry are left out"
                ),
            );
            Vec::new()
        });
        families.into_iter().map(family).collect()
    }
}

fn family(family: proto::MetricFamily) -> Family {
    let now = SystemTime::now();
    let metrics = family.metric.iter();
    let data = match family.r#type() {
        proto::MetricType::Counter => {
            let counters = metrics.filter_map(|metric| {
                let counter = metric.counter.as_ref()?;
                let exemplar = counter.exemplar.as_ref();
                Some(NumberPoint {
                    exemplar: exemplar.map(|kept| self::exemplar(kept, now)),
                    ..point(metric, counter.value)
                })
            });
            Data::Counter(counters.collect())
        }
        proto::MetricType::Histogram | proto::MetricType::GaugeHistogram => {
            let histograms = metrics.filter_map(|metric| {
                let histogram = metric.histogram.as_ref()?;
                Some(distribution(labels(&metric.label), histogram, now))
            });
            Data::Histogram(histograms.collect())
        }
        proto::MetricType::Gauge | proto::MetricType::Untyped | proto::MetricType::Summary => {
            let gauges = metrics.filter_map(|metric| {
                let gauge = metric.gauge.as_ref().map(|gauge| gauge.value);
                let value = gauge.or(metric.untyped.as_ref().map(|untyped| untyped.value))?;
                Some(point(metric, value))
            });
            Data::Gauge(gauges.collect())
        }
    };
    Family {
        unit: unit(family.unit),
        name: Cow::Owned(family.name),
        description: Cow::Owned(family.help),
        asynchronous: true,
        library: Some(Cow::Borrowed(LIBRARY)),
        data,
    }
}

/// The unit in the letters of UCUM, for those words that are units there.
fn unit(word: String) -> Cow<'static, str> {
    Cow::Borrowed(match word.as_str() {
        "amperes" => "A",
        "bytes" => "By",
        "celsius" => "Cel",
        "grams" => "g",
        "joules" => "J",
        "meters" => "m",
        "ratios" => "1",
        "seconds" => "s",
        "volts" => "V",
        _ => return Cow::Owned(word),
    })
}

fn labels(pairs: &[proto::LabelPair]) -> Vec<LabelPair> {
    let pairs = pairs.iter().map(|pair| {
        let (name, value) = (pair.name.clone(), pair.value.clone());
        (Cow::Owned(name), Cow::Owned(value))
    });
    pairs.collect()
}

fn point(metric: &proto::Metric, value: f64) -> NumberPoint {
    NumberPoint {
        labels: labels(&metric.label),
        start: None,
        value: NumberValue::F64(value),
        exemplar: None,
    }
}

fn distribution(
    labels: Vec<LabelPair>,
    histogram: &proto::Histogram,
    now: SystemTime,
) -> HistogramPoint {
    let (mut bounds, mut buckets, mut below) = (Vec::new(), Vec::new(), 0);
    let finite = |bucket: &&proto::Bucket| bucket.upper_bound != f64::INFINITY;
    for bucket in histogram.bucket.iter().filter(finite) {
        bounds.push(bucket.upper_bound);
        buckets.push(bucket.cumulative_count.saturating_sub(below));
        below = below.max(bucket.cumulative_count);
    }
    buckets.push(histogram.sample_count.saturating_sub(below));
    let exemplars = histogram.bucket.iter().filter_map(|bucket| {
        let kept = bucket.exemplar.as_ref()?;
        Some(exemplar(kept, now))
    });
    HistogramPoint {
        labels,
        start: None,
        bounds: Arc::from(bounds),
        buckets,
        sum: histogram.sample_sum,
        exemplars: exemplars.collect(),
    }
}

/// The time of one that has none is that of the reading, as it is to Prometheus.
fn exemplar(exemplar: &proto::Exemplar, now: SystemTime) -> Exemplar {
    let time = exemplar.timestamp.as_ref().and_then(|timestamp| {
        let seconds = u64::try_from(timestamp.seconds).ok()?;
        let nanos = u32::try_from(timestamp.nanos).ok()?;
        UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
    });
    Exemplar {
        value: NumberValue::F64(exemplar.value),
        time: time.unwrap_or(now),
        span: span(&exemplar.label),
    }
}

fn span(labels: &[proto::LabelPair]) -> Option<SpanIds> {
    let of = |name: &str, digits: usize| {
        let label = labels.iter().find(|label| label.name == name)?;
        let is_id = label.value.len() == digits;
        let id = u128::from_str_radix(&label.value, 16)
            .ok()
            .filter(|_| is_id)?;
        Some(id).filter(|id| *id != 0)
    };
    let span_id = u64::try_from(of("span_id", 16)?).ok()?;
    Some(SpanIds {
        trace_id: of("trace_id", 32)?.to_be_bytes(),
        span_id: span_id.to_be_bytes(),
    })
}

//! Families as OTLP messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data as MetricData;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ScopeMetrics, Sum,
};
use opentelemetry_sdk::metrics::Temporality;

use super::baseline::Baseline;
use hyperion_runtime::metrics::snapshot::{
    self, Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};

/// The families that have points, as metrics of the scope `hyperion` and of the libraries that others were declared with.
///
/// Deltas are the difference to `baseline`.
pub(super) fn native_metrics<'a>(
    time: SystemTime,
    families: impl Iterator<Item = &'a Family>,
    preference: Temporality,
    baseline: &Baseline,
) -> Vec<ScopeMetrics> {
    // In the order of their names; ours, which have none, come first.
    let mut scopes: BTreeMap<Option<&str>, Vec<Metric>> = BTreeMap::new();
    for family in families {
        let metric = {
            let temporality = temporality(family, preference);
            let encoder = Encoder {
                time: nanos(time),
                // An exemplar belongs to the interval that it was measured in.
                exemplars_since: baseline.time(),
                temporality,
            };
            match temporality {
                AggregationTemporality::Delta => encoder.metric(&baseline.changes(family)),
                _ => encoder.metric(family),
            }
        };
        let library = family.library.as_deref();
        scopes.entry(library).or_default().extend(metric);
    }
    let scopes = scopes
        .into_iter()
        .filter(|(_, metrics)| !metrics.is_empty());
    let scopes = scopes.map(|(library, metrics)| ScopeMetrics {
        scope: Some(scope(library)),
        metrics,
        schema_url: String::new(),
    });
    scopes.collect()
}

fn scope(library: Option<&str>) -> InstrumentationScope {
    let (name, version) =
        library.map_or(("hyperion", env!("CARGO_PKG_VERSION")), |name| (name, ""));
    InstrumentationScope {
        name: name.to_owned(),
        version: version.to_owned(),
        ..InstrumentationScope::default()
    }
}

/// The temporality of a metric: the table of the specification, section "Additional environment variable configuration" of the OTLP metrics exporter.
pub(super) fn temporality(family: &Family, preference: Temporality) -> AggregationTemporality {
    let is_delta = match (&family.data, preference) {
        (Data::Counter(_) | Data::Histogram(_), Temporality::Delta) => true,
        // The point of `lowmemory` is what an SDK need not remember: what callbacks answer is cumulative already.
        (Data::Counter(_) | Data::Histogram(_), Temporality::LowMemory) => !family.asynchronous,
        _ => false,
    };
    if is_delta {
        AggregationTemporality::Delta
    } else {
        AggregationTemporality::Cumulative
    }
}

/// The time that a point covers, in nanoseconds since the epoch; it begins at zero where its beginning is not known.
fn period(start: Option<SystemTime>, time: u64) -> (u64, u64) {
    let start = start.map_or(0, nanos);
    // A wall clock that was set back would make points that end before they begin, which backends refuse.
    (start, time.max(start))
}

fn nanos(time: SystemTime) -> u64 {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX)
}

/// The common parts of the points of one metric.
struct Encoder {
    time: u64,
    exemplars_since: Option<SystemTime>,
    temporality: AggregationTemporality,
}

impl Encoder {
    fn metric(&self, family: &Family) -> Option<Metric> {
        let data = match &family.data {
            Data::Counter(points) => MetricData::Sum(self.sum(points, true)?),
            Data::UpDownCounter(points) => MetricData::Sum(self.sum(points, false)?),
            Data::Gauge(points) => MetricData::Gauge(Gauge {
                data_points: self.gauge_points(points)?,
            }),
            Data::Histogram(points) if points.is_empty() => return None,
            Data::Histogram(points) => MetricData::Histogram(Histogram {
                data_points: points
                    .iter()
                    .map(|point| self.histogram_point(point))
                    .collect(),
                aggregation_temporality: self.temporality.into(),
            }),
        };
        Some(Metric {
            name: family.name.to_string(),
            description: family.description.to_string(),
            unit: family.unit.to_string(),
            metadata: Vec::new(),
            data: Some(data),
        })
    }

    fn sum(&self, points: &[NumberPoint], is_monotonic: bool) -> Option<Sum> {
        Some(Sum {
            data_points: self.number_points(points)?,
            aggregation_temporality: self.temporality.into(),
            is_monotonic,
        })
    }

    fn number_points(&self, points: &[NumberPoint]) -> Option<Vec<NumberDataPoint>> {
        let encoded: Vec<NumberDataPoint> = points
            .iter()
            .map(|point| {
                let (start_time_unix_nano, time_unix_nano) = period(point.start, self.time);
                NumberDataPoint {
                    attributes: attributes(&point.labels),
                    start_time_unix_nano,
                    time_unix_nano,
                    exemplars: self.exemplars(point.exemplar.iter()),
                    flags: 0,
                    value: Some(number(point.value)),
                }
            })
            .collect();
        (!encoded.is_empty()).then_some(encoded)
    }

    /// A last value has no beginning.
    fn gauge_points(&self, points: &[NumberPoint]) -> Option<Vec<NumberDataPoint>> {
        let mut encoded = self.number_points(points)?;
        for point in &mut encoded {
            point.start_time_unix_nano = 0;
        }
        Some(encoded)
    }

    fn histogram_point(&self, point: &HistogramPoint) -> HistogramDataPoint {
        let (start_time_unix_nano, time_unix_nano) = period(point.start, self.time);
        HistogramDataPoint {
            attributes: attributes(&point.labels),
            start_time_unix_nano,
            time_unix_nano,
            count: point.count(),
            sum: Some(point.sum),
            bucket_counts: point.buckets.clone(),
            explicit_bounds: point.bounds.to_vec(),
            exemplars: self.exemplars(point.exemplars.iter()),
            flags: 0,
            min: None,
            max: None,
        }
    }

    fn exemplars<'a>(
        &self,
        exemplars: impl Iterator<Item = &'a snapshot::Exemplar>,
    ) -> Vec<Exemplar> {
        exemplars
            .filter(|exemplar| Some(exemplar.time) >= self.exemplars_since)
            .map(|exemplar| Exemplar {
                // Labels are all there is, and they are attributes of the point.
                filtered_attributes: Vec::new(),
                time_unix_nano: nanos(exemplar.time),
                span_id: exemplar.span.map_or(Vec::new(), |span| span.span_id.into()),
                trace_id: exemplar
                    .span
                    .map_or(Vec::new(), |span| span.trace_id.into()),
                value: Some(number(exemplar.value)),
            })
            .collect()
    }
}

fn number<T: From<i64> + From<f64>>(value: NumberValue) -> T {
    match value {
        // OTLP has no unsigned numbers.
        NumberValue::U64(value) => i64::try_from(value).unwrap_or(i64::MAX).into(),
        NumberValue::I64(value) => value.into(),
        NumberValue::F64(value) => value.into(),
    }
}

/// The labels that are whole numbers by the semantic conventions, and texts in the program.
const WHOLE_NUMBERS: [&str; 2] = ["http.response.status_code", "server.port"];

fn attributes(labels: &[LabelPair]) -> Vec<KeyValue> {
    let value = |key: &str, value: &Cow<'static, str>| {
        let number = WHOLE_NUMBERS.contains(&key).then(|| value.parse().ok());
        number.flatten().map_or_else(
            || Value::StringValue(Cow::clone(value).into_owned()),
            Value::IntValue,
        )
    };
    labels
        .iter()
        .map(|(key, text)| KeyValue {
            key: key.to_string(),
            value: Some(AnyValue {
                value: Some(value(key, text)),
            }),
            key_strindex: 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as ProtoNumber;

    use super::*;

    #[test]
    fn labels_are_numbers_where_the_conventions_say_so() {
        let label = |key, value| -> LabelPair { (Cow::Borrowed(key), Cow::Borrowed(value)) };
        let labels = [
            label("http.response.status_code", "404"),
            label("server.port", "_OTHER"),
            label("retries", "3"),
        ];
        let values = attributes(&labels).into_iter().map(|attribute| {
            let value = attribute.value.expect("a value");
            value.value.expect("one of some type")
        });
        let text = |text: &str| Value::StringValue(text.to_owned());
        let expected = [Value::IntValue(404), text("_OTHER"), text("3")];
        assert!(values.eq(expected));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_make_points_end_before_they_begin() {
        let (start, time) = period(Some(UNIX_EPOCH + std::time::Duration::from_secs(5)), 0);
        assert_eq!(start, time);
    }

    #[test]
    fn a_count_that_otlp_has_no_room_for_stays_at_its_largest() {
        assert_eq!(
            number::<ProtoNumber>(NumberValue::U64(u64::MAX)),
            ProtoNumber::AsInt(i64::MAX)
        );
    }

    #[test]
    fn the_table_is_the_specification_s() {
        use AggregationTemporality::{Cumulative, Delta};
        let counter = || Data::Counter(Vec::new());
        let histogram = || Data::Histogram(Vec::new());
        let up_down = || Data::UpDownCounter(Vec::new());
        let gauge = || Data::Gauge(Vec::new());
        // Synchronous or not; what `delta` and `lowmemory` make of it.
        let table = [
            (counter(), false, Delta, Delta),
            (counter(), true, Delta, Cumulative),
            (histogram(), false, Delta, Delta),
            (up_down(), false, Cumulative, Cumulative),
            (up_down(), true, Cumulative, Cumulative),
            (gauge(), false, Cumulative, Cumulative),
            (gauge(), true, Cumulative, Cumulative),
        ];
        for (data, asynchronous, delta, low_memory) in table {
            let family = Family {
                name: "a.metric".into(),
                description: "".into(),
                unit: "".into(),
                asynchronous,
                library: None,
                data,
            };
            assert_eq!(temporality(&family, Temporality::Cumulative), Cumulative);
            assert_eq!(
                temporality(&family, Temporality::Delta),
                delta,
                "{family:?}"
            );
            assert_eq!(
                temporality(&family, Temporality::LowMemory),
                low_memory,
                "{family:?}"
            );
        }
    }
}

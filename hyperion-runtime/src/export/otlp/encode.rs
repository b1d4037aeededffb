//! A snapshot as OTLP messages.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data as MetricData;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as NumberValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, Sum,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics as SdkMetrics;

use crate::metrics::snapshot::{
    Data, Family, HistogramPoint, Label, Number, NumberPoint, Snapshot,
};

/// One request with the native metrics and those of the SDK, or nothing when there are none.
pub(super) fn metrics_request(
    native: &Snapshot,
    sdk: &SdkMetrics,
    resource: &Resource,
) -> Option<ExportMetricsServiceRequest> {
    let mut scope_metrics: Vec<ScopeMetrics> = native_metrics(native).into_iter().collect();
    scope_metrics.extend(sdk.scope_metrics().map(ScopeMetrics::from));
    if scope_metrics.is_empty() {
        return None;
    }
    let resource_metrics = ResourceMetrics {
        resource: Some(resource.into()),
        scope_metrics,
        schema_url: resource.schema_url().unwrap_or_default().to_owned(),
    };
    Some(ExportMetricsServiceRequest {
        resource_metrics: vec![resource_metrics],
    })
}

/// The families that have points, as metrics of the scope `hyperion`.
fn native_metrics(snapshot: &Snapshot) -> Option<ScopeMetrics> {
    let time = nanos(snapshot.time);
    let metrics: Vec<Metric> = snapshot
        .families
        .iter()
        .filter_map(|family| metric(family, time))
        .collect();
    if metrics.is_empty() {
        return None;
    }
    let scope = InstrumentationScope {
        name: "hyperion".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    Some(ScopeMetrics {
        scope: Some(scope),
        metrics,
        schema_url: String::new(),
    })
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

fn metric(family: &Family, time: u64) -> Option<Metric> {
    let data = match &family.data {
        Data::Counter(points) => MetricData::Sum(sum(points, time, true)?),
        Data::UpDownCounter(points) => MetricData::Sum(sum(points, time, false)?),
        // A last value has no beginning.
        Data::Gauge(points) => MetricData::Gauge(Gauge {
            data_points: number_points(points, time)?,
        }),
        Data::Histogram(points) if points.is_empty() => return None,
        Data::Histogram(points) => MetricData::Histogram(Histogram {
            data_points: points
                .iter()
                .map(|point| histogram_point(point, time))
                .collect(),
            aggregation_temporality: AggregationTemporality::Cumulative.into(),
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

fn sum(points: &[NumberPoint], time: u64, is_monotonic: bool) -> Option<Sum> {
    Some(Sum {
        data_points: number_points(points, time)?,
        aggregation_temporality: AggregationTemporality::Cumulative.into(),
        is_monotonic,
    })
}

fn number_points(points: &[NumberPoint], time: u64) -> Option<Vec<NumberDataPoint>> {
    let encoded: Vec<NumberDataPoint> = points
        .iter()
        .map(|point| {
            let (start_time_unix_nano, time_unix_nano) = period(point.start, time);
            NumberDataPoint {
                attributes: attributes(&point.labels),
                start_time_unix_nano,
                time_unix_nano,
                exemplars: Vec::new(),
                flags: 0,
                value: Some(number(point.value)),
            }
        })
        .collect();
    (!encoded.is_empty()).then_some(encoded)
}

fn number(value: Number) -> NumberValue {
    match value {
        // OTLP has no unsigned numbers.
        Number::U64(value) => NumberValue::AsInt(i64::try_from(value).unwrap_or(i64::MAX)),
        Number::I64(value) => NumberValue::AsInt(value),
        Number::F64(value) => NumberValue::AsDouble(value),
    }
}

fn histogram_point(point: &HistogramPoint, time: u64) -> HistogramDataPoint {
    let (start_time_unix_nano, time_unix_nano) = period(point.start, time);
    HistogramDataPoint {
        attributes: attributes(&point.labels),
        start_time_unix_nano,
        time_unix_nano,
        count: point.count(),
        sum: Some(point.sum),
        bucket_counts: point.buckets.clone(),
        explicit_bounds: point.bounds.to_vec(),
        exemplars: Vec::new(),
        flags: 0,
        min: None,
        max: None,
    }
}

fn attributes(labels: &[Label]) -> Vec<KeyValue> {
    labels
        .iter()
        .map(|(key, value)| KeyValue {
            key: key.to_string(),
            value: Some(AnyValue {
                value: Some(Value::StringValue(Cow::clone(value).into_owned())),
            }),
            key_strindex: 0,
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use expect_test::{Expect, expect};

    use super::*;

    fn family(unit: &'static str, data: Data) -> Family {
        Family {
            asynchronous: false,
            name: "a.metric".into(),
            description: "What it counts.".into(),
            unit: unit.into(),
            data,
        }
    }

    fn snapshot(families: Vec<Family>) -> Snapshot {
        Snapshot {
            time: start() + Duration::from_nanos(1_500_000_001),
            families,
        }
    }

    fn start() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn points(value: Number) -> Vec<NumberPoint> {
        vec![
            NumberPoint {
                start: Some(start()),
                exemplar: None,
                labels: Vec::new(),
                value,
            },
            NumberPoint {
                start: Some(start()),
                exemplar: None,
                labels: vec![
                    ("tier".into(), "redis".into()),
                    ("warm".into(), "true".into()),
                ],
                value,
            },
        ]
    }

    /// Checks the one metric of `data`, as JSON.
    fn check(unit: &'static str, data: Data, expected: &Expect) {
        let encoded = native_metrics(&snapshot(vec![family(unit, data)])).unwrap();
        expected.assert_eq(&serde_json::to_string_pretty(&encoded.metrics).unwrap());
    }

    #[test]
    fn a_counter_is_a_monotonic_cumulative_sum() {
        check(
            "{user}",
            Data::Counter(points(Number::U64(u64::MAX))),
            &expect![[r#"
                [
                  {
                    "name": "a.metric",
                    "description": "What it counts.",
                    "unit": "{user}",
                    "metadata": [],
                    "sum": {
                      "dataPoints": [
                        {
                          "attributes": [],
                          "startTimeUnixNano": "1700000000000000000",
                          "timeUnixNano": "1700000001500000001",
                          "exemplars": [],
                          "flags": 0,
                          "asInt": "9223372036854775807"
                        },
                        {
                          "attributes": [
                            {
                              "key": "tier",
                              "value": {
                                "stringValue": "redis"
                              }
                            },
                            {
                              "key": "warm",
                              "value": {
                                "stringValue": "true"
                              }
                            }
                          ],
                          "startTimeUnixNano": "1700000000000000000",
                          "timeUnixNano": "1700000001500000001",
                          "exemplars": [],
                          "flags": 0,
                          "asInt": "9223372036854775807"
                        }
                      ],
                      "aggregationTemporality": 2,
                      "isMonotonic": true
                    }
                  }
                ]"#]],
        );
    }

    #[test]
    fn an_up_down_counter_is_a_cumulative_sum_that_may_fall() {
        check(
            "By",
            Data::UpDownCounter(points(Number::I64(-3))),
            &expect![[r#"
                [
                  {
                    "name": "a.metric",
                    "description": "What it counts.",
                    "unit": "By",
                    "metadata": [],
                    "sum": {
                      "dataPoints": [
                        {
                          "attributes": [],
                          "startTimeUnixNano": "1700000000000000000",
                          "timeUnixNano": "1700000001500000001",
                          "exemplars": [],
                          "flags": 0,
                          "asInt": "-3"
                        },
                        {
                          "attributes": [
                            {
                              "key": "tier",
                              "value": {
                                "stringValue": "redis"
                              }
                            },
                            {
                              "key": "warm",
                              "value": {
                                "stringValue": "true"
                              }
                            }
                          ],
                          "startTimeUnixNano": "1700000000000000000",
                          "timeUnixNano": "1700000001500000001",
                          "exemplars": [],
                          "flags": 0,
                          "asInt": "-3"
                        }
                      ],
                      "aggregationTemporality": 2,
                      "isMonotonic": false
                    }
                  }
                ]"#]],
        );
    }

    #[test]
    fn a_gauge_has_no_start() {
        check(
            "1",
            Data::Gauge(points(Number::F64(0.25))),
            &expect![[r#"
            [
              {
                "name": "a.metric",
                "description": "What it counts.",
                "unit": "1",
                "metadata": [],
                "gauge": {
                  "dataPoints": [
                    {
                      "attributes": [],
                      "startTimeUnixNano": "0",
                      "timeUnixNano": "1700000001500000001",
                      "exemplars": [],
                      "flags": 0,
                      "asDouble": 0.25
                    },
                    {
                      "attributes": [
                        {
                          "key": "tier",
                          "value": {
                            "stringValue": "redis"
                          }
                        },
                        {
                          "key": "warm",
                          "value": {
                            "stringValue": "true"
                          }
                        }
                      ],
                      "startTimeUnixNano": "0",
                      "timeUnixNano": "1700000001500000001",
                      "exemplars": [],
                      "flags": 0,
                      "asDouble": 0.25
                    }
                  ]
                }
              }
            ]"#]],
        );
    }

    #[test]
    fn a_histogram_keeps_its_buckets_and_bounds() {
        let points = vec![HistogramPoint {
            start: Some(start()),
            exemplars: Vec::new(),
            labels: vec![("method".into(), "find".into())],
            bounds: Arc::from([0.5, 1.0]),
            buckets: vec![1, 0, 2],
            sum: 3.5,
        }];
        check(
            "s",
            Data::Histogram(points),
            &expect![[r#"
                [
                  {
                    "name": "a.metric",
                    "description": "What it counts.",
                    "unit": "s",
                    "metadata": [],
                    "histogram": {
                      "dataPoints": [
                        {
                          "attributes": [
                            {
                              "key": "method",
                              "value": {
                                "stringValue": "find"
                              }
                            }
                          ],
                          "startTimeUnixNano": "1700000000000000000",
                          "timeUnixNano": "1700000001500000001",
                          "count": "3",
                          "sum": 3.5,
                          "bucketCounts": [
                            "1",
                            "0",
                            "2"
                          ],
                          "explicitBounds": [
                            0.5,
                            1.0
                          ],
                          "exemplars": [],
                          "flags": 0,
                          "min": null,
                          "max": null
                        }
                      ],
                      "aggregationTemporality": 2
                    }
                  }
                ]"#]],
        );
    }

    #[test]
    fn a_request_names_its_resource_and_scope() {
        let resource = Resource::builder_empty()
            .with_attribute(opentelemetry::KeyValue::new("service.name", "shop"))
            .build();
        let snapshot = snapshot(vec![family("", Data::Counter(points(Number::U64(1))))]);
        let request = metrics_request(&snapshot, &SdkMetrics::default(), &resource).unwrap();
        let [sent] = request.resource_metrics.as_slice() else {
            panic!("one resource expected")
        };
        expect![[r#"
            {
              "attributes": [
                {
                  "key": "service.name",
                  "value": {
                    "stringValue": "shop"
                  }
                }
              ],
              "droppedAttributesCount": 0,
              "entityRefs": []
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&sent.resource).unwrap());
        let [scope] = sent.scope_metrics.as_slice() else {
            panic!("one scope expected")
        };
        let scope = scope.scope.as_ref().unwrap();
        assert_eq!(
            (scope.name.as_str(), scope.version.as_str()),
            ("hyperion", env!("CARGO_PKG_VERSION"))
        );
    }

    #[test]
    fn there_is_no_request_without_points() {
        let empty = snapshot(vec![
            family("", Data::Counter(Vec::new())),
            family("", Data::Gauge(Vec::new())),
            family("", Data::Histogram(Vec::new())),
        ]);
        let resource = Resource::builder_empty().build();
        assert_eq!(
            metrics_request(&empty, &SdkMetrics::default(), &resource),
            None
        );
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_make_points_end_before_they_begin() {
        let (start, time) = period(Some(start()), 0);
        assert_eq!(start, time);
    }
}

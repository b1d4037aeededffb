//! Whole requests, as JSON.

use std::sync::Arc;

use expect_test::expect_file;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_proto::tonic::metrics::v1::metric::Data as MetricData;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as ProtoNumber;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::*;
use crate::export::Reader;
use hyperion_runtime::metrics::snapshot::{Exemplar, HistogramPoint, LabelPair, SpanIds};

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
}

fn exemplar(seconds: u64, value: NumberValue) -> Exemplar {
    Exemplar {
        value,
        time: at(seconds),
        span: Some(SpanIds {
            trace_id: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes(),
            span_id: 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes(),
        }),
    }
}

fn point(labels: &[(&'static str, &'static str)], value: NumberValue) -> NumberPoint {
    let label = |(key, value): &(&'static str, &'static str)| -> LabelPair {
        ((*key).into(), (*value).into())
    };
    NumberPoint {
        labels: labels.iter().map(label).collect(),
        start: Some(at(1)),
        value,
        exemplar: None,
    }
}

/// An observation of a callback.
fn observed(value: NumberValue) -> Vec<NumberPoint> {
    vec![point(&[], value)]
}

fn family(name: &'static str, unit: &'static str, asynchronous: bool, data: Data) -> Family {
    Family {
        name: name.into(),
        description: format!("What `{name}` is.").into(),
        unit: unit.into(),
        asynchronous,
        library: None,
        data,
    }
}

/// Every kind of instrument and of number, ten seconds after the start or twenty. What is idle has the same value both
/// times.
fn snapshot(seconds: u64) -> Snapshot {
    let more = seconds / 10;
    let half = f64::from(u32::try_from(more).unwrap()) / 2.0;
    let lookups = vec![
        point(&[("tier", "memory"), ("warm", "true")], NumberValue::U64(7)),
        NumberPoint {
            exemplar: Some(exemplar(seconds - 1, NumberValue::U64(1))),
            ..point(
                &[("tier", "redis"), ("warm", "false")],
                NumberValue::U64(more),
            )
        },
    ];
    let refunds = NumberPoint {
        exemplar: Some(Exemplar {
            span: None,
            ..exemplar(5, NumberValue::F64(0.5))
        }),
        ..point(&[], NumberValue::F64(half))
    };
    let duration = HistogramPoint {
        labels: vec![("method".into(), "find".into())],
        start: Some(at(2)),
        bounds: Arc::from([0.005, 0.01]),
        buckets: vec![3, 0, more],
        sum: 0.012 + half,
        exemplars: vec![
            exemplar(4, NumberValue::F64(0.004)),
            exemplar(seconds, NumberValue::F64(0.5)),
        ],
    };
    let families = vec![
        family(
            "cpu.time",
            "s",
            true,
            Data::Counter(observed(NumberValue::F64(half))),
        ),
        family("duration", "s", false, Data::Histogram(vec![duration])),
        family("empty", "1", false, Data::Counter(Vec::new())),
        family("lookups", "{lookup}", false, Data::Counter(lookups)),
        family(
            "memory",
            "By",
            true,
            Data::UpDownCounter(observed(NumberValue::I64(4096))),
        ),
        family(
            "queue",
            "{item}",
            false,
            Data::UpDownCounter(observed(NumberValue::I64(-3))),
        ),
        family("refunds", "EUR", false, Data::Counter(vec![refunds])),
        family(
            "temperature",
            "Cel",
            false,
            Data::Gauge(observed(NumberValue::F64(36.5))),
        ),
        family(
            "threads",
            "",
            true,
            Data::Gauge(observed(NumberValue::U64(4))),
        ),
    ];
    Snapshot {
        time: at(seconds),
        families,
    }
}

/// The instruments of a library.
struct Library {
    reader: Reader,
    provider: SdkMeterProvider,
}

impl Library {
    fn new(preference: Temporality) -> Self {
        let reader = Reader::new(preference);
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .build();
        let meter = provider.meter("a library");
        meter
            .u64_observable_counter("their.faults")
            .with_callback(|observer| observer.observe(9, &[]))
            .build();
        Self { reader, provider }
    }

    fn work(&self) -> ResourceMetrics {
        let meter = self.provider.meter("a library");
        let label = [KeyValue::new("route", "/users")];
        meter
            .u64_counter("their.requests")
            .with_unit("{request}")
            .build()
            .add(2, &label);
        meter
            .i64_up_down_counter("their.connections")
            .build()
            .add(1, &[]);
        meter
            .f64_histogram("their.seconds")
            .with_unit("s")
            .with_boundaries(vec![0.1, 1.0])
            .build()
            .record(0.5, &label);
        let mut metrics = ResourceMetrics::default();
        self.reader.collect(&mut metrics).unwrap();
        metrics
    }
}

/// The request as JSON. The SDK takes its times from the clock, and its metrics come in any order.
fn json(mut request: ExportMetricsServiceRequest) -> String {
    let scopes = &mut request.resource_metrics[0].scope_metrics;
    for scope in scopes {
        scope
            .metrics
            .sort_by(|one, other| one.name.cmp(&other.name));
        let instrumentation = scope.scope.as_mut().unwrap();
        let version = &mut instrumentation.version;
        *version = version.replace(env!("CARGO_PKG_VERSION"), "1.2.3");
        if instrumentation.name != "a library" {
            continue;
        }
        for metric in &mut scope.metrics {
            let (one, two) = (1_000_000_000, 2_000_000_000);
            match metric.data.as_mut().unwrap() {
                MetricData::Sum(sum) => {
                    for point in &mut sum.data_points {
                        (point.start_time_unix_nano, point.time_unix_nano) = (one, two);
                    }
                }
                MetricData::Histogram(histogram) => {
                    for point in &mut histogram.data_points {
                        (point.start_time_unix_nano, point.time_unix_nano) = (one, two);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    serde_json::to_string_pretty(&request).unwrap() + "\n"
}

/// The second of two requests, of which the first arrived.
fn second_request(preference: Temporality) -> String {
    let library = Library::new(preference);
    let mut delivery = Delivery::new(resource(), preference);
    let (native, sdk) = (snapshot(10), library.work());
    delivery.settle(&native, &sdk, Ok(())).unwrap();
    json(delivery.request(&snapshot(20), &library.work()).unwrap())
}

#[test]
fn the_first_request_holds_everything() {
    let library = Library::new(Temporality::Cumulative);
    let delivery = Delivery::new(resource(), Temporality::Cumulative);
    let request = delivery.request(&snapshot(10), &library.work()).unwrap();
    expect_file!["golden/cumulative.json"].assert_eq(&json(request));
}

#[test]
fn a_later_request_does_not_repeat_exemplars() {
    expect_file!["golden/cumulative_later.json"]
        .assert_eq(&second_request(Temporality::Cumulative));
}

#[test]
fn deltas_hold_what_is_new() {
    expect_file!["golden/delta_later.json"].assert_eq(&second_request(Temporality::Delta));
}

#[test]
fn low_memory_spares_callbacks() {
    let of_counter = |preference, name: &str| {
        let request = second_request(preference);
        let (_, metric) = request
            .split_once(&format!("\"name\": \"{name}\""))
            .unwrap();
        let (_, temporality) = metric.split_once("\"aggregationTemporality\": ").unwrap();
        temporality.starts_with('1')
    };
    for name in ["cpu.time", "their.faults"] {
        assert!(of_counter(Temporality::Delta, name), "{name}");
        assert!(!of_counter(Temporality::LowMemory, name), "{name}");
    }
    for name in ["lookups", "duration", "their.requests", "their.seconds"] {
        assert!(of_counter(Temporality::LowMemory, name), "{name}");
    }
}

#[test]
fn there_is_no_request_without_points() {
    let empty = Snapshot {
        time: at(10),
        families: vec![
            family("a", "", false, Data::Counter(Vec::new())),
            family("b", "", false, Data::Gauge(Vec::new())),
            family("c", "", false, Data::Histogram(Vec::new())),
        ],
    };
    let delivery = Delivery::new(resource(), Temporality::Cumulative);
    assert_eq!(delivery.request(&empty, &ResourceMetrics::default()), None);
}

/// The metrics that a library other than hyperion has in a snapshot of ours.
fn bridged(seconds: u64, count: f64) -> Snapshot {
    let theirs = |name, data| Family {
        library: Some("prometheus".into()),
        ..family(name, "", true, data)
    };
    let number = |value| NumberPoint {
        labels: vec![("code".into(), "200".into())],
        start: None,
        value: NumberValue::F64(value),
        exemplar: None,
    };
    let wait = HistogramPoint {
        labels: Vec::new(),
        start: None,
        bounds: [0.25, 1.0].into(),
        buckets: vec![1, 0, 2],
        sum: 9.5,
        exemplars: Vec::new(),
    };
    Snapshot {
        time: at(seconds),
        families: vec![
            theirs("requests_total", Data::Counter(vec![number(count)])),
            family("lookups", "", false, Data::Gauge(vec![number(1.0)])),
            theirs("wait_seconds", Data::Histogram(vec![wait])),
        ],
    }
}

#[test]
fn metrics_of_another_library_are_of_its_scope() {
    let delivery = Delivery::new(resource(), Temporality::Cumulative);
    let request = delivery.request(&bridged(10, 7.0), &ResourceMetrics::default());
    expect_file!["golden/bridged.json"].assert_eq(&json(request.unwrap()));
}

#[test]
fn deltas_of_another_library_are_differences() {
    let mut delivery = Delivery::new(resource(), Temporality::Delta);
    let (first, none) = (bridged(10, 7.0), ResourceMetrics::default());
    delivery.settle(&first, &none, Ok(())).unwrap();
    let request = delivery.request(&bridged(20, 9.0), &none).unwrap();
    let scopes = &request.resource_metrics[0].scope_metrics;
    let theirs = scopes.last().unwrap();
    let Some(MetricData::Sum(sum)) = &theirs.metrics[0].data else {
        panic!("{theirs:?}");
    };
    assert_eq!(sum.data_points[0].value, Some(ProtoNumber::AsDouble(2.0)));
    assert_eq!(
        theirs.metrics.len(),
        1,
        "the histogram did not change: {theirs:?}"
    );
}

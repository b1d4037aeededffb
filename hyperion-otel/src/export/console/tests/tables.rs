//! Tables of metrics.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use expect_test::expect;
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::plain;
use crate::export::MetricSink as _;
use crate::export::console::{TableSink, Width};
use crate::export::testing::{exponential_metrics, sdk_metrics};
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue, Snapshot,
};

fn family(name: &'static str, unit: &'static str, data: Data) -> Family {
    Family {
        asynchronous: false,
        library: None,
        name: name.into(),
        description: "".into(),
        unit: unit.into(),
        data,
    }
}

fn labels(labels: &[(&'static str, &'static str)]) -> Vec<LabelPair> {
    labels
        .iter()
        .map(|&(key, value)| (key.into(), value.into()))
        .collect()
}

fn point(pairs: &[(&'static str, &'static str)], value: NumberValue) -> NumberPoint {
    NumberPoint {
        start: None,
        exemplar: None,
        labels: labels(pairs),
        value,
    }
}

fn call(
    method: &'static str,
    outcome: &'static str,
    buckets: [u64; 4],
    sum: f64,
) -> HistogramPoint {
    HistogramPoint {
        start: None,
        exemplars: Vec::new(),
        labels: labels(&[
            ("component", "OrderService"),
            ("method", method),
            ("outcome", outcome),
        ]),
        bounds: Arc::from([0.005, 0.01, 0.1]),
        buckets: buckets.into(),
        sum,
    }
}

fn snapshot() -> Snapshot {
    let calls = vec![
        call("checkout", "ok", [10, 80, 10, 0], 0.8),
        call("checkout", "error", [0, 0, 18, 2], 2.4),
        call("find", "ok", [100, 0, 0, 0], 0.1),
        call("find", "cancelled", [3, 0, 0, 0], 0.001),
        call("never", "ok", [0, 0, 0, 0], 0.0),
    ];
    let waits = vec![HistogramPoint {
        start: None,
        exemplars: Vec::new(),
        labels: Vec::new(),
        bounds: Arc::from([0.005, 0.01, 0.1]),
        buckets: vec![1, 0, 0, 0],
        sum: 0.002,
    }];
    let lookups = vec![
        point(&[("tier", "memory")], NumberValue::U64(12_345)),
        point(&[("tier", "redis"), ("warm", "true")], NumberValue::U64(7)),
    ];
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(14 * 3600 + 2 * 60 + 7);
    Snapshot {
        time,
        families: vec![
            family("cache.lookups", "{lookup}", Data::Counter(lookups)),
            family(
                "cache.size",
                "By",
                Data::Gauge(vec![point(&[], NumberValue::I64(1_572_864))]),
            ),
            family("empty", "", Data::Counter(Vec::new())),
            family("hyperion.call.duration", "s", Data::Histogram(calls)),
            family("pool.wait", "s", Data::Histogram(waits)),
            family(
                "queue.size",
                "{job}",
                Data::UpDownCounter(vec![point(&[], NumberValue::I64(-3))]),
            ),
            family(
                "room.temperature",
                "Cel",
                Data::Gauge(vec![point(&[("room", "a")], NumberValue::F64(21.5))]),
            ),
        ],
    }
}

fn tables() -> TableSink<Vec<u8>> {
    TableSink {
        out: Vec::new(),
        width: Width::Fixed(100),
        last: String::new(),
    }
}

#[test]
fn metrics_are_a_table() {
    let mut tables = tables();
    tables
        .export(&snapshot(), &ResourceMetrics::default())
        .unwrap();
    expect![[r#"
        metrics at 14:02:07 UTC
        call                     calls   errors  cancelled        mean         p50         p90         p99
        OrderService.checkout      120       20          0     26.7 ms      8.1 ms     67.9 ms  > 100.0 ms
        OrderService.find          103        0          3    980.6 µs    < 5.0 ms    < 5.0 ms    < 5.0 ms

        cache.lookups
          tier=memory            12345
          tier=redis  warm=true      7
        cache.size  1.5 MiB
        pool.wait  1 value, mean 2.0 ms, p50 < 5.0 ms, p90 < 5.0 ms, p99 < 5.0 ms
        queue.size  -3
        room.temperature
          room=a  21.5 Cel

    "#]].assert_eq(&plain(&tables.out));
}

#[test]
fn metrics_of_the_opentelemetry_api_are_in_the_table() {
    let metrics = sdk_metrics(|meter| {
        meter
            .u64_counter("their.requests")
            .build()
            .add(5, &[KeyValue::new("route", "/users")]);
        meter
            .f64_histogram("their.duration")
            .with_unit("ms")
            .with_boundaries(vec![10.0])
            .build()
            .record(4.0, &[]);
    });
    let mut nothing = snapshot();
    nothing.families.clear();
    let mut tables = tables();
    tables.export(&nothing, &metrics).unwrap();
    expect![[r#"
        metrics at 14:02:07 UTC
        their.requests  a library
          route=/users  5
        their.duration  a library  1 value, mean 4.0 ms, p50 < 10.0 ms, p90 < 10.0 ms, p99 < 10.0 ms

    "#]]
    .assert_eq(&plain(&tables.out));
}

#[test]
fn an_exponential_histogram_is_named_and_not_shown() {
    let mut nothing = snapshot();
    nothing.families.clear();
    let mut tables = tables();
    tables.export(&nothing, &exponential_metrics()).unwrap();
    expect![[r#"
        metrics at 14:02:07 UTC
        their.sizes  a library  exponential histograms are not shown

    "#]]
    .assert_eq(&plain(&tables.out));
}

#[test]
fn a_table_is_not_repeated_until_it_changes() {
    let mut tables = tables();
    let mut snapshot = snapshot();
    for _interval in 0..3 {
        tables
            .export(&snapshot, &ResourceMetrics::default())
            .unwrap();
        snapshot.time += Duration::from_secs(10);
    }
    snapshot.families[1] = family(
        "cache.size",
        "By",
        Data::Gauge(vec![point(&[], NumberValue::I64(0))]),
    );
    tables
        .export(&snapshot, &ResourceMetrics::default())
        .unwrap();
    let page = plain(&tables.out);
    let times: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("metrics at"))
        .collect();
    assert_eq!(
        times,
        ["metrics at 14:02:07 UTC", "metrics at 14:02:37 UTC"]
    );
}

#[test]
fn a_metric_with_many_series_is_cut_short() {
    let points = (0..1000).map(|id| NumberPoint {
        start: None,
        exemplar: None,
        labels: vec![("id".into(), id.to_string().into())],
        value: NumberValue::U64(1),
    });
    let mut snapshot = snapshot();
    snapshot.families = vec![family("wide", "", Data::Counter(points.collect()))];
    let mut tables = tables();
    tables
        .export(&snapshot, &ResourceMetrics::default())
        .unwrap();
    let page = plain(&tables.out);
    assert!(page.ends_with("  … 960 more\n\n"), "{page}");
    assert_eq!(page.lines().count(), 1 + 1 + 40 + 1 + 1);
}

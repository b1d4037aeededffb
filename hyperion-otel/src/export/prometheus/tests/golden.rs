//! Whole pages in both formats, as files to look at: `UPDATE_EXPECT=1` writes them anew.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use expect_test::{ExpectFile, expect_file};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::{counter, family, gauge, point, provider, snapshot, without_version};
use crate::export::prometheus::Reader;
use crate::export::prometheus::assembly::Assembly;
use crate::export::prometheus::encode::encode;
use crate::export::prometheus::exposition::Exposition;
use crate::export::prometheus::naming::Prefix;
use crate::export::prometheus::numbers::Format;
use hyperion_runtime::metrics::snapshot::{
    Data, Exemplar, Family, HistogramPoint, NumberPoint, NumberValue, SpanIds,
};

fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn exemplar(value: NumberValue, with_span: bool) -> Exemplar {
    let span = SpanIds {
        trace_id: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes(),
        span_id: 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes(),
    };
    Exemplar {
        value,
        time: at(1_520_879_607_789),
        span: with_span.then_some(span),
    }
}

/// Every kind, number, unit and label there is.
fn everything() -> Vec<Family> {
    let mut described = gauge("described", "", 1.0);
    described.description = "A \\ and\nanother line with \"quotes\" and grüße.".into();
    let mut silent = gauge("silent", "", 1.0);
    silent.description = "".into();
    let queue = Data::UpDownCounter(vec![point(&[], NumberValue::I64(-2))]);
    let mut families = vec![
        described,
        silent,
        family("queue.size", "1", queue),
        gauge("load", "1", 0.5),
        gauge("rate", "{request}/s", 12.0),
        gauge("unknown.unit", "furlong", 1.0),
        floats(),
    ];
    families.extend(counters());
    families.extend(histograms());
    families.extend(odd_labels());
    families
}

fn counters() -> [Family; 2] {
    let started = |labels, value, exemplar| NumberPoint {
        start: Some(at(1_520_430_000_123)),
        exemplar,
        ..point(labels, value)
    };
    let with_span = exemplar(NumberValue::U64(1), true);
    let without = exemplar(NumberValue::F64(0.25), false);
    let lookups = vec![
        started(&[("tier", "redis")], NumberValue::U64(3), Some(with_span)),
        started(&[("tier", "memory")], NumberValue::U64(u64::MAX), None),
    ];
    let sent = vec![started(&[], NumberValue::F64(1_234_567.5), Some(without))];
    [
        family("cache.lookups", "{lookup}", Data::Counter(lookups)),
        family("network.io", "By", Data::Counter(sent)),
    ]
}

fn histograms() -> [Family; 3] {
    let histogram =
        |labels: &[(&'static str, &'static str)], bounds: &[f64], buckets: &[u64], sum| {
            HistogramPoint {
                labels: point(labels, NumberValue::U64(0)).labels,
                start: Some(at(1_520_430_000_000)),
                bounds: Arc::from(bounds),
                buckets: buckets.to_vec(),
                sum,
                exemplars: Vec::new(),
            }
        };
    let labels = [
        ("component", "UserRepository"),
        ("method", "find"),
        ("outcome", "ok"),
    ];
    let calls = HistogramPoint {
        exemplars: vec![
            exemplar(NumberValue::F64(0.004), true),
            exemplar(NumberValue::F64(0.5), false),
            exemplar(NumberValue::U64(9), true),
        ],
        ..histogram(&labels, &[0.005, 0.25, 1.0, 10.0], &[2, 0, 1, 1, 0], 9.504)
    };
    let sizes = vec![
        histogram(&[("le", "a label")], &[1.0, 1e6], &[1, 2, 3], 3_000_000.0),
        histogram(&[], &[], &[4], 2.5),
    ];
    // A sum that may fall is no counter, and not shown.
    let temperature = histogram(&[], &[-10.0, 0.0], &[1, 1, 1], -3.0);
    [
        family("hyperion.call.duration", "s", Data::Histogram(vec![calls])),
        family("sizes", "KiBy", Data::Histogram(sizes)),
        family("temperature", "Cel", Data::Histogram(vec![temperature])),
    ]
}

fn odd_labels() -> [Family; 2] {
    let names = [
        ("", "empty"),
        ("1st", "digit"),
        ("__name__", "reserved"),
        ("a.b", "1"),
        ("a_b", "2"),
        ("otel_scope_name", "claimed"),
    ];
    let values = [
        ("quotes", "\"a\" and \\ and 'b'"),
        ("lines", "one\ntwo\n"),
        ("control", "\t\u{1b}\u{7f}"),
        ("unicode", "grüße 漢字 🦀 \u{feff}"),
        ("format", "{a=\"b\"} 1 # EOF"),
        ("empty", ""),
    ];
    let values = values
        .into_iter()
        .map(|(kind, value)| point(&[("kind", kind), ("value", value)], NumberValue::U64(1)))
        .collect();
    let names = vec![point(&names, NumberValue::I64(-7))];
    [
        family("labels.odd-names", "", Data::Gauge(names)),
        family("labels.odd-values", "", Data::Gauge(values)),
    ]
}

fn floats() -> Family {
    let floats = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        1e300,
        5e-324,
        0.1,
        100_000.0,
        1e6,
        1e16,
        1e17,
    ];
    let points = floats
        .into_iter()
        .enumerate()
        .map(|(index, value)| NumberPoint {
            labels: vec![("index".into(), format!("{index:02}").into())],
            ..point(&[], NumberValue::F64(value))
        })
        .collect();
    family("floats", "", Data::Gauge(points))
}

fn sdk() -> ResourceMetrics {
    let reader = Reader::default();
    let _provider = provider(reader.clone());
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    metrics
}

fn check(exposition: &Exposition, files: [ExpectFile; 2]) {
    let [classic, open] = files;
    classic.assert_eq(&without_version(&encode(exposition, Format::Text, false)));
    open.assert_eq(&without_version(&encode(
        exposition,
        Format::OpenMetrics,
        false,
    )));
}

#[test]
fn native_instruments() {
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(everything()));
    let exposition = assembly.finish();
    check(
        &exposition,
        [
            expect_file!["golden/native.txt"],
            expect_file!["golden/native.openmetrics"],
        ],
    );
    expect_file!["golden/created.openmetrics"].assert_eq(&without_version(&encode(
        &exposition,
        Format::OpenMetrics,
        true,
    )));
}

#[test]
fn instruments_of_the_opentelemetry_api_beside_native_ones() {
    let prefix = Prefix::new(Some("shop"), Some("users"));
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(vec![
        counter("lookups", 1),
        gauge("their.load", "1", 0.25),
    ]));
    assembly.sdk(&sdk());
    check(
        &assembly.finish(),
        [
            expect_file!["golden/beside.txt"],
            expect_file!["golden/beside.openmetrics"],
        ],
    );
}

#[test]
fn what_is_left_out() {
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(vec![
        counter("a", 1),
        gauge("a.created", "", 2.0),
        family(
            "no.counter",
            "",
            Data::Counter(vec![
                point(&[("of", "nothing")], NumberValue::F64(f64::NAN)),
                point(&[("of", "debts")], NumberValue::I64(-1)),
                point(&[("of", "goods")], NumberValue::F64(1.0)),
            ]),
        ),
        family(
            "no.histogram",
            "",
            Data::Histogram(vec![
                HistogramPoint {
                    labels: Vec::new(),
                    start: None,
                    bounds: Arc::from([2.0, 1.0]),
                    buckets: vec![0, 0, 0],
                    sum: 0.0,
                    exemplars: Vec::new(),
                },
                HistogramPoint {
                    labels: Vec::new(),
                    start: None,
                    bounds: Arc::from([1.0]),
                    buckets: vec![0],
                    sum: 0.0,
                    exemplars: Vec::new(),
                },
            ]),
        ),
        gauge("target", "", 1.0),
    ]));
    assembly.sdk(&sdk());
    check(
        &assembly.finish(),
        [
            expect_file!["golden/left_out.txt"],
            expect_file!["golden/left_out.openmetrics"],
        ],
    );
}

#[test]
fn nothing_at_all() {
    let exposition = Exposition::default();
    assert_eq!(encode(&exposition, Format::Text, false), "");
    assert_eq!(encode(&exposition, Format::OpenMetrics, true), "# EOF\n");
}

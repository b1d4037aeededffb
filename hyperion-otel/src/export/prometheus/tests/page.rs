//! Every kind of metric, and what cannot be shown.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::{counter, family, gauge, histogram, point, provider, snapshot, without_version};
use crate::export::prometheus::Reader;
use crate::export::prometheus::assembly::Assembly;
use crate::export::prometheus::encode::encode;
use crate::export::prometheus::naming::Prefix;
use crate::export::prometheus::numbers::Format;
use crate::export::testing::exponential_metrics;
use hyperion_runtime::metrics::snapshot::{Data, Family, NumberValue};

fn check(families: Vec<Family>, expected: &Expect) {
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(families));
    expected.assert_eq(&without_version(&encode(
        &assembly.finish(),
        Format::Text,
        false,
    )));
}

#[test]
fn every_kind_of_native_metric_has_its_form() {
    let tiers = vec![
        point(&[("tier", "redis")], NumberValue::U64(3)),
        point(&[("tier", "memory")], NumberValue::U64(u64::MAX)),
    ];
    check(
        vec![
            family("cache.lookups", "{lookup}", Data::Counter(tiers)),
            histogram("hyperion.call.duration", [2, 1, 1], 3.25),
            family(
                "queue.size",
                "1",
                Data::UpDownCounter(vec![point(&[], NumberValue::I64(-2))]),
            ),
            gauge("pool.used", "1", 0.5),
        ],
        &expect![[r##"
            # HELP cache_lookups_total About cache.lookups.
            # TYPE cache_lookups_total counter
            cache_lookups_total{tier="redis",otel_scope_name="hyperion",otel_scope_version="[version]"} 3
            cache_lookups_total{tier="memory",otel_scope_name="hyperion",otel_scope_version="[version]"} 18446744073709551615
            # HELP hyperion_call_duration_seconds About hyperion.call.duration.
            # TYPE hyperion_call_duration_seconds histogram
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="0.005"} 2
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="1"} 3
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="+Inf"} 4
            hyperion_call_duration_seconds_sum{method="find",otel_scope_name="hyperion",otel_scope_version="[version]"} 3.25
            hyperion_call_duration_seconds_count{method="find",otel_scope_name="hyperion",otel_scope_version="[version]"} 4
            # HELP pool_used_ratio About pool.used.
            # TYPE pool_used_ratio gauge
            pool_used_ratio{otel_scope_name="hyperion",otel_scope_version="[version]"} 0.5
            # HELP queue_size About queue.size.
            # TYPE queue_size gauge
            queue_size{otel_scope_name="hyperion",otel_scope_version="[version]"} -2
        "##]],
    );
}

#[test]
fn unusual_numbers_and_texts_are_written_as_prometheus_reads_them() {
    let values = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e300,
        1e-9,
        0.0,
        1_000_000.0,
    ];
    let labels = [
        "nan",
        "inf",
        "-inf",
        "big",
        "small",
        "zero",
        "\"quoted\" \\ and\nbroken",
    ];
    let points = values
        .iter()
        .zip(labels)
        .map(|(value, label)| point(&[("a.b", label)], NumberValue::F64(*value)))
        .collect();
    let mut odd = family("odd", "", Data::Gauge(points));
    odd.description = "A \\ and\nanother line with \"quotes\".".into();
    check(
        vec![odd],
        &expect![[r##"
            # HELP odd A \\ and\nanother line with "quotes".
            # TYPE odd gauge
            odd{a_b="nan",otel_scope_name="hyperion",otel_scope_version="[version]"} NaN
            odd{a_b="inf",otel_scope_name="hyperion",otel_scope_version="[version]"} +Inf
            odd{a_b="-inf",otel_scope_name="hyperion",otel_scope_version="[version]"} -Inf
            odd{a_b="big",otel_scope_name="hyperion",otel_scope_version="[version]"} 1e300
            odd{a_b="small",otel_scope_name="hyperion",otel_scope_version="[version]"} 1e-9
            odd{a_b="zero",otel_scope_name="hyperion",otel_scope_version="[version]"} 0
            odd{a_b="\"quoted\" \\ and\nbroken",otel_scope_name="hyperion",otel_scope_version="[version]"} 1000000
        "##]],
    );
}

#[test]
fn a_metric_that_collides_is_left_out_with_a_word_about_it() {
    check(
        vec![
            counter("a.b", 1),
            // The same name and the same labels.
            counter("a_b", 2),
            // The same name after the suffix of the counter is added.
            gauge("a.b.total", "", 3.0),
            histogram("wait", [0, 0, 1], 2.0),
            // The name of a part of a histogram.
            gauge("wait.seconds.count", "", 4.0),
            // Another kind under the same name.
            gauge("wait.seconds", "", 5.0),
            // The same labels, once they are sanitised.
            family(
                "twice",
                "",
                Data::Gauge(vec![
                    point(&[("a.b", "1")], NumberValue::U64(1)),
                    point(&[("a_b", "1")], NumberValue::U64(2)),
                ]),
            ),
            counter("fine", 6),
        ],
        &expect![[r##"
            # left out: a_b: a_b has a series with the same labels already
            # left out: a.b.total: a_b_total belongs to a_b already
            # left out: wait.seconds.count: wait_seconds_count belongs to wait_seconds already
            # left out: wait.seconds: wait_seconds has the kind histogram already and cannot have the kind gauge too
            # left out: twice: twice has a series with the same labels already
            # HELP a_b_total About a.b.
            # TYPE a_b_total counter
            a_b_total{otel_scope_name="hyperion",otel_scope_version="[version]"} 1
            # HELP fine_total About fine.
            # TYPE fine_total counter
            fine_total{otel_scope_name="hyperion",otel_scope_version="[version]"} 6
            # HELP hyperion_metrics_left_out Metrics that this page does not show; in the text format it begins with the reasons.
            # TYPE hyperion_metrics_left_out gauge
            hyperion_metrics_left_out 5
            # HELP wait_seconds About wait.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="0.005"} 0
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="1"} 0
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",otel_scope_version="[version]",le="+Inf"} 1
            wait_seconds_sum{method="find",otel_scope_name="hyperion",otel_scope_version="[version]"} 2
            wait_seconds_count{method="find",otel_scope_name="hyperion",otel_scope_version="[version]"} 1
        "##]],
    );
}

#[test]
fn an_empty_snapshot_is_an_empty_page() {
    check(
        vec![family("nothing", "", Data::Counter(Vec::new()))],
        &expect![""],
    );
}

#[test]
fn instruments_of_the_opentelemetry_api_follow_the_same_rules() {
    let reader = Reader::default();
    let _provider = provider(reader.clone());
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    let prefix = Prefix::new(Some("shop"), Some("users"));
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(vec![gauge("their.load", "1", 0.25)]));
    assembly.sdk(&metrics);
    expect![[r##"
        # HELP target_info Target metadata
        # TYPE target_info gauge
        target_info{host="a\"b",service_name="shop"} 1
        # HELP shop_users_their_load_ratio About their.load.
        # TYPE shop_users_their_load_ratio gauge
        shop_users_their_load_ratio{otel_scope_name="hyperion",otel_scope_version="[version]"} 0.25
        # TYPE their_duration_seconds histogram
        their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="1"} 1
        their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="2"} 1
        their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="+Inf"} 2
        their_duration_seconds_sum{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 9.5
        their_duration_seconds_count{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 2
        # TYPE their_load_ratio gauge
        their_load_ratio{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 0.5
        # TYPE their_queue_bytes gauge
        their_queue_bytes{a_b="x",b="1",otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} -1
        # HELP their_requests_total Requests.
        # TYPE their_requests_total counter
        their_requests_total{a_b="x",b="1",otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 5
    "##]].assert_eq(&without_version(&encode(&assembly.finish(), Format::Text, false)));
}

#[test]
fn a_namespace_is_for_what_the_program_names_itself() {
    let prefix = Prefix::new(Some("shop"), None);
    let mut assembly = Assembly::new(&prefix).with_scopes(false);
    assembly.native(&snapshot(vec![
        gauge("lookups.waiting", "", 1.0),
        gauge("process.memory.usage", "By", 2.0),
        gauge("tokio.runtime.worker.count", "", 3.0),
        gauge("processed", "", 4.0),
    ]));
    expect![[r#"
        # HELP process_memory_usage_bytes About process.memory.usage.
        # TYPE process_memory_usage_bytes gauge
        process_memory_usage_bytes 2
        # HELP shop_lookups_waiting About lookups.waiting.
        # TYPE shop_lookups_waiting gauge
        shop_lookups_waiting 1
        # HELP shop_processed About processed.
        # TYPE shop_processed gauge
        shop_processed 4
        # HELP tokio_runtime_worker_count About tokio.runtime.worker.count.
        # TYPE tokio_runtime_worker_count gauge
        tokio_runtime_worker_count 3
    "#]]
    .assert_eq(&encode(&assembly.finish(), Format::Text, false));
}

#[test]
fn without_scopes_the_first_of_two_series_stays() {
    let reader = Reader::default();
    let _provider = provider(reader.clone());
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix).with_scopes(false);
    assembly.native(&snapshot(vec![gauge("their.load", "1", 0.25)]));
    assembly.sdk(&metrics);
    let page = encode(&assembly.finish(), Format::Text, false);
    assert!(!page.contains("otel_scope"), "{page}");
    assert!(page.contains("\ntheir_load_ratio 0.25\n"), "{page}");
    let reason =
        "# left out: their.load: their_load_ratio has a series with the same labels already";
    assert!(page.contains(reason), "{page}");
}

#[test]
fn an_exponential_histogram_is_left_out_with_a_word_about_it() {
    let metrics = exponential_metrics();
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix);
    assembly.sdk(&metrics);
    expect![[r#"
        # left out: their.sizes: exponential histograms have no form in the text formats; give the instrument explicit buckets with a view
        # HELP hyperion_metrics_left_out Metrics that this page does not show; in the text format it begins with the reasons.
        # TYPE hyperion_metrics_left_out gauge
        hyperion_metrics_left_out 1
    "#]]
    .assert_eq(&encode(&assembly.finish(), Format::Text, false));
}

#[test]
fn a_series_is_the_same_with_a_label_that_is_empty() {
    let points = vec![
        point(&[], NumberValue::U64(1)),
        point(&[("a", "")], NumberValue::U64(2)),
    ];
    check(
        vec![family("twice", "", Data::Gauge(points))],
        &expect![[r#"
            # left out: twice: twice has a series with the same labels already
            # HELP hyperion_metrics_left_out Metrics that this page does not show; in the text format it begins with the reasons.
            # TYPE hyperion_metrics_left_out gauge
            hyperion_metrics_left_out 1
        "#]],
    );
}

/// The samples of a page, without comments and in an order of their own.
fn samples(page: &str) -> Vec<&str> {
    let mut samples: Vec<&str> = page.lines().filter(|line| !line.starts_with('#')).collect();
    samples.sort_unstable();
    samples
}

#[test]
fn the_page_agrees_with_the_exporter_of_opentelemetry() {
    let registry = prometheus::Registry::new();
    let theirs = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()
        .unwrap();
    let _provider = provider(theirs);
    let theirs = prometheus::TextEncoder::new()
        .encode_to_string(&registry.gather())
        .unwrap();

    let reader = Reader::default();
    let _provider = provider(reader.clone());
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    let prefix = Prefix::new(Some("shop"), None);
    let mut assembly = Assembly::new(&prefix);
    assembly.sdk(&metrics);
    let ours = encode(&assembly.finish(), Format::Text, false);
    assert_eq!(samples(&ours), samples(&theirs));
}

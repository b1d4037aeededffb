//! The page as Prometheus gets it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Instant, SystemTime};

use expect_test::{Expect, expect};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;

use super::exposition::Assembly;
use super::*;
use crate::metrics::snapshot::{Data, Family, HistogramPoint, Number, NumberPoint};

const PATIENCE: Duration = Duration::from_secs(20);

fn family(name: &'static str, unit: &'static str, data: Data) -> Family {
    Family {
        name: name.into(),
        description: format!("About {name}.").into(),
        unit: unit.into(),
        data,
    }
}

fn point(labels: &[(&'static str, &'static str)], value: Number) -> NumberPoint {
    NumberPoint {
        labels: labels
            .iter()
            .map(|&(name, value)| (name.into(), value.into()))
            .collect(),
        value,
    }
}

fn histogram(name: &'static str, buckets: [u64; 3], sum: f64) -> Family {
    let points = vec![HistogramPoint {
        labels: vec![("method".into(), "find".into())],
        buckets: buckets.into(),
        sum,
    }];
    family(
        name,
        "s",
        Data::Histogram {
            bounds: Arc::from([0.005, 1.0]),
            points,
        },
    )
}

fn snapshot(families: Vec<Family>) -> Snapshot {
    Snapshot {
        start: SystemTime::UNIX_EPOCH,
        time: SystemTime::UNIX_EPOCH,
        families,
    }
}

fn counter(name: &'static str, value: u64) -> Family {
    family(
        name,
        "",
        Data::Counter(vec![point(&[], Number::U64(value))]),
    )
}

fn gauge(name: &'static str, unit: &'static str, value: f64) -> Family {
    family(
        name,
        unit,
        Data::Gauge(vec![point(&[], Number::F64(value))]),
    )
}

fn check(families: Vec<Family>, expected: &Expect) {
    let prefix = Prefix::default();
    let mut assembly = Assembly::new(&prefix);
    assembly.native(&snapshot(families));
    expected.assert_eq(&text::encode(&assembly.finish()));
}

#[test]
fn every_kind_of_native_metric_has_its_form() {
    let tiers = vec![
        point(&[("tier", "redis")], Number::U64(3)),
        point(&[("tier", "memory")], Number::U64(u64::MAX)),
    ];
    check(
        vec![
            family("cache.lookups", "{lookup}", Data::Counter(tiers)),
            histogram("hyperion.call.duration", [2, 1, 1], 3.25),
            family(
                "queue.size",
                "1",
                Data::UpDownCounter(vec![point(&[], Number::I64(-2))]),
            ),
            gauge("pool.used", "1", 0.5),
        ],
        &expect![[r#"
            # HELP cache_lookups_total About cache.lookups.
            # TYPE cache_lookups_total counter
            cache_lookups_total{tier="redis",otel_scope_name="hyperion"} 3
            cache_lookups_total{tier="memory",otel_scope_name="hyperion"} 18446744073709551615
            # HELP hyperion_call_duration_seconds About hyperion.call.duration.
            # TYPE hyperion_call_duration_seconds histogram
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",le="0.005"} 2
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",le="1"} 3
            hyperion_call_duration_seconds_bucket{method="find",otel_scope_name="hyperion",le="+Inf"} 4
            hyperion_call_duration_seconds_sum{method="find",otel_scope_name="hyperion"} 3.25
            hyperion_call_duration_seconds_count{method="find",otel_scope_name="hyperion"} 4
            # HELP pool_used_ratio About pool.used.
            # TYPE pool_used_ratio gauge
            pool_used_ratio{otel_scope_name="hyperion"} 0.5
            # HELP queue_size About queue.size.
            # TYPE queue_size gauge
            queue_size{otel_scope_name="hyperion"} -2
        "#]],
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
        .map(|(value, label)| point(&[("a.b", label)], Number::F64(*value)))
        .collect();
    let mut odd = family("odd", "", Data::Gauge(points));
    odd.description = "A \\ and\nanother line with \"quotes\".".into();
    check(
        vec![odd],
        &expect![[r#"
        # HELP odd A \\ and\nanother line with "quotes".
        # TYPE odd gauge
        odd{a_b="nan",otel_scope_name="hyperion"} NaN
        odd{a_b="inf",otel_scope_name="hyperion"} +Inf
        odd{a_b="-inf",otel_scope_name="hyperion"} -Inf
        odd{a_b="big",otel_scope_name="hyperion"} 1e300
        odd{a_b="small",otel_scope_name="hyperion"} 1e-9
        odd{a_b="zero",otel_scope_name="hyperion"} 0
        odd{a_b="\"quoted\" \\ and\nbroken",otel_scope_name="hyperion"} 1000000
    "#]],
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
                    point(&[("a.b", "1")], Number::U64(1)),
                    point(&[("a_b", "1")], Number::U64(2)),
                ]),
            ),
            counter("fine", 6),
        ],
        &expect![[r#"
            # left out: a_b: a_b has a series with the same labels already
            # left out: a.b.total: a_b_total belongs to a_b already
            # left out: wait.seconds.count: wait_seconds_count belongs to wait_seconds already
            # left out: wait.seconds: wait_seconds is a histogram already and cannot be a gauge too
            # left out: twice: twice has a series with the same labels already
            # HELP a_b_total About a.b.
            # TYPE a_b_total counter
            a_b_total{otel_scope_name="hyperion"} 1
            # HELP fine_total About fine.
            # TYPE fine_total counter
            fine_total{otel_scope_name="hyperion"} 6
            # HELP hyperion_metrics_left_out Metrics that this page does not show, because their names collide or they cannot be read.
            # TYPE hyperion_metrics_left_out gauge
            hyperion_metrics_left_out 5
            # HELP wait_seconds About wait.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",le="0.005"} 0
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",le="1"} 0
            wait_seconds_bucket{method="find",otel_scope_name="hyperion",le="+Inf"} 1
            wait_seconds_sum{method="find",otel_scope_name="hyperion"} 2
            wait_seconds_count{method="find",otel_scope_name="hyperion"} 1
        "#]],
    );
}

#[test]
fn an_empty_snapshot_is_an_empty_page() {
    check(
        vec![family("nothing", "", Data::Counter(Vec::new()))],
        &expect![""],
    );
}

/// A provider with an instrument of each kind, read by `reader`.
fn provider(reader: impl MetricReader) -> SdkMeterProvider {
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", "shop"),
            KeyValue::new("host", "a\"b"),
        ])
        .build();
    let provider = SdkMeterProvider::builder()
        .with_reader(reader)
        .with_resource(resource)
        .build();
    let scope = InstrumentationScope::builder("a.library")
        .with_version("1.2")
        .with_attributes([
            KeyValue::new("team", "identity"),
            KeyValue::new("name", "ignored"),
        ])
        .build();
    let meter = provider.meter_with_scope(scope);
    let labels = [KeyValue::new("b", 1), KeyValue::new("a.b", "x")];
    meter
        .u64_counter("their.requests")
        .with_description("Requests.")
        .build()
        .add(5, &labels);
    meter
        .i64_up_down_counter("their.queue")
        .with_unit("By")
        .build()
        .add(-1, &labels);
    meter
        .f64_gauge("their.load")
        .with_unit("1")
        .build()
        .record(0.5, &[]);
    let durations = meter
        .f64_histogram("their.duration")
        .with_unit("s")
        .with_boundaries(vec![1.0, 2.0])
        .build();
    durations.record(0.5, &[]);
    durations.record(9.0, &[]);
    provider
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
    expect![[r#"
        # TYPE shop_users_their_duration_seconds histogram
        shop_users_their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="1"} 1
        shop_users_their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="2"} 1
        shop_users_their_duration_seconds_bucket{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity",le="+Inf"} 2
        shop_users_their_duration_seconds_sum{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 9.5
        shop_users_their_duration_seconds_count{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 2
        # HELP shop_users_their_load_ratio About their.load.
        # TYPE shop_users_their_load_ratio gauge
        shop_users_their_load_ratio{otel_scope_name="hyperion"} 0.25
        shop_users_their_load_ratio{otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 0.5
        # TYPE shop_users_their_queue_bytes gauge
        shop_users_their_queue_bytes{a_b="x",b="1",otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} -1
        # HELP shop_users_their_requests_total Requests.
        # TYPE shop_users_their_requests_total counter
        shop_users_their_requests_total{a_b="x",b="1",otel_scope_name="a.library",otel_scope_version="1.2",otel_scope_team="identity"} 5
        # HELP target_info Target metadata
        # TYPE target_info gauge
        target_info{host="a\"b",service_name="shop"} 1
    "#]].assert_eq(&text::encode(&assembly.finish()));
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
        .with_namespace("shop")
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
    let ours = text::encode(&assembly.finish());
    assert_eq!(samples(&ours), samples(&theirs));
}

fn settings() -> Settings {
    Settings {
        host: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        path: "/metrics".into(),
        namespace: None,
        subsystem: None,
    }
}

fn start() -> (Listener, Reader) {
    Listener::start(settings(), Arc::new(|| snapshot(vec![counter("a", 1)]))).unwrap()
}

fn connect(listener: &Listener) -> TcpStream {
    let stream = TcpStream::connect(listener.local_addr()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The head of the answer, in lower case, and its body.
fn ask(listener: &Listener, method: &str, path: &str) -> (String, String) {
    let mut stream = connect(listener);
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

#[test]
fn the_page_is_served_in_the_text_format() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let (head, body) = ask(&listener, "GET", "/metrics?from=prometheus");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{head}"
    );
    assert!(
        body.contains("\na_total{otel_scope_name=\"hyperion\"} 1\n"),
        "{body}"
    );
    assert!(
        body.contains("\ntarget_info{host=\"a\\\"b\",service_name=\"shop\"} 1\n"),
        "{body}"
    );
    assert!(
        body.contains("\ntheir_requests_total{a_b=\"x\",b=\"1\",otel_scope_name=\"a.library\""),
        "{body}"
    );
    assert!(!body.contains("left out"), "{body}");
}

#[test]
fn head_answers_without_a_body() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let (_, body) = ask(&listener, "GET", "/metrics");
    let (head, nothing) = ask(&listener, "HEAD", "/metrics");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{head}"
    );
    assert_eq!(nothing, "");
}

#[test]
fn other_paths_and_methods_are_told_the_way() {
    let (listener, _reader) = start();
    let (head, body) = ask(&listener, "GET", "/");
    assert!(head.starts_with("http/1.1 404 not found\r\n"), "{head}");
    assert_eq!(body, "Nothing is here. The metrics are at /metrics\n");
    let (head, _) = ask(&listener, "POST", "/metrics");
    assert!(
        head.starts_with("http/1.1 405 method not allowed\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nallow: get, head"), "{head}");
}

#[test]
fn a_bad_request_is_refused_and_the_next_one_served() {
    let (listener, _reader) = start();
    let mut stream = connect(&listener);
    stream.write_all(b"what is this\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert!(
        ask(&listener, "GET", "/metrics")
            .0
            .starts_with("http/1.1 200 ok")
    );
}

#[test]
fn a_connection_is_kept_alive() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let length = ask(&listener, "GET", "/metrics").1.len();
    let mut stream = connect(&listener);
    for _scrape in 0..2 {
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
}

#[test]
fn a_slow_client_is_cut_off_and_holds_nobody_up() {
    let limits = Limits {
        header: Duration::from_millis(300),
        connections: 2,
        ..Limits::default()
    };
    let source = Arc::new(|| snapshot(vec![counter("a", 1)]));
    let (listener, _reader) = Listener::start_within(settings(), source, limits).unwrap();
    let mut slow = connect(&listener);
    slow.write_all(b"GET /metr").unwrap();
    let mut silent = connect(&listener);
    // Both connections are taken, so this one waits for the end of one of them.
    assert!(
        ask(&listener, "GET", "/metrics")
            .0
            .starts_with("http/1.1 200 ok")
    );
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    silent.read_to_end(&mut rest).unwrap();
}

#[test]
fn a_callback_that_hangs_costs_a_scrape_and_not_the_listener() {
    let limits = Limits {
        scrape: Duration::from_millis(300),
        ..Limits::default()
    };
    let (release, hang) = mpsc::channel::<()>();
    let hang = std::sync::Mutex::new(hang);
    let source = Arc::new(move || {
        let _ = hang.lock().unwrap().recv();
        snapshot(Vec::new())
    });
    let (listener, _reader) = Listener::start_within(settings(), source, limits).unwrap();
    for _scrape in 0..2 {
        let (head, body) = ask(&listener, "GET", "/metrics");
        assert!(
            head.starts_with("http/1.1 503 service unavailable\r\n"),
            "{head}"
        );
        assert!(body.contains("could not be read within 300ms"), "{body}");
    }
    let started = Instant::now();
    drop(listener);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    drop(release);
}

#[test]
fn a_callback_that_panics_is_left_out_with_a_word_about_it() {
    let (listener, reader) = start();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let meter = provider.meter("a library");
    let _gauge = meter
        .u64_observable_gauge("bad")
        .with_callback(|_| panic!("out of luck"))
        .build();
    for _scrape in 0..2 {
        let (head, body) = ask(&listener, "GET", "/metrics");
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        assert!(
            body.starts_with("# left out: the instruments of the OpenTelemetry API: "),
            "{body}"
        );
        assert!(
            body.contains("\na_total{otel_scope_name=\"hyperion\"} 1\n"),
            "{body}"
        );
        assert!(body.contains("\nhyperion_metrics_left_out 1\n"), "{body}");
    }
}

#[test]
fn a_source_that_panics_is_an_error_of_the_server() {
    let source = Arc::new(|| panic!("out of luck"));
    let (listener, _reader) = Listener::start(settings(), source).unwrap();
    let (head, body) = ask(&listener, "GET", "/metrics");
    assert!(
        head.starts_with("http/1.1 500 internal server error\r\n"),
        "{head}"
    );
    assert_eq!(body, "The metrics could not be read: out of luck.\n");
}

#[test]
fn a_port_in_use_is_an_error_that_says_how_to_change_it() {
    let (listener, _reader) = start();
    let taken = Settings {
        port: listener.local_addr().port(),
        ..settings()
    };
    let error = Listener::start(taken, Arc::new(|| snapshot(Vec::new())))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!(
            "metrics cannot be served on {}: ",
            listener.local_addr()
        )),
        "{error}"
    );
    assert!(
        error.ends_with("with `metrics.port` or OTEL_EXPORTER_PROMETHEUS_PORT"),
        "{error}"
    );
}

#[test]
fn the_port_is_free_again_after_drop() {
    let (listener, _reader) = start();
    let idle = connect(&listener);
    let address = listener.local_addr();
    drop(listener);
    assert!(TcpStream::connect(address).is_err());
    drop(idle);
}

#[test]
fn a_path_without_a_slash_is_refused() {
    for path in ["metrics", "", "/a b", "/a?b"] {
        let settings = Settings {
            path: path.into(),
            ..settings()
        };
        let error = Listener::start(settings, Arc::new(|| snapshot(Vec::new()))).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`metrics.path` is `{path}`; expected a path such as `/metrics`")
        );
    }
}

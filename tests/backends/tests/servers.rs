//! The harness itself: each server starts, takes what is sent by hand, and gives it back.

#![allow(
    clippy::float_cmp,
    reason = "tests read back what they wrote, to the last bit"
)]

use std::{
    net::TcpStream,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use hyperion_backend_tests::{
    Collector, Exposition, Jaeger, MARK, Prometheus, Target, eventually, mark,
    otlp::{Kind, Status, Trace},
    post_json, promtool,
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";
const CHILD: &str = "00f067aa0ba902b7";

fn now() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970");
    u64::try_from(now.as_nanos()).expect("a clock before 2554")
}

fn resource(mark: &str) -> Value {
    json!({"attributes": [
        {"key": "service.name", "value": {"stringValue": "by-hand"}},
        {"key": MARK, "value": {"stringValue": mark}},
    ]})
}

/// A parent, and a child that failed.
fn two_spans(mark: &str, trace: &str) -> Value {
    let start = now();
    let at = |offset: u64| (start + offset).to_string();
    json!({"resourceSpans": [{
        "resource": resource(mark),
        "scopeSpans": [{"scope": {"name": "hand"}, "spans": [
            {
                "traceId": trace, "spanId": SPAN, "name": "parent", "kind": 2,
                "startTimeUnixNano": at(0), "endTimeUnixNano": at(2_000_000),
                "attributes": [{"key": "answer", "value": {"intValue": "42"}}],
            },
            {
                "traceId": trace, "spanId": CHILD, "parentSpanId": SPAN, "name": "child", "kind": 3,
                "startTimeUnixNano": at(500_000), "endTimeUnixNano": at(1_500_000),
                "status": {"code": 2, "message": "refused"},
                "events": [{
                    "name": "exception", "timeUnixNano": at(1_000_000),
                    "attributes": [{"key": "exception.type", "value": {"stringValue": "Refused"}}],
                }],
            },
        ]}],
    }]})
}

/// The assertions are the same for both readers, since both give the same types.
fn assert_two_spans(trace: &Trace) {
    assert_eq!(trace.outline(), "parent\n  child\n");
    let (parent, child) = (trace.span("parent"), trace.span("child"));
    assert_eq!((parent.kind, child.kind), (Kind::Server, Kind::Client));
    assert_eq!(parent.attributes.integer("answer"), 42);
    assert_eq!(parent.resource.text("service.name"), "by-hand");
    assert_eq!(parent.scope, "hand");
    assert_eq!(parent.status, Status::Unset);
    assert_eq!(child.status, Status::Error("refused".to_owned()));
    assert_eq!(
        child.event("exception").attributes.text("exception.type"),
        "Refused"
    );
    assert_eq!(
        (child.start - parent.start, parent.end - parent.start),
        (500_000, 2_000_000)
    );
}

#[test]
fn jaeger_gives_a_trace_back() {
    let jaeger = Jaeger::start();
    let mark = mark("jaeger");
    post_json(
        &format!("{}/v1/traces", jaeger.otlp_http()),
        &two_spans(&mark, TRACE),
    )
    .expect("Jaeger takes OTLP");
    let trace = eventually(SOON, || {
        let traces = jaeger.traces("by-hand", &mark)?;
        let trace = traces.into_iter().next().context("no trace yet")?;
        ensure!(
            trace.spans.len() == 2,
            "not whole yet:\n{}",
            trace.outline()
        );
        Ok(trace)
    });
    assert_eq!(trace.id, TRACE);
    assert_two_spans(&trace);
    let services = jaeger.services().expect("the list of services");
    assert!(services.contains(&"by-hand".to_owned()), "{services:?}");
    let absent = jaeger
        .trace(&"1".repeat(32))
        .expect_err("there is no such trace");
    assert!(absent.to_string().contains("404"), "{absent}");
    assert!(
        jaeger
            .traces("by-hand", "another")
            .expect("an answer")
            .is_empty()
    );

    // A running server is read the same way.
    let same = Jaeger::at(jaeger.query(), jaeger.otlp_http(), jaeger.otlp_grpc());
    assert_eq!(same.trace(TRACE).expect("the trace"), trace);
}

#[test]
fn a_server_is_gone_when_it_is_dropped() {
    let jaeger = Jaeger::start();
    let address = jaeger.otlp_grpc().trim_start_matches("http://").to_owned();
    TcpStream::connect(&address).expect("it listens for gRPC");
    drop(jaeger);
    TcpStream::connect(&address).expect_err("nothing listens any more");
}

#[test]
fn the_collector_keeps_every_signal() {
    let collector = Collector::start();
    let mark = mark("collector");
    let send = |path: &str, body: &Value| {
        post_json(&format!("{}/v1/{path}", collector.otlp_http()), body).expect("it takes OTLP");
    };
    send("traces", &two_spans(&mark, TRACE));
    send(
        "metrics",
        &json!({"resourceMetrics": [{
            "resource": resource(&mark),
            "scopeMetrics": [{"metrics": [{"name": "duration", "unit": "s", "histogram": {
                "aggregationTemporality": 2,
                "dataPoints": [{
                    "startTimeUnixNano": now().to_string(), "timeUnixNano": now().to_string(),
                    "count": "3", "sum": 1.5, "bucketCounts": ["1", "2"], "explicitBounds": [0.5],
                    "attributes": [{"key": "component", "value": {"stringValue": "hand"}}],
                    "exemplars": [{
                        "timeUnixNano": now().to_string(), "asDouble": 0.7,
                        "traceId": TRACE, "spanId": SPAN,
                    }],
                }],
            }}]}],
        }]}),
    );
    send(
        "logs",
        &json!({"resourceLogs": [{
            "resource": resource(&mark),
            "scopeLogs": [{"logRecords": [{
                "timeUnixNano": now().to_string(), "severityText": "INFO",
                "body": {"stringValue": "sent by hand"}, "traceId": TRACE, "spanId": SPAN,
            }]}],
        }]}),
    );
    let received = eventually(SOON, || {
        let received = collector.received(&mark)?;
        ensure!(
            received.spans.len() == 2 && received.logs.len() == 1,
            "{} spans and {} logs",
            received.spans.len(),
            received.logs.len()
        );
        received.metric("duration")?;
        Ok(received)
    });
    assert_two_spans(&received.traces()[0]);
    let metric = received.metric("duration").expect("it has arrived");
    assert_eq!(metric.count_and_sum(&[("component", "hand")]), (3, 1.5));
    assert_eq!(metric.point(&[]).exemplars[0].span_id, SPAN);
    assert_eq!(received.logs[0].body, "sent by hand");
    assert_eq!(received.logs[0].trace_id, TRACE);
    assert!(
        collector
            .received("another")
            .expect("a readable file")
            .spans
            .is_empty()
    );
}

const CLASSIC: &str = "\
# HELP shop_orders_total Orders placed.
# TYPE shop_orders_total counter
shop_orders_total{tier=\"gold\"} 7
";

const OPEN_METRICS: &str = "\
# HELP shop_orders Orders placed.
# TYPE shop_orders counter
shop_orders_total{tier=\"gold\"} 7 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 1.0
# EOF
";

#[test]
fn prometheus_scrapes_both_formats_and_keeps_exemplars() {
    let classic = Exposition::serve("text/plain; version=0.0.4", CLASSIC).expect("a page");
    let open = Exposition::serve(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        OPEN_METRICS,
    )
    .expect("a page");
    let broken = Exposition::serve("text/plain; version=0.0.4", "{").expect("a page");
    let [classic_job, open_job, broken_job] = ["classic", "open", "broken"].map(mark);
    let prometheus = Prometheus::scraping(&[
        Target::new(&classic_job, &classic.address().to_string()),
        Target::new(&open_job, &open.address().to_string()),
        Target::new(&broken_job, &broken.address().to_string()),
    ]);
    for job in [&classic_job, &open_job] {
        let samples = eventually(SOON, || {
            let samples = prometheus.query(&format!("shop_orders_total{{job=\"{job}\"}}"))?;
            ensure!(!samples.is_empty(), "nothing scraped for {job}");
            Ok(samples)
        });
        assert_eq!((samples.len(), samples[0].value), (1, 7.0));
        assert_eq!(samples[0].labels["tier"], "gold");
    }
    let exemplar = eventually(SOON, || {
        let exemplars =
            prometheus.exemplars(&format!("shop_orders_total{{job=\"{open_job}\"}}"))?;
        exemplars.into_iter().next().context("no exemplar yet")
    });
    assert_eq!(
        (exemplar.labels["trace_id"].as_str(), exemplar.value),
        (TRACE, 1.0)
    );
    assert_eq!(exemplar.series["tier"], "gold");

    let state = eventually(SOON, || {
        let targets = prometheus.targets()?;
        let of = |job: &str| targets.iter().find(|target| target.job == job).cloned();
        let broken = of(&broken_job).context("no broken target")?;
        ensure!(broken.health != "unknown", "not scraped yet");
        ensure!(
            of(&open_job).is_some_and(|target| target.health == "up"),
            "{targets:?}"
        );
        Ok(broken)
    });
    assert_eq!(state.health, "down");
    assert!(!state.last_error.is_empty(), "{state:?}");
    let error = prometheus
        .value("absent_metric")
        .expect_err("no such series");
    assert_eq!(error.to_string(), "no series for `absent_metric`");
    let error = prometheus.query("sum(").expect_err("no expression");
    assert!(error.to_string().contains("parse error"), "{error}");
}

#[test]
fn a_running_prometheus_is_told_by_a_file_and_forgets_after_the_test() {
    let page = Exposition::serve("text/plain; version=0.0.4", CLASSIC).expect("a page");
    let running = Prometheus::scraping(&[]);
    let job = mark("late");
    let targets = [Target::new(&job, &page.address().to_string())];
    let prometheus = Prometheus::at(running.url(), running.targets_folder(), &targets)
        .expect("a writable folder");
    let health = || -> Result<Option<String>> {
        let mut targets = prometheus.targets()?.into_iter();
        Ok(targets
            .find(|target| target.job == job)
            .map(|target| target.health))
    };
    eventually(SOON, || {
        let health = health()?;
        ensure!(health.as_deref() == Some("up"), "the target is {health:?}");
        Ok(())
    });
    drop(prometheus);
    eventually(SOON, || {
        let targets = running.targets()?;
        ensure!(targets.is_empty(), "there are targets left: {targets:?}");
        Ok(())
    });
}

#[test]
fn prometheus_takes_otlp() {
    let prometheus = Prometheus::scraping(&[]);
    let mark = mark("otlp");
    let body = json!({"resourceMetrics": [{
        "resource": resource(&mark),
        "scopeMetrics": [{"metrics": [{"name": "orders", "sum": {
            "aggregationTemporality": 2, "isMonotonic": true,
            "dataPoints": [{
                "startTimeUnixNano": now().to_string(), "timeUnixNano": now().to_string(),
                "asInt": "7",
                "attributes": [{"key": "mark", "value": {"stringValue": mark}}],
            }],
        }}]}],
    }]});
    post_json(&format!("{}/v1/metrics", prometheus.otlp_http()), &body).expect("it takes OTLP");
    let value = eventually(SOON, || {
        prometheus.value(&format!("orders_total{{mark=\"{mark}\"}}"))
    });
    assert_eq!(value, 7.0);
}

#[test]
fn promtool_accepts_a_good_exposition_and_explains_a_bad_one() {
    promtool::check_metrics(CLASSIC).expect("nothing to say");
    let error = promtool::check_metrics("shop_orders_total{ 7\n").expect_err("it does not parse");
    assert!(error.to_string().contains("parsing"), "{error}");
    let error = promtool::check_metrics("# TYPE shop_orders counter\nshop_orders 7\n")
        .expect_err("no help text");
    assert!(error.to_string().contains("no help text"), "{error}");
}

//! OTLP as hyperion sends it is OTLP as OpenTelemetry's own exporter sends it, in the eyes of a Collector.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use hyperion::config::{
    Compression, Config, Endpoint, MetricExporter, Protocol, Temporality, TraceExporter,
};
use hyperion::{Builder, observe};
use hyperion_backend_tests::{
    Collector, MARK, eventually, mark,
    otlp::{Data, Event, Metric, Span, Trace},
};
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, SpanKind, Status, Tracer};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};

/// One program, run in every way of sending.
#[observe(component = "Sent", kind = server, fields(text = "grüße", number = 7, real = 0.5, truth = true))]
fn outer() -> Result<(), std::io::Error> {
    let tracer = opentelemetry::global::tracer("a library");
    let mut span = tracer
        .span_builder("theirs")
        .with_kind(SpanKind::Client)
        .start(&tracer);
    span.set_attribute(KeyValue::new(
        "list",
        opentelemetry::Value::Array(vec![1i64, 2].into()),
    ));
    span.add_event("retry", vec![KeyValue::new("attempt", 2)]);
    span.set_status(Status::Ok);
    span.end();
    Err(std::io::Error::other("disk full"))
}

/// Telemetry is installed once in a process.
fn alone() -> MutexGuard<'static, ()> {
    static INSTALLED: Mutex<()> = Mutex::new(());
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the program with these parts, and returns the trace that arrives.
fn arrives(collector: &Collector, name: &str, parts: impl FnOnce(Config) -> Builder) -> Trace {
    let mark = mark(name);
    let mut config = Config::default();
    config.logs.enabled = false;
    config.metrics.exporter = MetricExporter::None;
    config.service.attributes.insert(MARK.into(), mark.clone());
    let telemetry = parts(config)
        .service_name("exporters")
        .install()
        .expect("telemetry is installed");
    assert!(outer().is_err());
    let report = telemetry.shutdown(Duration::from_secs(20));
    assert_eq!(
        (report.spans_exported(), report.spans_lost()),
        (2, 0),
        "{name}"
    );
    eventually(Duration::from_secs(20), || {
        let mut traces = collector.received(&mark)?.traces();
        ensure!(traces.len() == 1, "{} traces", traces.len());
        Ok(traces.remove(0))
    })
}

/// Everything that a span says, but for its times and ids.
fn said(trace: &Trace) -> Vec<String> {
    let event = |event: &Event| format!("{} {:?}", event.name, event.attributes);
    let said = |span: &Span| {
        let events: Vec<String> = span.events.iter().map(event).collect();
        let resource: Vec<&str> = span.resource.keys().collect();
        format!(
            "{} {:?} {:?} {:?} {events:?} {resource:?} {} root: {}",
            span.name,
            span.kind,
            span.status,
            span.attributes,
            span.scope,
            span.parent_id.is_none()
        )
    };
    trace.spans.iter().map(said).collect()
}

#[test]
fn a_collector_cannot_tell_who_sent() {
    let _alone = alone();
    let collector = Collector::start();
    let ours = |protocol, url: &str| {
        let endpoint = Endpoint::base(url).expect("a URL");
        move |mut config: Config| {
            config.tracing.otlp.protocol = protocol;
            config.tracing.otlp.endpoint = Some(endpoint);
            hyperion::builder().config(config)
        }
    };
    let over_http = arrives(
        &collector,
        "http",
        ours(Protocol::HttpProtobuf, collector.otlp_http()),
    );
    let over_grpc = arrives(
        &collector,
        "grpc",
        ours(Protocol::Grpc, collector.otlp_grpc()),
    );
    let theirs = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", collector.otlp_http()))
        .build()
        .expect("their exporter can be built");
    let by_them = arrives(&collector, "theirs", |config| {
        hyperion::builder().config(config).span_exporter(theirs)
    });

    let expected = said(&by_them);
    assert_eq!(by_them.outline(), "Sent.outer\n  theirs\n");
    assert_eq!(said(&over_http), expected);
    assert_eq!(said(&over_grpc), expected);
}

#[observe(component = "Delta")]
fn over_http() {}

#[observe(component = "Delta")]
fn over_grpc() {}

/// Sends compressed deltas of some calls of `observed`, and of an instrument of the OpenTelemetry API, in two exports.
/// Answers every export that arrived.
fn deltas(
    collector: &Collector,
    protocol: Protocol,
    url: &str,
    observed: fn(),
) -> (Vec<Metric>, Vec<Trace>) {
    let mark = mark("deltas");
    let mut config = Config::default();
    config.logs.enabled = false;
    config.tracing.exporter = TraceExporter::Otlp;
    config.metrics.exporter = MetricExporter::Otlp;
    config.metrics.temporality = Temporality::Delta;
    for otlp in [&mut config.tracing.otlp, &mut config.metrics.otlp] {
        otlp.protocol = protocol;
        otlp.endpoint = Endpoint::base(url).ok();
        otlp.compression = Compression::Gzip;
    }
    config.service.attributes.insert(MARK.into(), mark.clone());
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("exporters")
        .install()
        .expect("telemetry is installed");
    let counter = opentelemetry::global::meter("a library")
        .u64_counter("their.items")
        .build();
    for calls in [2, 3] {
        counter.add(calls, &[]);
        (0..calls).for_each(|_call| observed());
        assert!(telemetry.flush(Duration::from_secs(20)));
    }
    let report = telemetry.shutdown(Duration::from_secs(20));
    assert_eq!((report.spans_exported(), report.spans_lost()), (5, 0));
    eventually(Duration::from_secs(20), || {
        let received = collector.received(&mark)?;
        let traces = received.traces();
        ensure!(traces.len() == 5, "{} traces", traces.len());
        let theirs = received.metrics.iter();
        let exports = theirs.filter(|metric| metric.name == "their.items").count();
        ensure!(exports == 2, "{exports} exports of their metric");
        Ok((received.metrics, traces))
    })
}

#[test]
fn a_collector_reads_compressed_deltas() {
    let _alone = alone();
    let collector = Collector::start();
    let ways: [(Protocol, &str, fn()); 2] = [
        (Protocol::HttpProtobuf, collector.otlp_http(), over_http),
        (Protocol::Grpc, collector.otlp_grpc(), over_grpc),
    ];
    for (protocol, url, observed) in ways {
        let (metrics, traces) = deltas(&collector, protocol, url, observed);
        let method = match protocol {
            Protocol::Grpc => "over_grpc",
            _ => "over_http",
        };
        assert_eq!(traces[0].outline(), format!("Delta.{method}\n"));

        let theirs = metrics.iter().filter(|metric| metric.name == "their.items");
        let counts: Vec<f64> = theirs
            .inspect(|metric| assert!(!metric.cumulative && metric.monotonic))
            .map(|metric| metric.number(&[]))
            .collect();
        assert_eq!(counts, [2.0, 3.0]);

        let durations = metrics
            .iter()
            .filter(|metric| metric.name == "hyperion.call.duration" && !metric.cumulative)
            .flat_map(|metric| &metric.points)
            .filter(|point| point.attributes.has(&[("method", method)]));
        let mut end = None;
        let mut counts = Vec::new();
        for point in durations {
            assert!(end.is_none_or(|end| end == point.start), "{point:?}");
            end = Some(point.time);
            if let Data::Histogram { count, .. } = point.data {
                counts.push(count);
            }
        }
        assert_eq!(counts, [2, 3]);
    }
}

//! OTLP as hyperion sends it is OTLP as OpenTelemetry's own exporter sends it, in the eyes of a Collector.

use std::time::Duration;

use anyhow::{Result, ensure};
use hyperion::config::{Config, Endpoint, MetricExporter, Protocol};
use hyperion::{Builder, observe};
use hyperion_backend_tests::{
    Collector, MARK, eventually, mark,
    otlp::{Event, Span, Trace},
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

/// What arrives when the program runs with these parts.
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

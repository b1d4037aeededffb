//! Against real servers in this process.

mod compression;
mod delivery;
mod golden;
mod grpc;
mod http;
#[cfg(feature = "logs")]
mod logs;
mod proxy;
mod spans;
mod tls;
mod wrong_port;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status as SpanStatus, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use prost::Message as _;

use super::*;
use crate::config::{Compression, Endpoint, Otlp, Protocol};
use crate::export::testing::{self, ExportData as _};
use hyperion_runtime::metrics::snapshot::{Data, Family, NumberPoint, NumberValue};

/// Long enough for a busy machine, short enough to fail a test.
const PATIENCE: Duration = Duration::from_secs(20);

fn otlp(protocol: Protocol, url: &str) -> Otlp {
    let mut otlp = Otlp {
        protocol,
        endpoint: Some(Endpoint::exact(url).unwrap()),
        timeout: PATIENCE,
        ..Otlp::default()
    };
    otlp.headers.push("Api-Key", "hunter2-secret").unwrap();
    otlp
}

fn tracing(protocol: Protocol, url: &str) -> Tracing {
    Tracing {
        otlp: otlp(protocol, url),
        ..Tracing::default()
    }
}

fn metrics(protocol: Protocol, url: &str) -> Metrics {
    Metrics {
        otlp: otlp(protocol, url),
        ..Metrics::default()
    }
}

fn resource() -> Resource {
    Resource::builder_empty()
        .with_attribute(KeyValue::new("service.name", "shop"))
        .build()
}

fn span(name: &'static str) -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(7),
            SpanId::from(8),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        ),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: SpanStatus::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn snapshot() -> Snapshot {
    let points = vec![NumberPoint {
        start: None,
        exemplar: None,
        labels: Vec::new(),
        value: NumberValue::U64(3),
    }];
    Snapshot {
        time: SystemTime::now(),
        families: vec![Family {
            asynchronous: false,
            library: None,
            name: "user.lookups".into(),
            description: "".into(),
            unit: "".into(),
            data: Data::Counter(points),
        }],
    }
}

fn sdk_metrics() -> ResourceMetrics {
    testing::sdk_metrics(|meter| {
        meter.u64_counter("their.requests").build().add(5, &[]);
    })
}

/// A request as an HTTP server of a few lines sees it.
struct Received {
    head: String,
    body: Vec<u8>,
}

/// Serves one answer after the other, each on its own connection, and hands out what it was asked.
fn http_server(answers: Vec<Vec<u8>>) -> (SocketAddr, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            sender.send(read_request(&mut &stream)).unwrap();
            (&stream).write_all(&answer).unwrap();
        }
    });
    (address, receiver)
}

fn read_request(stream: &mut dyn Read) -> Received {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(
            reader.read_line(&mut head).unwrap(),
            0,
            "the request ended early: {head}"
        );
    }
    head.make_ascii_lowercase();
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse().ok())
        .unwrap_or_else(|| panic!("no length in {head}"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Received { head, body }
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

fn http_spans(address: SocketAddr) -> Box<dyn SpanSink> {
    let url = format!("http://{address}/v1/traces");
    span_sink(&tracing(Protocol::HttpProtobuf, &url), &resource()).unwrap()
}

fn scopes_and_names(request: &ExportMetricsServiceRequest) -> Vec<(String, String)> {
    request
        .resource_metrics
        .iter()
        .flat_map(|resource| &resource.scope_metrics)
        .flat_map(|scope| {
            scope
                .metrics
                .iter()
                .map(|metric| (scope.scope.clone().unwrap().name, metric.name.clone()))
        })
        .collect()
}

/// An address on which nobody listens.
fn dead_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

#[test]
fn a_dead_port_is_an_error_long_before_the_timeout() {
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let config = tracing(protocol, &format!("http://{}", dead_address()));
        let started = Instant::now();
        let error = span_sink(&config, &resource())
            .unwrap()
            .export_data(vec![span("checkout")])
            .unwrap_err();
        assert!(
            started.elapsed() < PATIENCE / 4,
            "{protocol:?}: {:?}",
            started.elapsed()
        );
        assert!(error.is_retryable());
        assert!(error.to_string().contains("onnection refused"), "{error}");
    }
}

#[test]
fn a_server_that_never_answers_costs_the_timeout_and_no_more() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let url = format!("http://{}", silent.local_addr().unwrap());
        let mut config = tracing(protocol, &url);
        config.otlp.timeout = Duration::from_millis(300);
        let mut sink = span_sink(&config, &resource()).unwrap();
        let started = Instant::now();
        let error = sink.export_data(vec![span("checkout")]).unwrap_err();
        assert!(
            started.elapsed() >= config.otlp.timeout,
            "{protocol:?}: {:?}",
            started.elapsed()
        );
        assert!(
            started.elapsed() < PATIENCE,
            "{protocol:?}: {:?}",
            started.elapsed()
        );
        assert!(error.is_retryable());
        assert!(
            error
                .to_string()
                .ends_with("failed: no answer within 300ms"),
            "{error}"
        );
    }
}

#[test]
fn a_timeout_of_zero_is_refused() {
    let mut config = tracing(Protocol::Grpc, "http://localhost:4317");
    config.otlp.timeout = Duration::ZERO;
    let error = span_sink(&config, &resource()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the OTLP timeout is zero; expected a positive duration such as 10s"
    );
}

#[test]
fn the_shorter_timeout_counts() {
    let timeout = |config: &Metrics| {
        Client::<service::MetricsService>::new(&config.otlp, config.export_timeout)
            .map(|client| client.timeout)
    };
    let mut config = Metrics::default();
    assert_eq!(timeout(&config).ok(), Some(Duration::from_secs(10)));
    config.export_timeout = Duration::from_secs(4);
    assert_eq!(timeout(&config).ok(), Some(Duration::from_secs(4)));
}

#[test]
fn the_temporality_is_for_instruments_of_others_too() {
    for temporality in [
        Temporality::Cumulative,
        Temporality::Delta,
        Temporality::LowMemory,
    ] {
        let config = Metrics {
            temporality,
            ..Metrics::default()
        };
        let sink = metric_sink(&config, &resource()).unwrap();
        assert_eq!(sink.temporality(), temporality);
    }
}

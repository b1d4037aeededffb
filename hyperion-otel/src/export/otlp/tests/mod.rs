//! Against real servers in this process.

mod compression;
mod delivery;
mod golden;
mod proxy;
mod tls;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status as SpanStatus, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
use prost::Message as _;

use super::*;
use crate::config::{Compression, Endpoint, Otlp, Protocol};
use crate::export::sdk_metrics_for_tests;
use hyperion_runtime::metrics::snapshot::{Data, Family, Number, NumberPoint};

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
        value: Number::U64(3),
    }];
    Snapshot {
        time: SystemTime::now(),
        families: vec![Family {
            asynchronous: false,
            name: "user.lookups".into(),
            description: "".into(),
            unit: "".into(),
            data: Data::Counter(points),
        }],
    }
}

fn sdk_metrics() -> ResourceMetrics {
    sdk_metrics_for_tests::sdk_metrics(|meter| {
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

#[test]
fn spans_arrive_over_http() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    http_spans(address).export(vec![span("checkout")]).unwrap();
    let Received { head, body } = received.recv_timeout(PATIENCE).unwrap();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: application/x-protobuf\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\napi-key: hunter2-secret\r\n"), "{head}");
    assert!(head.contains("\r\nuser-agent: hyperion/"), "{head}");
    let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
    assert_eq!(
        request.resource_spans[0]
            .resource
            .as_ref()
            .unwrap()
            .attributes[0]
            .key,
        "service.name"
    );
    assert_eq!(
        request.resource_spans[0].scope_spans[0].spans[0].name,
        "checkout"
    );
}

#[test]
fn native_and_sdk_metrics_arrive_in_one_request() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    let url = format!("http://{address}/v1/metrics");
    metric_sink(&metrics(Protocol::HttpProtobuf, &url), &resource())
        .unwrap()
        .export(&snapshot(), &sdk_metrics())
        .unwrap();
    let body = received.recv_timeout(PATIENCE).unwrap().body;
    let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
    assert_eq!(
        scopes_and_names(&request),
        [
            ("hyperion".into(), "user.lookups".into()),
            ("a library".into(), "their.requests".into())
        ]
    );
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

#[test]
fn nothing_is_sent_when_there_is_nothing_to_say() {
    let nowhere = format!("http://{}/v1/metrics", dead_address());
    let mut empty = snapshot();
    empty.families.clear();
    metric_sink(&metrics(Protocol::HttpProtobuf, &nowhere), &resource())
        .unwrap()
        .export(&empty, &ResourceMetrics::default())
        .unwrap();
    span_sink(&tracing(Protocol::HttpProtobuf, &nowhere), &resource())
        .unwrap()
        .export(Vec::new())
        .unwrap();
}

#[test]
fn a_busy_server_is_asked_again_with_the_same_body() {
    let busy = answer("503 Service Unavailable", "retry-after: 0\r\n", b"");
    let (address, received) = http_server(vec![busy, answer("200 OK", "", b"")]);
    http_spans(address).export(vec![span("checkout")]).unwrap();
    let bodies = [
        received.recv_timeout(PATIENCE).unwrap().body,
        received.recv_timeout(PATIENCE).unwrap().body,
    ];
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_replaced() {
    // The answer promises to keep the connection, and the server closes it all the same.
    let promise = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
    let (address, received) = http_server(vec![promise.clone(), promise]);
    let mut sink = http_spans(address);
    for _batch in 0..2 {
        sink.export(vec![span("checkout")]).unwrap();
        received.recv_timeout(PATIENCE).unwrap();
    }
}

#[test]
fn a_refusal_is_final_and_quotes_the_server_without_our_secret() {
    let refusal = answer(
        "401 Unauthorized",
        "content-type: text/plain\r\n",
        b"bad key hunter2-secret",
    );
    let (address, _received) = http_server(vec![refusal]);
    let error = http_spans(address)
        .export(vec![span("checkout")])
        .unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        format!(
            "OTLP export to http://{address}/v1/traces failed: the server answered 401 Unauthorized: bad key ***"
        )
    );
}

#[test]
fn a_redirection_is_not_followed() {
    let moved = answer(
        "307 Temporary Redirect",
        "location: http://elsewhere.invalid/\r\n",
        b"",
    );
    let (address, _received) = http_server(vec![moved]);
    let error = http_spans(address)
        .export(vec![span("checkout")])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the server answered 307 Temporary Redirect"),
        "{error}"
    );
}

#[test]
fn a_web_page_is_not_an_otlp_server() {
    let page = answer(
        "200 OK",
        "content-type: text/html; charset=utf-8\r\n",
        b"<html>",
    );
    let (address, _received) = http_server(vec![page]);
    let error = http_spans(address)
        .export(vec![span("checkout")])
        .unwrap_err();
    assert!(
        error.to_string().contains("answered with a web page"),
        "{error}"
    );
}

#[test]
fn partial_success_is_reported() {
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    let body = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: 2,
            error_message: "too old".into(),
        }),
    };
    let accepted = answer(
        "200 OK",
        "content-type: application/x-protobuf\r\n",
        &body.encode_to_vec(),
    );
    let (address, _received) = http_server(vec![accepted]);
    let error = http_spans(address)
        .export(vec![span("checkout")])
        .unwrap_err();
    assert_eq!((error.rejected(), error.is_retryable()), (Some(2), false));
    assert_eq!(
        error.to_string(),
        format!("2 of the batch rejected: http://{address}/v1/traces: too old")
    );
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
            .export(vec![span("checkout")])
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
        let error = sink.export(vec![span("checkout")]).unwrap_err();
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
fn a_sink_works_inside_a_runtime_and_can_be_dropped_there() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    let host = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    host.block_on(async { http_spans(address).export(vec![span("checkout")]) })
        .unwrap();
    received.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_timeout_without_end_is_no_trouble() {
    let (address, _received) = http_server(vec![answer("200 OK", "", b"")]);
    let url = format!("http://{address}/v1/traces");
    let mut config = tracing(Protocol::HttpProtobuf, &url);
    config.otlp.timeout = Duration::MAX;
    config.batch.export_timeout = Duration::MAX;
    span_sink(&config, &resource())
        .unwrap()
        .export(vec![span("checkout")])
        .unwrap();
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
        let mut config = Metrics::default();
        config.temporality = temporality;
        let sink = metric_sink(&config, &resource()).unwrap();
        assert_eq!(sink.temporality(), temporality);
    }
}

/// A request as a gRPC server sees it.
struct Called {
    metadata: tonic::metadata::MetadataMap,
    request: ExportMetricsServiceRequest,
}

impl Called {
    fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.to_str().ok()
    }
}

/// Gives the answers that it was given, then takes everything.
struct GrpcServer {
    requests: mpsc::Sender<Called>,
    answers: Mutex<VecDeque<Answer>>,
}

type Answer = Result<ExportMetricsServiceResponse, tonic::Status>;

#[tonic::async_trait]
impl MetricsService for GrpcServer {
    async fn export(
        &self,
        request: tonic::Request<ExportMetricsServiceRequest>,
    ) -> Result<tonic::Response<ExportMetricsServiceResponse>, tonic::Status> {
        let called = Called {
            metadata: request.metadata().clone(),
            request: request.into_inner(),
        };
        self.requests.send(called).unwrap();
        let answer = self.answers.lock().unwrap().pop_front();
        answer
            .unwrap_or_else(|| Ok(ExportMetricsServiceResponse::default()))
            .map(tonic::Response::new)
    }
}

fn grpc_server(
    answers: Vec<Answer>,
    tls: Option<tonic::transport::ServerTlsConfig>,
) -> (SocketAddr, Receiver<Called>) {
    let (requests, received) = mpsc::channel();
    let (bound, address) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let incoming =
                tonic::transport::server::TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
                    .unwrap();
            bound.send(incoming.local_addr().unwrap()).unwrap();
            let service = MetricsServiceServer::new(GrpcServer {
                requests,
                answers: Mutex::new(answers.into()),
            })
            .accept_compressed(tonic::codec::CompressionEncoding::Gzip);
            let mut server = tonic::transport::Server::builder();
            if let Some(tls) = tls {
                server = server.tls_config(tls).unwrap();
            }
            server
                .add_service(service)
                .serve_with_incoming(incoming)
                .await
                .unwrap();
        });
    });
    (address.recv_timeout(PATIENCE).unwrap(), received)
}

#[test]
fn metrics_arrive_over_grpc() {
    let partly = ExportMetricsServiceResponse {
        partial_success: Some(ExportMetricsPartialSuccess {
            rejected_data_points: 1,
            error_message: "no hunter2-secret".into(),
        }),
    };
    let answers = vec![Err(tonic::Status::unavailable("starting")), Ok(partly)];
    let (address, received) = grpc_server(answers, None);
    let mut sink = metric_sink(
        &metrics(Protocol::Grpc, &format!("http://{address}")),
        &resource(),
    )
    .unwrap();
    let error = sink.export(&snapshot(), &sdk_metrics()).unwrap_err();
    assert_eq!(error.rejected(), Some(1));
    assert_eq!(
        error.to_string(),
        format!("1 of the batch rejected: http://{address}/: no ***")
    );
    for _attempt in 0..2 {
        let called = received.recv_timeout(PATIENCE).unwrap();
        assert_eq!(called.metadata("api-key"), Some("hunter2-secret"));
        assert_eq!(
            scopes_and_names(&called.request),
            [
                ("hyperion".into(), "user.lookups".into()),
                ("a library".into(), "their.requests".into())
            ]
        );
    }
}

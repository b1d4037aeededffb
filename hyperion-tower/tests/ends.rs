//! The ends of a request: the last byte, and all that can come before it.

mod service;

use axum::Router;
use axum::body::Body;
use axum::extract::Request as AxumRequest;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyperion::observe;
use hyperion_tower::ServerLayer;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use service::support::{attribute, id, span as the, text as value};
use service::{get as ask, plain, send, series_with, serve, spans, text, traced};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tower::{Layer, Service, ServiceExt};

const DURATION: &str = "http.server.request.duration";
const ACTIVE: &str = "http.server.active_requests";

fn layered(path: &str, route: axum::routing::MethodRouter) -> Router {
    Router::new().route(path, route).layer(ServerLayer::new())
}

/// The one span of a request.
async fn span_of(request: Request<Body>) -> SpanData {
    let (trace, request) = traced(request);
    if let Ok(response) = plain().oneshot(request).await {
        let _ = response.into_body().collect().await;
    }
    spans(trace, 1).await.remove(0)
}

fn outcome(span: &SpanData) -> Option<String> {
    attribute(span, "outcome").map(ToString::to_string)
}

#[observe]
fn piece(number: u8) -> Bytes {
    Bytes::from(format!("{number},"))
}

#[tokio::test]
async fn a_streamed_body_belongs_to_the_request_until_its_end() {
    const PAUSE: Duration = Duration::from_millis(20);
    let handler = || async {
        let pieces = stream::iter(1..=3).then(|number| async move {
            tokio::time::sleep(PAUSE).await;
            Ok::<_, Infallible>(piece(number))
        });
        Body::from_stream(pieces)
    };
    let address = serve(layered("/stream", get(handler))).await;
    let (trace, request) = traced(ask(address, "/stream"));
    assert_eq!(text(send(plain(), request).await).await, "1,2,3,");
    let spans = spans(trace, 4).await;
    let request = the(&spans, "GET /stream");
    let pieces = spans
        .iter()
        .filter(|span| span.parent_span_id == id(request));
    assert_eq!(pieces.count(), 3, "they hang under the request");
    let took = request.end_time.duration_since(request.start_time);
    let took = took.expect("time goes on");
    assert!(took >= 3 * PAUSE, "{took:?}");
    assert_eq!((outcome(request), &request.status), (None, &Status::Unset));
}

#[tokio::test]
async fn a_body_of_a_length_that_is_known_ends_with_its_last_byte() {
    let handler = || async {
        let body =
            Body::from_stream(stream::iter([Ok::<_, Infallible>("four")]).chain(stream::pending()));
        ([(http::header::CONTENT_LENGTH, "4")], body)
    };
    let address = serve(layered("/known", get(handler))).await;
    let span = span_of(ask(address, "/known")).await;
    assert_eq!((span.name.as_ref(), outcome(&span)), ("GET /known", None));
}

#[tokio::test]
async fn responses_without_a_body_are_complete() {
    let handler = any(|request: AxumRequest| async move {
        match request.uri().query() {
            Some("empty") => StatusCode::NO_CONTENT.into_response(),
            Some("same") => StatusCode::NOT_MODIFIED.into_response(),
            Some("zero") => {
                let body = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
                ([(http::header::CONTENT_LENGTH, "0")], body).into_response()
            }
            _ => "a body".into_response(),
        }
    });
    let address = serve(layered("/none", handler)).await;
    for (method, target) in [
        ("HEAD", "/none"),
        ("GET", "/none?empty"),
        ("GET", "/none?same"),
        ("GET", "/none?zero"),
    ] {
        let mut request = ask(address, target);
        *request.method_mut() = method.parse().expect("a method");
        let span = span_of(request).await;
        assert_eq!(outcome(&span), None, "{method} {target}");
    }
}

#[tokio::test]
async fn a_body_that_fails_is_an_error() {
    let handler = || async {
        let pieces = [Ok("half"), Err(std::io::Error::other("the disk is gone"))];
        Body::from_stream(stream::iter(pieces))
    };
    let address = serve(layered("/fails", get(handler))).await;
    let span = span_of(ask(address, "/fails")).await;
    assert_eq!(span.status, Status::error("the disk is gone"));
    assert_eq!(value(&span, "error.type"), "axum_core::error::Error");
    assert_eq!(value(&span, "http.response.status_code"), "200");
    assert_eq!(
        series_with(DURATION, "http.route=/fails"),
        [
            "error.type=axum_core::error::Error http.request.method=GET http.response.status_code=200 http.route=/fails \
             network.protocol.version=1.1 url.scheme=http: 1"
        ]
    );
}

#[tokio::test]
async fn a_panic_is_an_outcome_and_goes_on() {
    let routes = Router::new()
        .route("/panics", any(panics))
        .layer(ServerLayer::new());
    let caught = tower_http::catch_panic::CatchPanicLayer::new();
    let address = serve(routes.layer(caught)).await;
    let mut request = ask(address, "/panics");
    *request.method_mut() = http::Method::PUT;
    let span = span_of(request).await;
    assert_eq!(span.name, "PUT /panics");
    assert_eq!(value(&span, "outcome"), "panic");
    assert_eq!(value(&span, "error.type"), "panic");
    assert_eq!(span.status, Status::error("the call panicked"));
    assert_eq!(
        series_with(DURATION, "http.route=/panics"),
        [
            "error.type=panic http.request.method=PUT http.route=/panics network.protocol.version=1.1 url.scheme=http: 1"
        ]
    );
    assert_eq!(
        series_with(ACTIVE, "method=PUT"),
        ["http.request.method=PUT url.scheme=http: 0"]
    );
}

async fn panics() -> Response {
    panic!("no answer")
}

#[tokio::test]
async fn a_connection_that_closes_before_the_answer_cancels_the_request() {
    let started = Arc::new(Notify::new());
    let notify = Arc::clone(&started);
    let handler = move || {
        let started = Arc::clone(&notify);
        async move {
            let _last = LastWords;
            started.notify_one();
            std::future::pending::<()>().await;
        }
    };
    let address = serve(layered("/waits", axum::routing::delete(handler))).await;
    let (trace, traceparent) = service::caller();
    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let request =
        format!("DELETE /waits HTTP/1.1\r\nhost: test\r\ntraceparent: {traceparent}\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    started.notified().await;
    drop(connection);
    let spans = spans(trace, 2).await;
    let span = the(&spans, "DELETE /waits");
    assert_eq!(value(span, "outcome"), "cancelled");
    assert_eq!(value(span, "error.type"), "cancelled");
    assert_eq!(span.status, Status::Unset);
    let last = the(&spans, "ends.last_words");
    assert_eq!(last.parent_span_id, id(span), "destructors are inside");
    assert_eq!(
        series_with(DURATION, "http.route=/waits"),
        [
            "error.type=cancelled http.request.method=DELETE http.route=/waits network.protocol.version=1.1 url.scheme=http: 1"
        ]
    );
    assert_eq!(
        series_with(ACTIVE, "method=DELETE"),
        ["http.request.method=DELETE url.scheme=http: 0"]
    );
}

struct LastWords;

impl Drop for LastWords {
    fn drop(&mut self) {
        last_words();
    }
}

#[observe]
fn last_words() {}

#[tokio::test]
async fn a_connection_that_closes_within_the_body_cancels_the_rest() {
    let handler = || async {
        let first = stream::iter([Ok::<_, Infallible>("first")]);
        Body::from_stream(first.chain(stream::pending()))
    };
    let address = serve(layered("/endless", get(handler))).await;
    let (trace, traceparent) = service::caller();
    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let request =
        format!("GET /endless HTTP/1.1\r\nhost: test\r\ntraceparent: {traceparent}\r\n\r\n");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("first") {
        connection.read_buf(&mut seen).await.expect("a piece");
    }
    drop(connection);
    let span = spans(trace, 1).await.remove(0);
    assert_eq!(value(&span, "outcome"), "cancelled");
    assert_eq!(value(&span, "http.response.status_code"), "200");
    assert_eq!(span.status, Status::Unset);
}

#[tokio::test]
async fn an_upgrade_ends_the_request_with_its_head() {
    let handler = any(|mut request: AxumRequest| async move {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let upgraded = upgrade.await.expect("an upgrade");
            let mut upgraded = hyper_util::rt::TokioIo::new(upgraded);
            let mut word = [0; 4];
            upgraded.read_exact(&mut word).await.expect("a word");
            upgraded.write_all(&word).await.expect("it is sent");
        });
        let head = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("connection", "upgrade")
            .header("upgrade", "echo");
        head.body(Body::empty()).expect("a response")
    });
    let address = serve(layered("/socket", handler)).await;
    let (trace, traceparent) = service::caller();
    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /socket HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\ntraceparent: {traceparent}\r\n\r\n"
    );
    connection
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    let span = spans(trace, 1).await.remove(0);
    assert_eq!(value(&span, "http.response.status_code"), "101");
    assert_eq!(outcome(&span), None);
    connection.write_all(b"ping").await.expect("it is sent");
    let mut seen = Vec::new();
    while !seen.ends_with(b"ping") {
        connection.read_buf(&mut seen).await.expect("an echo");
    }
    assert_eq!(
        series_with(DURATION, "http.route=/socket"),
        [
            "http.request.method=GET http.response.status_code=101 http.route=/socket network.protocol.version=1.1 \
             url.scheme=http: 1"
        ]
    );
}

#[tokio::test]
async fn an_error_of_the_service_is_one_of_the_request() {
    service::support::kept();
    let service = tower::service_fn(|_: Request<Body>| async {
        Err::<http::Response<Body>, _>(std::io::Error::other("no answer"))
    });
    let mut service = ServerLayer::new().layer(service);
    let (trace, request) = traced(ask(([127, 0, 0, 1], 1).into(), "/error"));
    let service = service.ready().await.expect("it is ready");
    service.call(request).await.expect_err("an error");
    let span = spans(trace, 1).await.remove(0);
    assert_eq!(span.status, Status::error("no answer"));
    assert_eq!(value(&span, "error.type"), "std::io::error::Error");
    assert_eq!(attribute(&span, "http.response.status_code"), None);
}

struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no words")
    }
}

#[tokio::test]
async fn code_of_users_that_panics_when_it_is_asked_costs_its_own_telemetry() {
    service::support::kept();
    let service =
        tower::service_fn(|_: Request<Body>| async { Err::<http::Response<Body>, _>(Unspeakable) });
    let layer = ServerLayer::new().filter(|_| panic!("no answer"));
    let (trace, request) = traced(ask(([127, 0, 0, 1], 1).into(), "/unspeakable"));
    let result = layer.layer(service).oneshot(request).await;
    assert!(result.is_err());
    let span = spans(trace, 1).await.remove(0);
    assert_eq!(span.status, Status::error(""));
    assert_eq!(value(&span, "error.type"), "ends::Unspeakable");
}

#[tokio::test]
async fn a_response_that_nobody_reads_is_over_when_it_is_dropped() {
    service::support::kept();
    let service = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(http::Response::new(Body::from("unread")))
    });
    let service = ServerLayer::new().layer(service);
    let (trace, request) = traced(ask(([127, 0, 0, 1], 1).into(), "/unread"));
    let response = service.oneshot(request).await.expect("a response");
    assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(6));
    assert!(spans(trace, 0).await.is_empty(), "it goes on");
    drop(response);
    let span = spans(trace, 1).await.remove(0);
    assert_eq!(value(&span, "outcome"), "cancelled");
}

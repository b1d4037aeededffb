//! Services and clients over sockets, and their spans as text.

// Each test file is a program of its own and uses what it needs.
#![allow(dead_code)]

#[path = "../../../tests/support/mod.rs"]
pub(crate) mod support;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use hyperion_tower::{Client, ClientLayer, ResponseBody};
use opentelemetry::trace::TraceId;
use opentelemetry_sdk::trace::SpanData;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use support::{PATIENCE, kept, names};
use tokio::net::TcpListener;
use tower::{Layer, Service, ServiceExt};

pub(crate) type Plain = HyperClient<HttpConnector, Body>;
pub(crate) type Answer = Response<ResponseBody<Incoming>>;

/// Serves a router on a port that is free.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    kept();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// A client without a layer.
pub(crate) fn plain() -> Plain {
    HyperClient::builder(TokioExecutor::new()).build_http()
}

/// A client with a layer.
pub(crate) fn client(layer: &ClientLayer) -> Client<Plain> {
    layer.layer(plain())
}

/// Sends a request.
pub(crate) async fn send<S, B>(client: S, request: Request<Body>) -> Response<B>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: std::fmt::Debug,
{
    client.oneshot(request).await.expect("a response")
}

pub(crate) fn get(address: SocketAddr, path: &str) -> Request<Body> {
    let request = Request::get(format!("http://{address}{path}"));
    request.body(Body::empty()).expect("a request")
}

/// The body, as text.
pub(crate) async fn text<B>(response: Response<B>) -> String
where
    B: http_body::Body,
    B::Error: std::fmt::Debug,
{
    let body = response.into_body().collect().await.expect("a body");
    String::from_utf8(body.to_bytes().to_vec()).expect("text")
}

/// The spans of a trace, as soon as there are so many, in the order in which they began.
pub(crate) async fn spans(trace: TraceId, count: usize) -> Vec<SpanData> {
    let start = Instant::now();
    loop {
        let mut spans = kept().spans_of(trace);
        if spans.len() >= count {
            spans.sort_by_key(|span| span.start_time);
            return spans;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{count} spans, found {:?}",
            names(&spans)
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The `traceparent` of a caller in a trace of its own.
pub(crate) fn caller() -> (TraceId, String) {
    let trace = TraceId::from(rand());
    (trace, format!("00-{trace}-00f067aa0ba902b7-01"))
}

fn rand() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let word = || u128::from(RandomState::new().hash_one(0));
    word() << 64 | word()
}

/// A request in a trace of its own.
pub(crate) fn traced(mut request: Request<Body>) -> (TraceId, Request<Body>) {
    let (trace, traceparent) = caller();
    let value = traceparent.parse().expect("a header");
    request.headers_mut().insert("traceparent", value);
    (trace, request)
}

/// A span as text: its kind, name and status, and its attributes by their keys. What is different in
/// each run is a word in capitals.
pub(crate) fn shown(span: &SpanData) -> String {
    support::shown::span(span, |key, value| match key {
        "server.port" if value.len() > 4 => "PORT".to_owned(),
        "network.peer.port" => "PORT".to_owned(),
        "url.full" => without_port(&value),
        _ => value,
    })
}

fn without_port(url: &str) -> String {
    match url.split_once("127.0.0.1:") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}127.0.0.1:PORT{rest}")
        }
        None => url.to_owned(),
    }
}

/// The series of a metric, each as its labels and its count, with ports as a word in capitals.
pub(crate) fn series(name: &str) -> Vec<String> {
    support::shown::series(name, |key, value| match key {
        "server.port" if value.len() > 4 => "PORT".to_owned(),
        _ => value,
    })
}

/// The series of a metric that have this label.
pub(crate) fn series_with(name: &str, label: &str) -> Vec<String> {
    let mut found = series(name);
    found.retain(|series| series.contains(label));
    found
}

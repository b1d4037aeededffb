//! Requests that a service of tower answers, below a layer of each library that makes a span of it.
//!
//! The service answers at once and the body is one piece, so that the layer is all there is. The layers of others read the parent
//! from the headers as their users have it: the official one by the global propagator, that of tower-http where its users write
//! it.

use super::{Entry, Operation, Row, row};
use crate::peers::{Hyperion, OpenTelemetry, Peer, Session, Tracing};
use crate::timing::{as_roots, cost_of, poll_to_end};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyperion_tower::ServerLayer;
use opentelemetry::global;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_instrumentation_tower::http::server::LayerBuilder;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::task::{Context, Poll};
use tower_http::trace::TraceLayer;
use tower_layer::Layer;
use tower_service::Service;
use tracing::info_span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub(super) const ROWS: &[Row] = &[row!("request tower":
    "plain" = plain;
    "hyperion" = hyperion;
    "opentelemetry" = official;
    "tracing" = tower_http)];

type Body = Full<Bytes>;

/// A service that answers at once.
#[derive(Clone, Copy, Debug)]
struct Answering;

impl Service<Request<Body>> for Answering {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        black_box(&request);
        ready(Ok(Response::new(Body::from("answer"))))
    }
}

fn request() -> Request<Body> {
    let request = Request::get("/users/7?page=2")
        .header("host", "users.test:8080")
        .header("user-agent", "benches/1.0")
        .header("accept", "*/*")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03",
        );
    request.body(Body::default()).expect("a request")
}

/// Sends a request, and reads the body to its end.
fn ask<S, B>(service: &mut S, request: &Request<Body>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body,
{
    poll_to_end(async {
        let Ok(response) = service.call(request.clone()).await;
        let _ = black_box(response.into_body().collect().await);
    });
}

fn plain() -> Operation {
    let request = request();
    Operation::new(false, move |operations| {
        cost_of(|| (0..operations).for_each(|_| ask(&mut Answering, &request)))
    })
}

fn layered<P, L, B>(session: P::Session, layer: &L) -> Operation
where
    P: Peer,
    L: Layer<Answering>,
    L::Service:
        Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + 'static,
    B: http_body::Body,
{
    let service = layer.layer(Answering);
    let request = request();
    Operation::new(session.exports(), move |operations| {
        as_roots::<P>(&session, operations, 1, |_| {
            ask(&mut service.clone(), &request);
        })
    })
}

fn hyperion() -> Operation {
    layered::<Hyperion, _, _>(Hyperion::install(), &ServerLayer::new())
}

fn official() -> Operation {
    let session = OpenTelemetry::install();
    global::set_tracer_provider(session.provider());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let layer = LayerBuilder::builder().with_metrics(false).build();
    layered::<OpenTelemetry, _, _>(session, &layer.expect("its settings are right"))
}

fn tower_http() -> Operation {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let layer = TraceLayer::new_for_http()
        .make_span_with(|request: &Request<Body>| {
            let span = info_span!(
                "HTTP request",
                otel.kind = "server",
                http.request.method = %request.method(),
                url.path = request.uri().path(),
                url.query = request.uri().query(),
                server.address = text(request.headers(), "host"),
                user_agent.original = text(request.headers(), "user-agent"),
                http.response.status_code = tracing::field::Empty,
            );
            let caller = global::get_text_map_propagator(|propagator| {
                propagator.extract(&HeaderExtractor(request.headers()))
            });
            span.set_parent(caller).expect("it has not started yet");
            span
        })
        .on_response(
            |response: &Response<Body>, _latency, span: &tracing::Span| {
                span.record("http.response.status_code", response.status().as_u16());
            },
        )
        .on_request(())
        .on_body_chunk(())
        .on_eos(())
        .on_failure(());
    layered::<Tracing, _, _>(Tracing::install(), &layer)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

//! Other instrumentation of tower, over the same provider: its spans and ours hang where they belong, both ways round.

mod service;

use axum::Router;
use axum::routing::get;
use hyperion::observe;
use hyperion_tower::ServerLayer;
use opentelemetry::global;
use opentelemetry_instrumentation_tower::http::server::Layer as OfficialLayer;
use opentelemetry_sdk::trace::SpanData;
use service::support::{id, kept, span as the};
use service::{plain, send, serve, spans, text, traced};
use std::sync::Once;
use tower_http::trace::{DefaultMakeSpan, TraceLayer};
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt;

#[observe]
fn inside() {}

fn router(path: &str) -> Router {
    Router::new().route(path, get(|| async { inside() }))
}

/// The spans of a request to a router with `count` of them.
async fn ask(router: Router, path: &str, count: usize) -> Vec<SpanData> {
    static TRACING: Once = Once::new();
    let address = serve(router).await;
    TRACING.call_once(|| {
        let layer = tracing_opentelemetry::layer().with_tracer(global::tracer("tower-http"));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::set_global_default(subscriber).expect("it is set once");
    });
    let (trace, request) = traced(service::get(address, path));
    text(send(plain(), request).await).await;
    spans(trace, count).await
}

/// Asserts that each of these spans is the parent of the next one.
#[track_caller]
fn assert_nested(spans: &[&SpanData]) {
    for pair in spans.windows(2) {
        assert_eq!(
            pair[1].parent_span_id,
            id(pair[0]),
            "{} in {}",
            pair[1].name,
            pair[0].name
        );
    }
}

const OFFICIAL: &str = "opentelemetry-instrumentation-tower";

/// The span of the official layer, and ours.
fn pair(spans: &[SpanData]) -> (&SpanData, &SpanData) {
    let is_official = |span: &&SpanData| span.instrumentation_scope.name() == OFFICIAL;
    let is_ours = |span: &&SpanData| span.name.starts_with("GET") && !is_official(span);
    let official = spans.iter().find(is_official);
    let ours = spans.iter().find(is_ours);
    (official.expect("its span"), ours.expect("our span"))
}

#[tokio::test]
async fn we_nest_in_the_official_instrumentation() {
    kept();
    let ours = router("/within").layer(ServerLayer::new());
    let spans = ask(ours.layer(OfficialLayer::new()), "/within", 3).await;
    let (official, ours) = pair(&spans);
    assert!(official.parent_span_is_remote);
    assert_nested(&[official, ours, the(&spans, "beside.inside")]);
}

#[tokio::test]
async fn the_official_instrumentation_is_of_our_trace_and_around_what_is_inside() {
    kept();
    let official = router("/around").layer(OfficialLayer::new());
    let spans = ask(official.layer(ServerLayer::new()), "/around", 3).await;
    let (official, ours) = pair(&spans);
    assert_nested(&[official, the(&spans, "beside.inside")]);
    // It goes by the headers, which name the caller of both.
    assert_eq!(official.parent_span_id, ours.parent_span_id);
}

#[tokio::test]
async fn spans_of_tower_http_nest_in_ours() {
    let make = DefaultMakeSpan::new().level(Level::INFO);
    let layers = tower::ServiceBuilder::new()
        .layer(ServerLayer::new())
        .layer(TraceLayer::new_for_http().make_span_with(make));
    let spans = ask(router("/traced").layer(layers), "/traced", 3).await;
    let names = ["GET /traced", "request", "beside.inside"];
    assert_nested(&names.map(|name| the(&spans, name)));
}

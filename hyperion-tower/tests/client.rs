//! The client layer: around hyper-util's client and reqwest's, and one trace across two services.

mod service;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::{any, get};
use expect_test::expect;
use http::{HeaderName, Request, StatusCode, Uri};
use hyperion_tower::{ClientLayer, ServerLayer, UrlTemplate};
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use service::support::{attribute, id, kept, span as the, spans_in_async, text as value};
use service::{client, get as ask, send, series_with, serve, shown, text};
use std::net::SocketAddr;
use tower::{Layer, ServiceExt};

const DURATION: &str = "http.client.request.duration";

fn backend() -> Router {
    Router::new()
        .route("/users/{id}", get(|| async { "Ada" }))
        .route("/refused", any(|| async { StatusCode::FORBIDDEN }))
        .route(
            "/headers",
            get(|headers: http::HeaderMap| async move {
                let header = |name| {
                    headers
                        .get(name)
                        .map_or("", |value| value.to_str().unwrap_or("?"))
                };
                format!("{} {}", header("traceparent"), header("baggage"))
            }),
        )
}

/// The spans of one request through a client with a layer.
async fn spans_of(layer: ClientLayer, request: Request<Body>) -> (String, Vec<SpanData>) {
    spans_in_async(async { text(send(client(&layer), request).await).await }).await
}

#[tokio::test]
async fn a_request_has_the_attributes_of_the_conventions() {
    let address = serve(backend()).await;
    let mut request = ask(address, "/users/7?q=1&sig=secret");
    let template = UrlTemplate::new("/users/{id}");
    request.extensions_mut().insert(template);
    let layer = ClientLayer::new()
        .body_sizes(true)
        .capture_request_headers([HeaderName::from_static("x-no")])
        .capture_response_headers([http::header::CONTENT_LENGTH]);
    let (answer, spans) = spans_of(layer, request).await;
    assert_eq!(answer, "Ada");
    expect![[r#"
        client `GET /users/{id}`
          component = HttpClient
          http.request.body.size = 0
          http.request.method = GET
          http.response.body.size = 3
          http.response.header.content-length = ["3"]
          http.response.status_code = 200
          network.protocol.version = 1.1
          server.address = 127.0.0.1
          server.port = PORT
          url.full = http://127.0.0.1:PORT/users/7?q=1&sig=REDACTED
          url.template = /users/{id}
    "#]]
    .assert_eq(&shown(the(&spans, "GET /users/{id}")));
    expect![[r#"
        [
            "http.request.method=GET http.response.status_code=200 network.protocol.version=1.1 server.address=127.0.0.1 server.port=PORT: 1",
        ]
    "#]].assert_debug_eq(&series_with("http.client.response.body.size", "code=200"));
}

#[tokio::test]
async fn statuses_from_400_are_errors() {
    let address = serve(backend()).await;
    let mut request = ask(address, "/refused");
    *request.method_mut() = http::Method::PATCH;
    let (_, spans) = spans_of(ClientLayer::new(), request).await;
    expect![[r"
        client `PATCH`
          failed
          component = HttpClient
          error.type = 403
          http.request.method = PATCH
          http.response.status_code = 403
          network.protocol.version = 1.1
          server.address = 127.0.0.1
          server.port = PORT
          url.full = http://127.0.0.1:PORT/refused
    "]]
    .assert_eq(&shown(the(&spans, "PATCH")));
    expect![[r#"
        [
            "error.type=403 http.request.method=PATCH http.response.status_code=403 network.protocol.version=1.1 server.address=127.0.0.1 server.port=PORT: 1",
        ]
    "#]].assert_debug_eq(&series_with(DURATION, "PATCH"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("its address");
    drop(nobody);
    let (result, spans) = spans_in_async(async {
        let mut request = ask(address, "/");
        *request.method_mut() = http::Method::TRACE;
        client(&ClientLayer::new()).oneshot(request).await
    })
    .await;
    let message = result.expect_err("an error").to_string();
    let span = the(&spans, "TRACE");
    assert_eq!(span.status, Status::error(message));
    let error_type = "hyper_util::client::legacy::client::Error";
    assert_eq!(value(span, "error.type"), error_type);
    assert_eq!(
        series_with(DURATION, "TRACE"),
        [format!(
            "error.type={error_type} http.request.method=TRACE server.address=127.0.0.1 server.port=PORT: 1"
        )]
    );
}

#[tokio::test]
async fn a_request_that_is_dropped_is_cancelled() {
    let address = serve(Router::new().route("/waits", get(std::future::pending::<()>))).await;
    let ((), spans) = spans_in_async(async {
        let waits = client(&ClientLayer::new()).oneshot(ask(address, "/waits"));
        let soon = tokio::time::sleep(std::time::Duration::from_millis(50));
        tokio::select! {
            _ = waits => panic!("an answer"),
            () = soon => {}
        }
    })
    .await;
    let span = the(&spans, "GET");
    assert_eq!(value(span, "outcome"), "cancelled");
    assert_eq!(value(span, "error.type"), "cancelled");
    assert_eq!(span.status, Status::Unset);
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_no_failure() {
    let address = serve(backend()).await;
    let ((), spans) = spans_in_async(async {
        let response = send(client(&ClientLayer::new()), ask(address, "/users/7")).await;
        drop(response);
    })
    .await;
    let span = the(&spans, "GET");
    assert_eq!(attribute(span, "outcome"), None);
    assert_eq!(value(span, "http.response.status_code"), "200");
}

#[tokio::test]
async fn what_is_filtered_out_is_sent_as_it_is() {
    let address = serve(backend()).await;
    let layer = ClientLayer::new().filter(|head| head.uri.path() != "/headers");
    let (headers, spans) = spans_of(layer, ask(address, "/headers")).await;
    assert_eq!((&*headers, spans.len()), (" ", 0));
}

#[tokio::test]
async fn the_context_and_baggage_go_along() {
    let address = serve(backend()).await;
    let (headers, spans) = spans_in_async(hyperion::baggage::with("tenant.id", "acme", async {
        text(send(client(&ClientLayer::new()), ask(address, "/headers")).await).await
    }))
    .await;
    let span = the(&spans, "GET");
    let (trace, id) = (span.span_context.trace_id(), id(span));
    assert_eq!(headers, format!("00-{trace}-{id}-03 tenant.id=acme"));
}

#[tokio::test]
async fn the_server_of_a_bare_path_is_the_origin() {
    kept();
    let service = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
    });
    let origin = Uri::from_static("https://ada:secret@users.test");
    let layer = ClientLayer::new().origin(&origin);
    let ((), spans) = spans_in_async(async {
        let request = Request::get("/users/7").body(Body::empty());
        send(layer.layer(service), request.expect("a request")).await;
    })
    .await;
    let span = the(&spans, "GET");
    assert_eq!(value(span, "server.address"), "users.test");
    assert_eq!(value(span, "server.port"), "443");
    assert_eq!(value(span, "url.full"), "//users.test/users/7");
}

#[tokio::test]
async fn a_client_of_reqwest_keeps_what_its_responses_have() {
    let address = serve(backend()).await;
    let (url, spans) = spans_in_async(async {
        let client = ClientLayer::new().layer(reqwest::Client::new());
        let url = format!("http://ada:secret@{address}/users/7");
        let request = reqwest::Client::new().get(&url).build().expect("a request");
        let response = client.oneshot(request).await.expect("a response");
        assert_eq!(response.remote_addr(), Some(address));
        assert_eq!(response.content_length(), Some(3));
        let url = response.url().to_string();
        assert_eq!(response.text().await.expect("a body"), "Ada");
        url
    })
    .await;
    assert_eq!(url, format!("http://{address}/users/7"));
    expect![[r"
        client `GET`
          component = HttpClient
          http.request.method = GET
          http.response.status_code = 200
          network.protocol.version = 1.1
          server.address = 127.0.0.1
          server.port = PORT
          url.full = http://127.0.0.1:PORT/users/7
    "]]
    .assert_eq(&shown(the(&spans, "GET")));
}

async fn forward(State(backend): State<SocketAddr>) -> String {
    let answer = send(client(&ClientLayer::new()), ask(backend, "/inner")).await;
    text(answer).await
}

async fn tenant() -> String {
    hyperion::baggage::get("tenant.id").unwrap_or_default()
}

#[tokio::test]
async fn two_services_share_a_trace() {
    let inner = Router::new().route("/inner", get(tenant));
    let inner = serve(inner.layer(ServerLayer::new())).await;
    let outer = Router::new()
        .route("/outer", get(forward))
        .with_state(inner);
    let outer = serve(outer.layer(ServerLayer::new())).await;
    let (tenant, spans) = spans_in_async(hyperion::baggage::with("tenant.id", "acme", async {
        text(send(client(&ClientLayer::new()), ask(outer, "/outer")).await).await
    }))
    .await;
    assert_eq!(tenant, "acme");
    let trace = spans[0].span_context.trace_id();
    let spans = service::spans(trace, 5).await;
    let named = |name: &str| the(&spans, name);
    let (outer, inner) = (named("GET /outer"), named("GET /inner"));
    let client_of = |server: &SpanData| {
        let parent = spans.iter().find(|span| id(span) == server.parent_span_id);
        parent.expect("the span of the client").clone()
    };
    assert_eq!(client_of(inner).parent_span_id, id(outer));
    let root = client_of(outer).parent_span_id;
    assert_eq!(root, id(named("root")));
}

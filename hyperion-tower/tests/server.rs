//! The server layer, in axum over a socket: spans and metrics, whole.

mod service;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use expect_test::expect;
use http::{HeaderName, Request, StatusCode};
use hyperion::{Level, observe};
use hyperion_tower::{PeerAddress, ServerLayer, set_route};
use opentelemetry::trace::SpanId;
use service::support::{attribute, id, span as the};
use service::{plain, send, series, series_with, serve, shown, spans, text, traced};
use tower::{Layer, ServiceExt};

struct Users;

#[observe]
impl Users {
    fn find(id: u64) -> Option<&'static str> {
        (id == 7).then_some("Ada")
    }
}

/// Says more of its request when it becomes a response, when the handler is over.
struct Found(Option<&'static str>);

impl IntoResponse for Found {
    fn into_response(self) -> Response {
        hyperion::current().set("user.found", self.0.is_some());
        match self.0 {
            Some(name) => name.into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

async fn user(Path(id): Path<u64>) -> Found {
    Found(Users::find(id))
}

fn router() -> Router {
    Router::new()
        .route("/users/{id}", get(user))
        .route("/broken", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/orders", post(|body: String| async move { body }))
        .route("/health", any(|| async { "well" }))
        .nest(
            "/api",
            Router::new().route("/items/{item}", get(|| async { "item" })),
        )
}

fn request(address: std::net::SocketAddr, target: &str) -> http::request::Builder {
    Request::builder().uri(format!("http://{address}{target}"))
}

async fn answer(router: Router, target: &str) -> Vec<opentelemetry_sdk::trace::SpanData> {
    let address = serve(router).await;
    let (trace, request) = traced(service::get(address, target));
    text(send(plain(), request).await).await;
    spans(trace, 1).await
}

#[tokio::test]
async fn a_request_has_the_attributes_of_the_conventions() {
    let layer = ServerLayer::new()
        .body_sizes(true)
        .capture_request_headers([
            HeaderName::from_static("x-tag"),
            HeaderName::from_static("x-no"),
        ])
        .capture_response_headers([http::header::CONTENT_TYPE]);
    let address = serve(router().layer(layer)).await;
    let request = request(address, "/users/7?q=1&sig=secret")
        .header("user-agent", "test/1.0")
        .header("x-tag", "one")
        .header("x-tag", "two")
        .header("host", "users.test:8080");
    let (trace, request) = traced(request.body(Body::empty()).expect("a request"));
    let response = send(plain(), request).await;
    assert_eq!(text(response).await, "Ada");
    let spans = spans(trace, 2).await;
    let server = the(&spans, "GET /users/{id}");
    assert_eq!(server.parent_span_id, SpanId::from(0x00f0_67aa_0ba9_02b7));
    assert!(server.parent_span_is_remote);
    assert_eq!(the(&spans, "Users.find").parent_span_id, id(server));
    expect![[r#"
        server `GET /users/{id}`
          client.address = 127.0.0.1
          component = HttpServer
          http.request.body.size = 0
          http.request.header.x-tag = ["one","two"]
          http.request.method = GET
          http.response.body.size = 3
          http.response.header.content-type = ["text/plain; charset=utf-8"]
          http.response.status_code = 200
          http.route = /users/{id}
          network.peer.address = 127.0.0.1
          network.peer.port = PORT
          network.protocol.version = 1.1
          server.address = users.test
          server.port = 8080
          url.path = /users/7
          url.query = q=1&sig=REDACTED
          url.scheme = http
          user.found = true
          user_agent.original = test/1.0
    "#]]
    .assert_eq(&shown(server));
    let of_users = |name| series_with(name, "http.route=/users/{id}");
    expect![[r#"
        (
            [
                "http.request.method=GET http.response.status_code=200 http.route=/users/{id} network.protocol.version=1.1 url.scheme=http: 1",
            ],
            [
                "http.request.method=GET http.response.status_code=200 http.route=/users/{id} network.protocol.version=1.1 url.scheme=http: 1",
            ],
            [
                "http.request.method=GET http.response.status_code=200 http.route=/users/{id} network.protocol.version=1.1 url.scheme=http: 1",
            ],
        )
    "#]].assert_debug_eq(&(
        of_users("http.server.request.duration"),
        of_users("http.server.request.body.size"),
        of_users("http.server.response.body.size"),
    ));
}

#[tokio::test]
async fn statuses_of_the_server_are_errors_and_others_are_not() {
    let broken = answer(router().layer(ServerLayer::new()), "/broken").await;
    expect![[r"
        server `GET /broken`
          failed
          client.address = 127.0.0.1
          component = HttpServer
          error.type = 503
          http.request.method = GET
          http.response.status_code = 503
          http.route = /broken
          network.peer.address = 127.0.0.1
          network.peer.port = PORT
          network.protocol.version = 1.1
          server.address = 127.0.0.1
          server.port = PORT
          url.path = /broken
          url.scheme = http
    "]]
    .assert_eq(&shown(the(&broken, "GET /broken")));
    let duration = "http.server.request.duration";
    let labels = series_with(duration, "http.route=/broken");
    expect![[r#"
        [
            "error.type=503 http.request.method=GET http.response.status_code=503 http.route=/broken network.protocol.version=1.1 url.scheme=http: 1",
        ]
    "#]].assert_debug_eq(&labels);
    let missing = answer(router().layer(ServerLayer::new()), "/users/8").await;
    let missing = the(&missing, "GET /users/{id}");
    assert_eq!(attribute(missing, "error.type"), None);
    assert_eq!(missing.status, opentelemetry::trace::Status::Unset);
    assert_eq!(attribute(missing, "user.found"), Some(&false.into()));
}

#[tokio::test]
async fn a_route_is_the_whole_template_and_none_where_nothing_matched() {
    let nested = answer(router().layer(ServerLayer::new()), "/api/items/3").await;
    assert_eq!(nested[0].name, "GET /api/items/{item}");
    let lost = answer(router().layer(ServerLayer::new()), "/nowhere/at/all").await;
    assert_eq!(lost[0].name, "GET");
    assert_eq!(attribute(&lost[0], "http.route"), None);
    assert_eq!(
        attribute(&lost[0], "url.path"),
        Some(&"/nowhere/at/all".into())
    );
}

#[tokio::test]
async fn a_layer_around_the_router_learns_the_route_from_one_inside() {
    let inside = Router::new()
        .route("/around/{id}", get(user))
        .layer(ServerLayer::new());
    let around = Router::new().fallback_service(
        tower::ServiceBuilder::new()
            .layer(ServerLayer::new())
            .service(inside),
    );
    let spans = answer(around, "/around/7").await;
    let server = the(&spans, "GET /around/{id}");
    assert_eq!(spans.len(), 2, "the layer inside has no span of its own");
    assert_eq!(
        attribute(server, "http.route"),
        Some(&"/around/{id}".into())
    );
    let labels = series_with("http.server.request.duration", "http.route=/around/{id}");
    assert_eq!(labels.len(), 1);
}

#[tokio::test]
async fn other_routers_name_their_route() {
    let handler = |request: Request<Body>| async move {
        set_route(request.extensions(), "/own/:id");
        "own"
    };
    let spans = answer(
        Router::new().fallback(handler).layer(ServerLayer::new()),
        "/own/7",
    )
    .await;
    assert_eq!(spans[0].name, "GET /own/:id");
}

#[tokio::test]
async fn unknown_methods_are_other() {
    let address = serve(router().layer(ServerLayer::new())).await;
    let brew = request(address, "/health").method("BREW");
    let (trace, request) = traced(brew.body(Body::empty()).expect("a request"));
    text(send(plain(), request).await).await;
    let spans = spans(trace, 1).await;
    assert_eq!(spans[0].name, "HTTP /health");
    assert_eq!(
        attribute(&spans[0], "http.request.method"),
        Some(&"_OTHER".into())
    );
    assert_eq!(
        attribute(&spans[0], "http.request.method_original"),
        Some(&"BREW".into())
    );
    assert!(
        series("http.server.request.duration")
            .iter()
            .all(|series| !series.contains("BREW"))
    );
}

#[tokio::test]
async fn what_is_filtered_out_or_off_leaves_no_trace() {
    let layer = ServerLayer::new().filter(|head| head.uri.path() != "/health");
    let address = serve(router().layer(layer)).await;
    let (filtered, request) = traced(service::get(address, "/health"));
    assert_eq!(text(send(plain(), request).await).await, "well");
    let address = serve(router().layer(ServerLayer::new().level(Level::Trace))).await;
    let (off, request) = traced(service::get(address, "/api/items/9"));
    assert_eq!(text(send(plain(), request).await).await, "item");
    let address = serve(router().layer(ServerLayer::new())).await;
    let (on, request) = traced(service::get(address, "/api/items/9"));
    text(send(plain(), request).await).await;
    spans(on, 1).await;
    assert!(spans(filtered, 0).await.is_empty() && spans(off, 0).await.is_empty());
}

#[tokio::test]
async fn a_public_endpoint_begins_a_trace_and_is_linked_to_its_caller() {
    async fn ids() -> String {
        assert!(hyperion::baggage::entries().is_empty());
        hyperion::current().context().trace_id_hex()
    }
    let router = Router::new().route("/public", get(ids));
    let address = serve(router.layer(ServerLayer::new().public_endpoint(true))).await;
    let request = request(address, "/public").header("baggage", "tenant.id=acme");
    let (caller, request) = traced(request.body(Body::empty()).expect("a request"));
    let own = text(send(plain(), request).await).await;
    assert_ne!(own, caller.to_string());
    let own = opentelemetry::trace::TraceId::from_hex(&own).expect("an id");
    let spans = spans(own, 1).await;
    assert_eq!(spans[0].parent_span_id, SpanId::INVALID);
    assert_eq!(spans[0].links[0].span_context.trace_id(), caller);
}

#[tokio::test]
async fn forwarded_headers_are_believed_only_when_they_are_trusted() {
    let ask = async |layer: ServerLayer| {
        let address = serve(router().layer(layer)).await;
        let request = request(address, "/health")
            .header("x-forwarded-for", "203.0.113.7, 10.0.0.1")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "shop.test");
        let (trace, request) = traced(request.body(Body::empty()).expect("a request"));
        text(send(plain(), request).await).await;
        let span = spans(trace, 1).await.remove(0);
        ["client.address", "url.scheme", "server.address"].map(|key| {
            attribute(&span, key)
                .map(ToString::to_string)
                .unwrap_or_default()
        })
    };
    let trusting = ask(ServerLayer::new().trust_forwarded_headers(true)).await;
    assert_eq!(trusting, ["203.0.113.7", "https", "shop.test"]);
    assert_eq!(
        ask(ServerLayer::new()).await,
        ["127.0.0.1", "http", "127.0.0.1"]
    );
}

#[tokio::test]
async fn hostile_headers_change_nothing() {
    let address = serve(router().layer(ServerLayer::new())).await;
    for (name, value) in [
        (
            "traceparent",
            "00-00000000000000000000000000000000-0000000000000000-01",
        ),
        ("traceparent", "99-zz"),
        ("tracestate", "=,=,=,"),
        ("baggage", ";;;=%ZZ,\u{7f}"),
        ("host", "a b:99999999"),
        ("user-agent", ""),
        ("content-length", "0"),
        ("forwarded", "for=\"[:::\";;"),
        ("content-type", "application/grpc-web"),
    ] {
        let Ok(value) = http::HeaderValue::from_str(value) else {
            continue;
        };
        let request = request(address, "/health").header(name, value);
        let response = send(plain(), request.body(Body::empty()).expect("a request")).await;
        let status = response.status();
        assert_eq!(
            (status, &*text(response).await),
            (StatusCode::OK, "well"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_while_they_are_answered() {
    let active = || series_with("http.server.active_requests", "method=OPTIONS");
    let router = Router::new().route("/active", any(async move || active().join(";")));
    let address = serve(router.layer(ServerLayer::new())).await;
    let request = request(address, "/active").method("OPTIONS");
    let (trace, request) = traced(request.body(Body::empty()).expect("a request"));
    let during = text(send(plain(), request).await).await;
    assert_eq!(during, "http.request.method=OPTIONS url.scheme=http: 1");
    spans(trace, 1).await;
    assert_eq!(active(), ["http.request.method=OPTIONS url.scheme=http: 0"]);
}

#[tokio::test]
async fn metrics_can_be_left_out() {
    let layer = ServerLayer::new()
        .duration_metric(false)
        .active_requests_metric(false);
    let router = Router::new().route("/quiet", any(|| async { "" }));
    answer(router.layer(layer), "/quiet").await;
    assert!(series_with("http.server.request.duration", "/quiet").is_empty());
}

#[tokio::test]
async fn hyper_serves_the_layer_without_a_framework() {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use hyper_util::server::conn::auto::Builder;
    use hyper_util::service::TowerToHyperService;

    service::support::kept();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let (connection, peer) = listener.accept().await.expect("a connection");
        let answer = move |mut request: Request<hyper::body::Incoming>| async move {
            request.extensions_mut().insert(PeerAddress(peer));
            let layered = ServerLayer::new().layer(tower::service_fn(|_| async {
                Ok::<_, std::convert::Infallible>(Response::new(Body::from("well")))
            }));
            layered.oneshot(request).await
        };
        let service = TowerToHyperService::new(tower::service_fn(answer));
        let builder = Builder::new(TokioExecutor::new());
        let connection = TokioIo::new(connection);
        let _ = builder.serve_connection(connection, service).await;
    });
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let (trace, request) = traced(service::get(address, "/bare"));
    assert_eq!(text(send(client, request).await).await, "well");
    let span = spans(trace, 1).await.remove(0);
    expect![[r"
        server `GET`
          client.address = 127.0.0.1
          component = HttpServer
          http.request.method = GET
          http.response.status_code = 200
          network.peer.address = 127.0.0.1
          network.peer.port = PORT
          network.protocol.version = 2
          server.address = 127.0.0.1
          server.port = PORT
          url.path = /bare
          url.scheme = http
    "]]
    .assert_eq(&shown(&span));
}

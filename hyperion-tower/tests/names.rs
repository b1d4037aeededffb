//! The names of all attributes and metrics are those of the published conventions.

#[path = "../../tests/support/mod.rs"]
mod support;

use axum::body::Body;
use http::{HeaderName, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyperion::snapshot::Data;
use hyperion_tower::{ClientLayer, PeerAddress, ServerLayer, UrlTemplate};
use opentelemetry_semantic_conventions::{attribute, metric};
use std::collections::BTreeSet;
use std::convert::Infallible;
use support::shown::label_keys;
use support::{kept, names};
use tower::{Layer, Service, ServiceExt, service_fn};

/// What every span of ours has beside, which are no names for HTTP or RPC.
const OF_EVERY_SPAN: [&str; 2] = ["component", "outcome"];

/// A request with all that a layer can tell of it.
fn request(uri: &str, content: &'static str) -> Request<Body> {
    let request = Request::builder()
        .method(Method::from_bytes(b"BREW").expect("a method"))
        .uri(uri)
        .header("x-tag", "1")
        .header("host", "shop.test:8080")
        .header("user-agent", "test")
        .header("content-type", content);
    let mut request = request.body(Body::from("four")).expect("a request");
    let extensions = request.extensions_mut();
    extensions.insert(PeerAddress(([127, 0, 0, 1], 4711).into()));
    extensions.insert(UrlTemplate::new("/{id}"));
    request
}

async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    hyperion_tower::set_route(request.extensions(), "/{id}");
    let response = Response::builder()
        .status(StatusCode::BAD_GATEWAY)
        .header("x-tag", "2")
        .header("grpc-status", "12");
    Ok(response.body(Body::from("four")).expect("a response"))
}

async fn send<S, B>(service: S, request: Request<Body>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body,
{
    let Ok(response) = service.oneshot(request).await;
    let _ = response.into_body().collect().await;
}

#[tokio::test]
async fn every_name_is_one_of_the_conventions_and_every_one_is_used() {
    kept();
    let tag = || [HeaderName::from_static("x-tag")];
    let server = ServerLayer::new()
        .body_sizes(true)
        .capture_request_headers(tag())
        .capture_response_headers(tag());
    let client = ClientLayer::new().body_sizes(true);
    for content in ["text/plain", "application/grpc"] {
        let request = || request("http://shop.test:8080/7?q=1", content);
        send(server.layer(service_fn(answer)), request()).await;
        send(client.layer(service_fn(answer)), request()).await;
        drop(server.layer(service_fn(answer)).oneshot(request()));
    }

    let spans = kept().all_spans();
    let used: BTreeSet<String> = spans
        .iter()
        .flat_map(|span| span.attributes.iter())
        .map(|attribute| attribute.key.to_string())
        .filter(|key| !OF_EVERY_SPAN.contains(&key.as_str()))
        .collect();
    let known = [
        attribute::CLIENT_ADDRESS,
        attribute::ERROR_TYPE,
        attribute::HTTP_REQUEST_BODY_SIZE,
        &format!("{}.x-tag", attribute::HTTP_REQUEST_HEADER),
        attribute::HTTP_REQUEST_METHOD,
        attribute::HTTP_REQUEST_METHOD_ORIGINAL,
        attribute::HTTP_RESPONSE_BODY_SIZE,
        &format!("{}.x-tag", attribute::HTTP_RESPONSE_HEADER),
        attribute::HTTP_RESPONSE_STATUS_CODE,
        attribute::HTTP_ROUTE,
        attribute::NETWORK_PEER_ADDRESS,
        attribute::NETWORK_PEER_PORT,
        attribute::NETWORK_PROTOCOL_VERSION,
        attribute::RPC_METHOD,
        attribute::RPC_METHOD_ORIGINAL,
        &format!("{}.x-tag", attribute::RPC_REQUEST_METADATA),
        &format!("{}.x-tag", attribute::RPC_RESPONSE_METADATA),
        attribute::RPC_RESPONSE_STATUS_CODE,
        attribute::RPC_SYSTEM_NAME,
        attribute::SERVER_ADDRESS,
        attribute::SERVER_PORT,
        attribute::URL_FULL,
        attribute::URL_PATH,
        attribute::URL_QUERY,
        attribute::URL_SCHEME,
        attribute::URL_TEMPLATE,
        attribute::USER_AGENT_ORIGINAL,
    ];
    for span in &spans {
        let is_rpc = span
            .attributes
            .iter()
            .any(|attribute| attribute.key.as_str().starts_with("rpc."));
        let is_http = span
            .attributes
            .iter()
            .any(|attribute| attribute.key.as_str().starts_with("http."));
        assert!(is_rpc != is_http, "{span:?}");
    }
    let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
    assert_eq!(used, known, "of {:?}", names(&spans));

    let families = kept().snapshot().families;
    let families: Vec<_> = families
        .iter()
        .filter(|family| !family.name.starts_with("hyperion."))
        .collect();
    let found: Vec<_> = families
        .iter()
        .map(|family| (&*family.name, &*family.unit))
        .collect();
    assert_eq!(
        found,
        [
            (metric::HTTP_CLIENT_REQUEST_BODY_SIZE, "By"),
            (metric::HTTP_CLIENT_REQUEST_DURATION, "s"),
            (metric::HTTP_CLIENT_RESPONSE_BODY_SIZE, "By"),
            (metric::HTTP_SERVER_ACTIVE_REQUESTS, "{request}"),
            (metric::HTTP_SERVER_REQUEST_BODY_SIZE, "By"),
            (metric::HTTP_SERVER_REQUEST_DURATION, "s"),
            (metric::HTTP_SERVER_RESPONSE_BODY_SIZE, "By"),
            (metric::RPC_CLIENT_CALL_DURATION, "s"),
            (metric::RPC_SERVER_CALL_DURATION, "s"),
        ]
    );
    for family in families {
        assert!(!matches!(family.data, Data::Counter(_)), "{}", family.name);
        let labels = label_keys(family);
        assert!(labels.is_subset(&known), "{}: {labels:?}", family.name);
        assert!(labels.len() >= 2, "{}: {labels:?}", family.name);
    }
}

#[tokio::test]
async fn the_bounds_of_durations_are_those_of_the_conventions() {
    const BOUNDS: [f64; 14] = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
    ];
    kept();
    for content in ["text/plain", "application/grpc"] {
        let request = request("http://shop.test:8080/7", content);
        send(ServerLayer::new().layer(service_fn(answer)), request).await;
    }
    let families = kept().snapshot().families;
    for name in [
        metric::HTTP_SERVER_REQUEST_DURATION,
        metric::RPC_SERVER_CALL_DURATION,
    ] {
        let family = families.iter().find(|family| family.name == name);
        let Some(Data::Histogram(points)) = family.map(|family| &family.data) else {
            panic!("{name} is a histogram");
        };
        assert_eq!(*points[0].bounds, BOUNDS);
        let exemplar = points[0].exemplars.first().expect("an exemplar");
        assert!(exemplar.span.is_some(), "it leads to the span");
    }
}

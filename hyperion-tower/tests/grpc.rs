//! gRPC by tonic, over a socket: spans and metrics by the conventions for RPC.

mod service;

use expect_test::expect;
use futures::{StreamExt, stream};
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use hyperion::observe;
use hyperion_tower::{Client, ClientLayer, ServerLayer};
use opentelemetry::trace::{SpanKind, Status as SpanStatus};
use opentelemetry_sdk::trace::SpanData;
use service::support::{attribute, id, kept, span as the, spans_in_async, text as value};
use service::{series_with, shown};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::server::NamedService;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_prost::ProstCodec;
use tower::{Layer, Service, service_fn};

type Codec = ProstCodec<String, String>;

/// A service with two methods, `test.Echo/Say` and `test.Echo/Count`.
#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Codec::default());
            Ok(match request.uri().path() {
                "/test.Echo/Say" => grpc.unary(service_fn(say), request).await,
                "/test.Echo/Count" => grpc.server_streaming(service_fn(count), request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

#[observe]
async fn say(request: tonic::Request<String>) -> Result<tonic::Response<String>, Status> {
    if let Ok(code) = request.into_inner().parse::<i32>() {
        return Err(Status::new(Code::from_i32(code), "as you wish"));
    }
    let tenant = hyperion::baggage::get("tenant.id");
    Ok(tonic::Response::new(tenant.unwrap_or_default()))
}

type Numbers = Pin<Box<dyn futures::Stream<Item = Result<String, Status>> + Send>>;

/// Counts to 3, and then says that it is over, fails, or goes on for ever.
async fn count(request: tonic::Request<String>) -> Result<tonic::Response<Numbers>, Status> {
    let numbers = stream::iter(1..=3).map(|number| Ok(number.to_string()));
    let numbers: Numbers = match request.into_inner().as_str() {
        "fail" => Box::pin(numbers.chain(stream::iter([Err(Status::data_loss("lost"))]))),
        "forever" => Box::pin(numbers.chain(stream::pending())),
        _ => Box::pin(numbers),
    };
    Ok(tonic::Response::new(numbers))
}

async fn serve() -> SocketAddr {
    kept();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let incoming = stream::unfold(listener, async |listener| {
        let accepted = listener.accept().await;
        Some((accepted.map(|(stream, _)| stream), listener))
    });
    let server = tonic::transport::Server::builder()
        .layer(ServerLayer::new())
        .add_service(Echo);
    tokio::spawn(server.serve_with_incoming(Box::pin(incoming)));
    address
}

async fn client(address: SocketAddr) -> Grpc<Client<Channel>> {
    let origin: Uri = format!("http://{address}").parse().expect("a URI");
    let channel = Channel::builder(origin.clone()).connect_lazy();
    let mut client = Grpc::new(ClientLayer::new().origin(&origin).layer(channel));
    client.ready().await.expect("it is ready");
    client
}

fn path(method: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(method)
}

fn message(text: &str) -> tonic::Request<String> {
    tonic::Request::new(text.to_owned())
}

/// The spans of one call of `test.Echo/Say`, and its answer.
async fn say_to(text: &str, method: &'static str) -> (Result<String, Status>, Vec<SpanData>) {
    let mut client = client(serve().await).await;
    let call = client.unary(message(text), path(method), Codec::default());
    let call = hyperion::baggage::with("tenant.id", "acme", call);
    let (answer, spans) = spans_in_async(call).await;
    let trace = spans[0].span_context.trace_id();
    let spans = service::spans(trace, 3).await;
    (answer.map(tonic::Response::into_inner), spans)
}

/// The two spans of a call.
fn pair(spans: &[SpanData]) -> (&SpanData, &SpanData) {
    let of_kind = |kind| {
        let span = spans
            .iter()
            .find(|span| span.span_kind == kind && span.name != "root");
        span.expect("a span")
    };
    (of_kind(SpanKind::Client), of_kind(SpanKind::Server))
}

#[tokio::test]
async fn a_call_has_the_attributes_of_the_conventions() {
    let (answer, spans) = say_to("hello", "/test.Echo/Say").await;
    assert_eq!(answer.expect("an answer"), "acme", "baggage goes along");
    let (client, server) = pair(&spans);
    assert_eq!(server.parent_span_id, id(client));
    assert_eq!(the(&spans, "grpc.say").parent_span_id, id(server));
    expect![[r"
        server `test.Echo/Say`
          component = RpcServer
          network.peer.address = 127.0.0.1
          network.peer.port = PORT
          rpc.method = test.Echo/Say
          rpc.response.status_code = OK
          rpc.system.name = grpc
          server.address = 127.0.0.1
          server.port = PORT
    "]]
    .assert_eq(&shown(server));
    expect![[r"
        client `test.Echo/Say`
          component = RpcClient
          rpc.method = test.Echo/Say
          rpc.response.status_code = OK
          rpc.system.name = grpc
          server.address = 127.0.0.1
          server.port = PORT
    "]]
    .assert_eq(&shown(client));
    let ok = |name| series_with(name, "rpc.method=test.Echo/Say rpc.response.status_code=OK");
    expect![[r#"
        (
            [
                "rpc.method=test.Echo/Say rpc.response.status_code=OK rpc.system.name=grpc: 1",
            ],
            [
                "rpc.method=test.Echo/Say rpc.response.status_code=OK rpc.system.name=grpc server.address=127.0.0.1 server.port=PORT: 1",
            ],
        )
    "#]].assert_debug_eq(&(
        ok("rpc.server.call.duration"),
        ok("rpc.client.call.duration"),
    ));
    assert!(series_with("http.server.request.duration", "POST").is_empty());
}

#[tokio::test]
async fn codes_that_are_errors_differ_between_server_and_client() {
    for (code, name, of_server) in [
        ("5", "NOT_FOUND", false),
        ("13", "INTERNAL", true),
        ("4", "DEADLINE_EXCEEDED", true),
        ("1", "CANCELLED", false),
    ] {
        let (answer, spans) = say_to(code, "/test.Echo/Say").await;
        assert_eq!(
            answer.expect_err("an error").code() as i32,
            code.parse::<i32>().unwrap()
        );
        let (client, server) = pair(&spans);
        let failed = |span: &SpanData| matches!(span.status, SpanStatus::Error { .. });
        assert_eq!(
            (failed(server), failed(client)),
            (of_server, true),
            "{name}"
        );
        assert_eq!(
            attribute(server, "error.type").is_some(),
            of_server,
            "{name}"
        );
        assert_eq!(value(client, "error.type"), name);
        for span in [client, server] {
            assert_eq!(value(span, "rpc.response.status_code"), name);
        }
    }
}

#[tokio::test]
async fn a_method_that_no_service_has_is_other() {
    let (answer, spans) = say_to("hello", "/test.Echo/Missing").await;
    assert_eq!(answer.expect_err("an error").code(), Code::Unimplemented);
    let (client, server) = pair(&spans);
    expect![[r"
        server `grpc`
          failed
          component = RpcServer
          error.type = UNIMPLEMENTED
          network.peer.address = 127.0.0.1
          network.peer.port = PORT
          rpc.method = _OTHER
          rpc.method_original = test.Echo/Missing
          rpc.response.status_code = UNIMPLEMENTED
          rpc.system.name = grpc
          server.address = 127.0.0.1
          server.port = PORT
    "]]
    .assert_eq(&shown(server));
    assert_eq!(client.name, "test.Echo/Missing");
    let missing = series_with("rpc.server.call.duration", "Missing");
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn a_stream_ends_with_its_trailers() {
    for (text, code) in [("count", "OK"), ("fail", "DATA_LOSS")] {
        let mut client = client(serve().await).await;
        let (seen, spans) = spans_in_async(async {
            let call =
                client.server_streaming(message(text), path("/test.Echo/Count"), Codec::default());
            let stream = call.await.expect("a stream").into_inner();
            stream.filter_map(async |number| number.ok()).count().await
        })
        .await;
        assert_eq!(seen, 3);
        let spans = service::spans(spans[0].span_context.trace_id(), 3).await;
        let (client, server) = pair(&spans);
        for span in [client, server] {
            assert_eq!(value(span, "rpc.response.status_code"), code);
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_cancelled() {
    let mut client = client(serve().await).await;
    let ((), spans) = spans_in_async(async {
        let call = client.server_streaming(
            message("forever"),
            path("/test.Echo/Count"),
            Codec::default(),
        );
        let mut stream = call.await.expect("a stream").into_inner();
        stream.next().await.expect("a number").expect("no error");
    })
    .await;
    drop(client);
    let spans = service::spans(spans[0].span_context.trace_id(), 3).await;
    let (client, server) = pair(&spans);
    for span in [client, server] {
        assert_eq!(value(span, "outcome"), "cancelled");
        assert_eq!(value(span, "rpc.response.status_code"), "CANCELLED");
    }
}

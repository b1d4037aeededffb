//! Without the feature `otel` the layers for tower pass requests and responses through.

use http::{HeaderMap, Request, Response};
use http_body_util::{Full, combinators::BoxBody};
use hyperion_tower::{ClientLayer, ServerLayer};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tower_layer::Layer;
use tower_service::Service;

type Body = Full<&'static [u8]>;

/// Answers with the body of the request, and asserts that nothing was added to it.
#[derive(Clone)]
struct Untouched(HeaderMap);

impl Service<Request<Body>> for Untouched {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        assert_eq!(request.headers(), &self.0);
        assert!(request.extensions().is_empty());
        ready(Ok(Response::new(request.into_body())))
    }
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing is waited for"),
    }
}

fn assert_untouched<S, B>(layer: impl Layer<Untouched, Service = S>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Data = &'static [u8], Error = Infallible> + Send + Sync + 'static,
{
    let request = Request::get("http://shop.test/?sig=1")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        .body(Body::new(b"body"))
        .expect("a request");
    let mut service = layer.layer(Untouched(request.headers().clone()));
    let Ok(response) = now(service.call(request));
    let body = BoxBody::new(response.into_body());
    let body = now(http_body_util::BodyExt::collect(body)).expect("a body");
    assert_eq!(body.to_bytes(), b"body".as_slice());
}

#[test]
fn requests_and_responses_pass_through() {
    assert_untouched(ServerLayer::new().filter(|_| panic!("nobody asks")));
    assert_untouched(ClientLayer::new().filter(|_| panic!("nobody asks")));
}

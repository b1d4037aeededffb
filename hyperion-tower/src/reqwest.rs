//! The client layer around a client of reqwest, whose requests and responses are types of its own.

use crate::client::Client;
use crate::response::{ResponseBody, ResponseFuture};
use http::request::Parts;
use pin_project_lite::pin_project;
use reqwest::{Body, Request, Response, ResponseBuilderExt};
use std::fmt::Display;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

impl<S> Service<Request> for Client<S>
where
    S: Service<Request, Response = Response>,
    S::Error: Display,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ReqwestFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let size = request
            .body()
            .map_or(Some(0), |body| http_body::Body::size_hint(body).exact());
        // A target that is no URI is for reqwest to refuse.
        let exchange = head(&request).and_then(|mut head| {
            mem::swap(&mut head.headers, request.headers_mut());
            let exchange = self.layer.start(&mut head, size);
            mem::swap(&mut head.headers, request.headers_mut());
            exchange
        });
        ReqwestFuture {
            future: ResponseFuture::of(&mut self.service, request, exchange),
        }
    }
}

/// The head of a request, without its headers, and without its extensions, which reqwest shows to nobody.
fn head(request: &Request) -> Option<Parts> {
    let head = http::Request::builder()
        .method(request.method())
        .uri(request.url().as_str())
        .version(request.version())
        .body(())
        .ok()?;
    Some(head.into_parts().0)
}

pin_project! {
    /// The future of a response of reqwest, inside the span of its request at every poll.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ReqwestFuture<F> {
        #[pin]
        future: ResponseFuture<F>,
    }
}

impl<F, E> Future for ReqwestFuture<F>
where
    F: Future<Output = Result<Response, E>>,
    E: Display,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (result, exchange) = ready!(self.project().future.poll_inside(cx));
        let Some(exchange) = exchange else {
            return Poll::Ready(result);
        };
        Poll::Ready(result.map(|response| {
            // The URL is the one part of a response that is lost on the way to the types of `http`.
            let url = http::Response::builder().url(response.url().clone());
            let mut response: http::Response<Body> = response.into();
            if let Some(url) = url.body(()).ok().map(|marked| marked.into_parts().0) {
                response.extensions_mut().extend(url.extensions);
            }
            let response = ResponseBody::around(response, Some(exchange));
            response.map(Body::wrap).into()
        }))
    }
}

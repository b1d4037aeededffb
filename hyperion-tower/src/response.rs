//! The future and the body of a response, with the exchange that they belong to.

use crate::exchange::Exchange;
use bytes::Buf;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::fmt::Display;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

/// The rest of an exchange whose response has begun; `None` if the request is not instrumented.
type Rest = Option<Box<Exchange>>;

pin_project! {
    /// The future of a response, inside the span of its request at every poll.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` while it is dropped.
        #[pin]
        future: Option<F>,
        // `None` if the request is not instrumented, or its exchange went over to the body, or ended.
        exchange: Option<Box<Exchange>>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut exchange) = this.exchange.take() {
                // What a future does when it is dropped is about its request.
                exchange.within(|| this.future.set(None));
                exchange.abandon();
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    /// The future of what `service` answers to `request`. It is called inside the span already.
    pub(crate) fn of<S, Q>(service: &mut S, request: Q, mut exchange: Rest) -> Self
    where
        S: Service<Q, Future = F>,
    {
        let future = match &mut exchange {
            Some(exchange) => exchange.within(|| service.call(request)),
            None => service.call(request),
        };
        Self {
            future: Some(future),
            exchange,
        }
    }

    /// Polls the future inside the span, and hands its response over with what is left of the exchange.
    pub(crate) fn poll_inside<R, E>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<(Result<R, E>, Rest)>
    where
        F: Future<Output = Result<R, E>>,
        E: Display,
    {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let Some(exchange) = this.exchange else {
            return future.poll(cx).map(|result| (result, None));
        };
        let result = ready!(exchange.within(|| future.poll(cx)));
        if let Err(error) = &result {
            exchange.fail(error);
        }
        Poll::Ready((result, this.exchange.take()))
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    E: Display,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (result, exchange) = ready!(self.poll_inside(cx));
        Poll::Ready(result.map(|response| ResponseBody::around(response, exchange)))
    }
}

pin_project! {
    /// The body of a response, inside the span of its request at every poll. The span ends with it.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        // `None` while it is dropped.
        #[pin]
        body: Option<B>,
        // `None` if the request is not instrumented, or its exchange has ended.
        exchange: Option<Box<Exchange>>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut exchange) = this.exchange.take() {
                exchange.within(|| this.body.set(None));
                exchange.abandon();
            }
        }
    }
}

impl<B: Body> ResponseBody<B> {
    /// The response, with a body that ends the exchange, unless its head does.
    pub(crate) fn around(response: Response<B>, exchange: Rest) -> Response<Self> {
        let (head, body) = response.into_parts();
        let exchange = exchange.and_then(|mut exchange| {
            if exchange.answered(&head, body.size_hint().exact()) {
                return None;
            }
            if body.is_end_stream() {
                exchange.complete();
                return None;
            }
            Some(exchange)
        });
        let body = Self {
            body: Some(body),
            exchange,
        };
        Response::from_parts(head, body)
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Error: Display,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(mut body) = this.body.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let Some(exchange) = this.exchange else {
            return body.poll_frame(cx);
        };
        let frame = ready!(exchange.within(|| body.as_mut().poll_frame(cx)));
        let is_last = match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    exchange.trailers(trailers);
                }
                let bytes = frame.data_ref().map_or(0, Buf::remaining);
                let is_whole = exchange.received(bytes);
                // Nobody asks a body that is at its end for more.
                is_whole || frame.is_trailers() || body.is_end_stream()
            }
            Some(Err(error)) => {
                exchange.fail(error);
                true
            }
            None => true,
        };
        if is_last {
            exchange.complete();
            *this.exchange = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), B::size_hint)
    }
}

/// An empty body, for layers that answer in the place of a service.
impl<B: Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self {
            body: Some(B::default()),
            exchange: None,
        }
    }
}

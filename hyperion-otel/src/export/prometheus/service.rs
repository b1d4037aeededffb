//! The page for a server of the program's own.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::{Request, Response, StatusCode};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tower_service::Service;

use super::body::Body;
use super::page::{Page, plain};

/// Answers with the metrics page, wherever a program mounts it: a [`tower`](https://docs.rs/tower-service) service for
/// routers such as axum's.
///
/// It negotiates the format and compresses as the listener does, and bounds what is read and how many are answered at a
/// time. Connections and clients that read slowly are the affair of the server that it is mounted on, and so is the
/// path. The work is done on a thread of the exporter's own, so that any executor will do. Once telemetry has been shut
/// down it answers with status 503.
///
/// Clones are cheap and answer alike.
#[derive(Clone)]
pub struct MetricsService {
    runtime: Handle,
    page: Arc<Page>,
}

/// The answer of a [`MetricsService`], while it is made. Nothing more is done for one that is dropped.
#[derive(Debug)]
pub struct Answer(JoinHandle<Response<Body>>);

impl MetricsService {
    pub(super) fn new(runtime: Handle, page: Arc<Page>) -> Self {
        Self { runtime, page }
    }
}

impl<B> Service<Request<B>> for MetricsService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answer {
        let (head, _) = request.into_parts();
        let page = Arc::clone(&self.page);
        let answer = async move { page.answer(&head.method, &head.headers).await };
        Answer(self.runtime.spawn(answer))
    }
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| {
            Ok(answer.unwrap_or_else(|_| {
                plain(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "There are no metrics any more: telemetry was shut down.\n".to_owned(),
                )
            }))
        })
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for MetricsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsService")
    }
}

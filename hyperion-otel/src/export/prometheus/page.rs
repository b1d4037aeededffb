//! The page as an answer to a request, whoever serves it.

use std::sync::Arc;

use flate2::Compression;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, VARY,
};
use hyper::{HeaderMap, Method, Response, StatusCode};
use tokio::sync::Semaphore;

use super::body::Body;
use super::encode;
use super::exposition::Exposition;
use super::gate::{Gate, WorkError};
use super::limits::Limits;
use super::negotiation::{self, Negotiated};
use super::sources::Sources;
use crate::export::gzip;

/// Below this a compressed page is not worth its header.
const WORTH_COMPRESSING: usize = 1024;

/// The page, made anew for each request.
pub(super) struct Page {
    sources: Sources,
    created: bool,
    limits: Limits,
    answers: Arc<Semaphore>,
    encoding: Gate,
}

impl Page {
    pub(super) fn new(sources: Sources, created: bool, limits: Limits) -> Self {
        Self {
            sources,
            created,
            limits,
            answers: Arc::new(Semaphore::new(limits.clients)),
            encoding: Gate::default(),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) async fn answer(&self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let text = "The metrics can be read with GET or HEAD.\n".to_owned();
            let refused = plain(StatusCode::METHOD_NOT_ALLOWED, text);
            return with_header(refused, ALLOW, "GET, HEAD");
        }
        let Ok(_permit) = self.answers.try_acquire() else {
            let others = self.limits.clients;
            let text = format!("{others} others are waiting for the metrics.\n");
            let refused = plain(StatusCode::SERVICE_UNAVAILABLE, text);
            return with_header(refused, RETRY_AFTER, "1");
        };
        match self.encoded(negotiation::negotiate(headers)).await {
            Ok(response) => response,
            Err(WorkError::Panicked(message)) => plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("The metrics could not be read: {message}\n"),
            ),
            Err(WorkError::TimedOut(after)) => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("The metrics could not be read within {after:?}.\n"),
            ),
        }
    }

    async fn encoded(&self, choice: Negotiated) -> Result<Response<Body>, WorkError> {
        let exposition = self.sources.read(self.limits).await?;
        let created = self.created;
        // One page at a time: it keeps a processor busy, and those that others wait for are no hurry.
        let work = move || bytes(&exposition, choice, created);
        let (page, compressed) = self.encoding.pass(self.limits.encoding, work).await?;
        let mut response = Response::new(Body::from(page));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(choice.content_type));
        headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
        if compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    }
}

/// The bytes of the page, and true if they are compressed.
fn bytes(exposition: &Exposition, choice: Negotiated, created: bool) -> (Bytes, bool) {
    let page = encode::encode(exposition, choice.format, created);
    if choice.gzip && page.len() >= WORTH_COMPRESSING {
        // Metrics are so repetitive that more effort gains little. Writing to memory does not fail; if it did, the page
        // would go out as it is.
        if let Ok(compressed) = gzip(page.as_bytes(), Compression::fast()) {
            return (Bytes::from(compressed), true);
        }
    }
    (Bytes::from(page), false)
}

/// An answer for people.
pub(super) fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from(text)));
    *response.status_mut() = status;
    with_header(response, CONTENT_TYPE, "text/plain; charset=utf-8")
}

fn with_header(
    mut response: Response<Body>,
    name: HeaderName,
    value: &'static str,
) -> Response<Body> {
    let value = HeaderValue::from_static(value);
    response.headers_mut().insert(name, value);
    response
}

//! The HTTP server of the metrics page.

use std::convert::Infallible;
use std::net::TcpListener as StdListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry::Context;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};

use super::exposition::Assembly;
use super::naming::Prefix;
use super::reader::Reader;
use super::text;
use crate::export::panic_message;
use crate::metrics::snapshot::Snapshot;

const MAX_REQUEST_HEAD: usize = 16 * 1024;
/// How long the last answer of a connection that has grown old may take.
const LAST_ANSWER: Duration = Duration::from_secs(30);

/// What clients and callbacks may ask of the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    /// How long the head of a request may take to arrive.
    pub(super) header: Duration,
    /// How long reading the metrics may take.
    pub(super) scrape: Duration,
    /// After this a connection ends with its current answer, so that clients that stopped reading do not add up.
    pub(super) connection_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Prometheus needs one, a person with a browser a few.
            connections: 64,
            header: Duration::from_secs(10),
            // Prometheus itself gives up after ten seconds unless told otherwise.
            scrape: Duration::from_secs(9),
            connection_age: Duration::from_secs(600),
        }
    }
}

/// What is served, and where.
pub(super) struct Page {
    path: String,
    sources: Arc<Sources>,
    /// Instruments call user code when they are read; one that hangs must not cost a thread a scrape.
    scraping: Arc<Semaphore>,
    limits: Limits,
}

struct Sources {
    prefix: Prefix,
    native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    sdk: Reader,
}

impl Page {
    pub(super) fn new(
        path: String,
        prefix: Prefix,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        sdk: Reader,
        limits: Limits,
    ) -> Self {
        let sources = Arc::new(Sources {
            prefix,
            native,
            sdk,
        });
        Self {
            path,
            sources,
            scraping: Arc::new(Semaphore::new(1)),
            limits,
        }
    }

    async fn answer<B>(&self, request: Request<B>) -> Response<Full<Bytes>> {
        if request.uri().path() != self.path {
            return plain(
                StatusCode::NOT_FOUND,
                format!("Nothing is here. The metrics are at {}\n", self.path),
            );
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "The metrics can be read with GET or HEAD.\n".to_owned(),
            );
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        match timeout(self.limits.scrape, self.scrape()).await {
            Ok(Ok(page)) => {
                let mut response = Response::new(Full::new(Bytes::from(page)));
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static(text::CONTENT_TYPE));
                response
            }
            Ok(Err(reason)) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{reason}\n")),
            Err(_elapsed) => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                format!(
                    "The metrics could not be read within {:?}; the callback of an observable instrument may be \
                     blocking.\n",
                    self.limits.scrape
                ),
            ),
        }
    }

    async fn scrape(&self) -> Result<String, String> {
        let permit = Arc::clone(&self.scraping)
            .acquire_owned()
            .await
            .map_err(|_| "The listener is stopping.".to_owned())?;
        let sources = Arc::clone(&self.sources);
        let scrape = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            sources.read()
        });
        scrape
            .await
            .unwrap_or_else(|error| Err(format!("The metrics could not be read: {error}.")))
    }
}

impl Sources {
    fn read(&self) -> Result<String, String> {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        let native = catch_unwind(AssertUnwindSafe(|| (self.native)())).map_err(|payload| {
            format!(
                "The metrics could not be read: {}.",
                panic_message(&*payload)
            )
        })?;
        let mut assembly = Assembly::new(&self.prefix);
        assembly.native(&native);

        let mut metrics = ResourceMetrics::default();
        let collected = catch_unwind(AssertUnwindSafe(|| self.sdk.collect(&mut metrics)));
        match collected {
            Ok(Ok(())) => assembly.sdk(&metrics),
            Ok(Err(error)) => {
                assembly.leave_out(format!("the instruments of the OpenTelemetry API: {error}"));
            }
            Err(payload) => assembly.leave_out(format!(
                "the instruments of the OpenTelemetry API: a callback panicked: {}",
                panic_message(&*payload)
            )),
        }
        Ok(text::encode(&assembly.finish()))
    }
}

/// Serves `page` until `stop` is sent or dropped.
pub(super) fn run(runtime: Runtime, socket: StdListener, page: Page, stop: oneshot::Receiver<()>) {
    {
        let _entered = runtime.enter();
        // The socket is bound and does not block, so that the runtime has nothing to refuse but its own shutdown.
        if let Ok(socket) = TcpListener::from_std(socket) {
            runtime.spawn(accept(socket, Arc::new(page)));
        }
    }
    // An error means that the listener is gone without a word, which is a reason to stop as well.
    let _ = runtime.block_on(stop);
    // A callback that hangs must not hold up the end of the process.
    runtime.shutdown_background();
}

async fn accept(socket: TcpListener, page: Arc<Page>) {
    let connections = Arc::new(Semaphore::new(page.limits.connections));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            return;
        };
        match socket.accept().await {
            Ok((stream, _peer)) => {
                let page = Arc::clone(&page);
                tokio::spawn(async move {
                    serve(stream, page).await;
                    drop(permit);
                });
            }
            // Usually the process is out of file descriptors, which passes, but not at once.
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn serve(stream: TcpStream, page: Arc<Page>) {
    let limits = page.limits;
    let service = service_fn(move |request: Request<Incoming>| {
        let page = Arc::clone(&page);
        async move { Ok::<_, Infallible>(page.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(MAX_REQUEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's business; there is nothing to do about an error.
    if timeout(limits.connection_age, connection.as_mut())
        .await
        .is_err()
    {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(LAST_ANSWER, connection).await;
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

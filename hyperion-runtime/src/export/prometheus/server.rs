//! The HTTP server of the metrics page.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener as StdListener;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};

use super::sources::{Sources, Unread};
use super::text;

const MAX_REQUEST_HEAD: usize = 16 * 1024;
/// How long the last answer of a connection that has grown old may take.
const LAST_ANSWER: Duration = Duration::from_secs(30);

/// What clients and callbacks may ask of the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    /// How long the head of a request may take to arrive.
    pub(super) header: Duration,
    /// How long reading the native metrics may take.
    pub(super) native: Duration,
    /// How long the callbacks of observable instruments may take.
    pub(super) callbacks: Duration,
    /// After this a connection ends with its current answer, so that clients that stopped reading do not add up.
    pub(super) connection_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Prometheus needs one, a person with a browser a few.
            connections: 64,
            header: Duration::from_secs(10),
            // Prometheus itself gives up after ten seconds unless told otherwise, and wants the rest before that.
            native: Duration::from_secs(4),
            callbacks: Duration::from_secs(4),
            connection_age: Duration::from_secs(600),
        }
    }
}

/// What is served, and where.
pub(super) struct Page {
    path: String,
    sources: Sources,
    limits: Limits,
}

impl Page {
    pub(super) fn new(path: String, sources: Sources, limits: Limits) -> Self {
        Self {
            path,
            sources,
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
        match self.sources.read(self.limits).await {
            Ok(exposition) => {
                let page = text::encode(&exposition);
                let mut response = Response::new(Full::new(Bytes::from(page)));
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static(text::CONTENT_TYPE));
                response
            }
            Err(Unread::Panicked(message)) => plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("The metrics could not be read: {message}\n"),
            ),
            Err(Unread::TimedOut(after)) => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("The metrics could not be read within {after:?}.\n"),
            ),
        }
    }
}

/// Serves `page` on this thread until `stop` is sent or dropped. Whether it could begin is told to `started`.
pub(super) fn run(
    socket: StdListener,
    page: Page,
    started: &mpsc::Sender<io::Result<()>>,
    stop: oneshot::Receiver<()>,
) {
    let runtime = match begin(socket, page) {
        Ok(runtime) => runtime,
        Err(error) => {
            // An error here means that nobody waits for the answer any more.
            let _ = started.send(Err(error));
            return;
        }
    };
    let _ = started.send(Ok(()));
    // An error means that the listener is gone without a word, which is a reason to stop as well.
    let _ = runtime.block_on(stop);
    // A callback that hangs must not hold up the end of the process.
    runtime.shutdown_background();
}

fn begin(socket: StdListener, page: Page) -> io::Result<Runtime> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .thread_name("hyperion-scrape")
        .build()?;
    let entered = runtime.enter();
    socket.set_nonblocking(true)?;
    let socket = TcpListener::from_std(socket)?;
    runtime.spawn(accept(socket, Arc::new(page)));
    drop(entered);
    Ok(runtime)
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

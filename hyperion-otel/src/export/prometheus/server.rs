//! The listener of the metrics page.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener as StdListener;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use super::body::Body;
use super::page::{Page, plain};

const MAX_REQUEST_HEAD: usize = 16 * 1024;

/// The place where a page is served.
pub(super) struct Site {
    pub(super) socket: StdListener,
    pub(super) path: String,
}

/// Makes pages on this thread until `stop` is sent or dropped, and serves them where there is a site. `started` is told if
/// that could begin.
pub(super) fn run(
    site: Option<Site>,
    page: Arc<Page>,
    started: &mpsc::Sender<io::Result<Handle>>,
    stop: oneshot::Receiver<()>,
) {
    let runtime = match begin(site, page) {
        Ok(runtime) => runtime,
        Err(error) => {
            // An error here means that nobody waits for the answer any more.
            let _ = started.send(Err(error));
            return;
        }
    };
    let _ = started.send(Ok(runtime.handle().clone()));
    // An error means that the exporter is gone without a word, which is a reason to stop as well.
    let _ = runtime.block_on(stop);
    // A callback that hangs must not hold up the end of the process.
    runtime.shutdown_background();
}

fn begin(site: Option<Site>, page: Arc<Page>) -> io::Result<Runtime> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .thread_name("hyperion-scrape")
        .build()?;
    if let Some(Site { socket, path }) = site {
        let entered = runtime.enter();
        socket.set_nonblocking(true)?;
        let socket = TcpListener::from_std(socket)?;
        runtime.spawn(accept(socket, path.into(), page));
        drop(entered);
    }
    Ok(runtime)
}

async fn accept(socket: TcpListener, path: Arc<str>, page: Arc<Page>) {
    let connections = Arc::new(Semaphore::new(page.limits().clients));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            return;
        };
        match socket.accept().await {
            Ok((stream, _peer)) => {
                let (path, page) = (Arc::clone(&path), Arc::clone(&page));
                tokio::spawn(async move {
                    serve(stream, path, page).await;
                    drop(permit);
                });
            }
            // Usually the process is out of file descriptors, which passes, but not at once.
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn serve(stream: TcpStream, path: Arc<str>, page: Arc<Page>) {
    let limits = page.limits();
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.progress));
    let service = service_fn(move |request: Request<Incoming>| {
        let (path, page) = (Arc::clone(&path), Arc::clone(&page));
        async move { Ok::<_, Infallible>(answer(&request, &path, &page).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(MAX_REQUEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's business; there is nothing to do about an error.
    if timeout(limits.connection_age, connection.as_mut())
        .await
        .is_err()
    {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(limits.last_answer, connection).await;
    }
}

async fn answer(request: &Request<Incoming>, path: &str, page: &Page) -> Response<Body> {
    if request.uri().path() == path {
        page.answer(request.method(), request.headers()).await
    } else {
        plain(
            StatusCode::NOT_FOUND,
            format!("Nothing is here. The metrics are at {path}\n"),
        )
    }
}

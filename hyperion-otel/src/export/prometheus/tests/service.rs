//! The page for a server of the program's own, without one.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io::Read as _;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use hyper::{Request, Response};
use tower_service::Service;

use super::{counter, gauge, snapshot};
use crate::bridge;
use crate::config::Metrics;
use crate::export::prometheus::body::Body;
use crate::export::prometheus::limits::Limits;
use crate::export::prometheus::{Exporter, MetricsService};
use hyperion_runtime::metrics::snapshot::Snapshot;

fn exporter(source: impl Fn() -> Snapshot + Send + Sync + 'static, limits: Limits) -> Exporter {
    let config = Metrics {
        listen: false,
        // Nobody may listen there, and nobody does.
        port: 1,
        ..Metrics::default()
    };
    let (exporter, _reader) = Exporter::start_within(
        &config,
        Arc::new(source),
        bridge::Sources::default(),
        limits,
    )
    .unwrap();
    exporter
}

fn many() -> Snapshot {
    snapshot(
        vec![counter("a", 1), gauge("long", "", 1.0)]
            .into_iter()
            .map(|mut family| {
                family.description = "Long enough. ".repeat(100).into();
                family
            })
            .collect(),
    )
}

/// Runs without Tokio, on purpose.
fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let (wake, woken) = mpsc::channel();
    let waker = std::task::Waker::from(Arc::new(Thread(wake)));
    loop {
        let polled = future
            .as_mut()
            .poll(&mut std::task::Context::from_waker(&waker));
        match polled {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => woken.recv_timeout(Duration::from_secs(20)).unwrap(),
        }
    }
}

struct Thread(mpsc::Sender<()>);

impl std::task::Wake for Thread {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}

fn ask(service: &mut MetricsService, request: Request<()>) -> Response<Body> {
    let Ok(response) = wait(async {
        let Ok(()): Result<(), Infallible> =
            poll_fn(|context| Service::<Request<()>>::poll_ready(service, context)).await;
        service.call(request).await
    });
    response
}

fn request(accept: &str, encoding: &str) -> Request<()> {
    Request::builder()
        .uri("/wherever")
        .header("accept", accept)
        .header("accept-encoding", encoding)
        .body(())
        .unwrap()
}

fn bytes(response: Response<Body>) -> Vec<u8> {
    let Ok(body) = wait(response.into_body().collect());
    body.to_bytes().to_vec()
}

#[test]
fn a_service_negotiates_and_compresses() {
    let exporter = exporter(many, Limits::default());
    assert_eq!(exporter.local_addr(), None);
    let mut service = exporter.service();
    let plain = ask(&mut service, request("*/*", ""));
    assert_eq!(
        plain.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(plain.headers()["vary"], "Accept, Accept-Encoding");
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain = String::from_utf8(bytes(plain)).unwrap();
    assert!(plain.contains("\n# TYPE a_total counter\n"), "{plain}");

    let open = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8";
    let open = ask(&mut service.clone(), request(open, "gzip"));
    assert_eq!(
        open.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    );
    assert_eq!(open.headers()["content-encoding"], "gzip");
    let compressed = bytes(open);
    let mut page = String::new();
    GzDecoder::new(compressed.as_slice())
        .read_to_string(&mut page)
        .unwrap();
    assert!(page.ends_with("\n# EOF\n"), "{page}");
    assert!(
        compressed.len() < page.len() / 2,
        "{} of {}",
        compressed.len(),
        page.len()
    );
}

#[test]
fn a_small_page_is_not_compressed() {
    let exporter = exporter(|| snapshot(vec![counter("a", 1)]), Limits::default());
    let response = ask(&mut exporter.service(), request("*/*", "gzip"));
    assert!(!response.headers().contains_key("content-encoding"));
}

#[test]
fn a_service_refuses_other_methods() {
    let exporter = exporter(many, Limits::default());
    let request = Request::post("/metrics").body(()).unwrap();
    let response = ask(&mut exporter.service(), request);
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
}

/// An exporter for one client that tells when it reads its source, which hangs until the other end is sent to or dropped.
fn hanging() -> (Exporter, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let limits = Limits {
        clients: 1,
        native: Duration::from_secs(20),
        ..Limits::default()
    };
    let (release, hang) = mpsc::channel::<()>();
    let hang = std::sync::Mutex::new(hang);
    let (reading, begun) = mpsc::channel();
    let source = move || {
        let _ = reading.send(());
        let _ = hang.lock().unwrap().recv();
        snapshot(Vec::new())
    };
    (exporter(source, limits), begun, release)
}

#[test]
fn more_than_can_wait_are_sent_away() {
    let (exporter, begun, release) = hanging();
    let mut service = exporter.service();
    let first = service.call(request("*/*", ""));
    begun.recv_timeout(Duration::from_secs(20)).unwrap();
    let second = ask(&mut service, request("*/*", ""));
    assert_eq!(second.status(), 503);
    assert_eq!(second.headers()["retry-after"], "1");
    assert_eq!(bytes(second), b"1 others are waiting for the metrics.\n");
    release.send(()).unwrap();
    let Ok(first) = wait(first);
    assert_eq!(first.status(), 200);
}

#[test]
fn a_request_that_is_given_up_makes_room() {
    let (exporter, begun, release) = hanging();
    let mut service = exporter.service();
    let first = service.call(request("*/*", ""));
    begun.recv_timeout(Duration::from_secs(20)).unwrap();
    drop(first);
    // It ends without a hurry, on another thread.
    drop(release);
    let started = std::time::Instant::now();
    while ask(&mut service, request("*/*", "")).status() != 200 {
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_service_outlives_its_exporter_with_a_word_about_it() {
    let exporter = exporter(many, Limits::default());
    let mut service = exporter.service();
    drop(exporter);
    let response = ask(&mut service, request("*/*", ""));
    assert_eq!(response.status(), 503);
    assert_eq!(
        bytes(response),
        b"There are no metrics any more: telemetry was shut down.\n"
    );
}

//! The metrics page on a router of the program's own, here one of axum.

use axum::Router;
use axum::routing::get;
use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::{Telemetry, observe};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[observe(component = "Mounted")]
fn call() {}

fn install(exporter: MetricExporter) -> Telemetry {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.logs.enabled = false;
    config.metrics.exporter = exporter;
    config.metrics.listen = false;
    hyperion::builder()
        .config(config)
        .install()
        .expect("telemetry is installed")
}

/// The head of an answer, in lower case, and its body.
async fn ask(router: &Router, path: &str, headers: &str) -> (String, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its port");
    let server = tokio::spawn(axum::serve(listener, router.clone()).into_future());
    let mut stream = TcpStream::connect(address).await.expect("somebody listens");
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    server.abort();
    let end = answer.windows(4).position(|end| end == b"\r\n\r\n");
    let body = answer.split_off(end.expect("a head") + 4);
    (String::from_utf8_lossy(&answer).to_lowercase(), body)
}

#[tokio::test]
async fn a_router_serves_the_page() {
    let sent = install(MetricExporter::None);
    assert!(sent.metrics_service().is_none(), "nobody is to fetch them");
    drop(sent);

    let telemetry = install(MetricExporter::Prometheus);
    assert_eq!(telemetry.metrics_addr(), None);
    let metrics = telemetry
        .metrics_service()
        .expect("Prometheus fetches them");
    let router = Router::new()
        .route("/", get(|| async { "a program" }))
        .route_service("/status/metrics", metrics);
    call();

    let (head, body) = ask(&router, "/", "").await;
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert_eq!(body, b"a program");
    let (head, body) = ask(&router, "/status/metrics", "").await;
    assert!(
        head.contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{head}"
    );
    let page = String::from_utf8(body).expect("text");
    assert!(
        page.contains("component=\"Mounted\",method=\"call\""),
        "{page}"
    );
    let accept = "accept: application/openmetrics-text;version=1.0.0\r\n";
    let (head, body) = ask(&router, "/status/metrics", accept).await;
    assert!(
        head.contains(
            "\r\ncontent-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
        ),
        "{head}"
    );
    assert!(body.ends_with(b"\n# EOF\n"));
    let (head, body) = ask(&router, "/status/metrics", "accept-encoding: gzip\r\n").await;
    assert!(head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
    assert!(body.starts_with(&[0x1f, 0x8b]));

    // What is mounted outlives the telemetry.
    telemetry.shutdown(Duration::from_secs(5));
    let (head, _) = ask(&router, "/status/metrics", "").await;
    assert!(head.starts_with("http/1.1 503 "), "{head}");
}

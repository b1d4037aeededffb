//! Metrics of `prometheus`, `prometheus-client` and `metrics` stand on the page beside ours, also beside one that hangs.

use hyperion::bridge::MetricsRecorder;
use hyperion::config::{Config, MetricExporter};
use hyperion::observe;
use opentelemetry_sdk::trace::InMemorySpanExporter;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[observe(component = "Bridged", name = "work")]
fn work() {
    metrics::histogram!("step_seconds", "step" => "read").record(0.25);
    metrics::counter!("steps_total").increment(2);
}

fn open_metrics(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\
                   Accept: application/openmetrics-text;version=1.0.0\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is text");
    answer
}

#[test]
fn metrics_of_others_are_beside_ours() {
    let requests = prometheus::IntCounter::new("requests_total", "Requests.").unwrap();
    prometheus::register(Box::new(requests.clone())).unwrap();

    let orders = Counter::<u64>::default();
    let registry = Arc::new(Mutex::new(Registry::default()));
    registry
        .lock()
        .unwrap()
        .register("orders", "Orders", orders.clone());

    let recorder = MetricsRecorder::default();
    metrics::set_global_recorder(recorder.clone()).expect("there is no other");

    let (go_on, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let hangs = move || {
        let _ = wait.lock().unwrap().recv();
        Vec::new()
    };

    let mut config = Config::default();
    config.logs.enabled = false;
    config.metrics.exporter = MetricExporter::Prometheus;
    config.metrics.port = 0;
    config.metrics.namespace = Some("shop".into());
    let telemetry = hyperion::builder()
        .config(config)
        .span_exporter(InMemorySpanExporter::default())
        .metric_source(hangs)
        .metric_source(prometheus::default_registry().clone())
        .metric_source(registry)
        .metric_source(recorder)
        .install()
        .unwrap();
    requests.inc_by(3);
    orders.inc_by(5);
    work();

    let page = open_metrics(telemetry.metrics_addr().expect("it listens"));
    let line = |start: &str| {
        let found = page.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {page}"))
    };
    assert_eq!(line("requests_total "), "requests_total 3.0");
    assert_eq!(line("orders_total "), "orders_total 5.0");
    let steps = line("steps_total ");
    assert!(steps.starts_with("steps_total 2 # {trace_id=\""), "{steps}");
    let step = line("step_seconds_bucket{step=\"read\",le=\"0.25\"} ");
    assert!(step.contains("1 # {trace_id=\""), "{step}");
    assert!(line("shop_hyperion_call_duration_seconds_count").contains("method=\"work\""));
    assert!(line("shop_hyperion_metrics_left_out").ends_with(" 1"));
    assert!(page.ends_with("# EOF\n"));

    drop(go_on);
    let page = open_metrics(telemetry.metrics_addr().expect("it listens"));
    assert!(!page.contains("left_out"), "{page}");
    assert!(telemetry.shutdown(Duration::from_secs(5)).is_complete());
}

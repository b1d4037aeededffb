//! One scrape holds the metrics of observed calls, of declared instruments and of other libraries.

use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::{Counter, Histogram, Metrics, observe};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Metrics)]
#[metrics(prefix = "shop")]
struct ShopMetrics {
    /// Orders taken.
    #[counter(unit = "{order}")]
    orders: Counter,
    /// Size of an order.
    #[histogram(name = "order.size", unit = "By", buckets = [10.0, 100.0])]
    sizes: Histogram,
}

static METRICS: ShopMetrics = ShopMetrics::new();

#[observe(component = "Scraped")]
fn call(succeeds: bool) -> Result<(), String> {
    if succeeds { Ok(()) } else { Err("no".into()) }
}

fn get(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the answer is text");
    answer
}

#[test]
fn a_scrape_holds_everything() {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.logs.enabled = false;
    config.metrics.exporter = MetricExporter::Prometheus;
    config.metrics.port = 0;
    config.metrics.namespace = Some("test".into());
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("scraped")
        .install()
        .unwrap();
    let address = telemetry.metrics_addr().expect("it listens");
    for n in 0..10u8 {
        let _ = call(n != 0);
        METRICS.orders.add(2);
        METRICS.sizes.record(f64::from(n) * 20.0);
    }
    opentelemetry::global::meter("their library")
        .u64_counter("their.counter")
        .build()
        .add(5, &[]);

    let answer = get(address);
    let (head, page) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.to_lowercase()
            .contains("content-type: text/plain; version=0.0.4"),
        "{head}"
    );
    let value = |name: &str, labels: &[&str]| {
        let line = page.lines().find(|line| {
            let series = line.split(' ').next().unwrap_or_default();
            let is_named = series == name || series.starts_with(&format!("{name}{{"));
            is_named && labels.iter().all(|label| line.contains(label))
        });
        line.and_then(|line| line.rsplit(' ').next())
            .unwrap_or_else(|| panic!("no {name} {labels:?} in\n{page}"))
    };
    let duration = "test_hyperion_call_duration_seconds_count";
    assert_eq!(
        value(
            duration,
            &["component=\"Scraped\"", "method=\"call\"", "outcome=\"ok\""]
        ),
        "9"
    );
    assert_eq!(
        value(
            duration,
            &["outcome=\"error\"", "error_type=\"alloc::string::String\""]
        ),
        "1"
    );
    assert_eq!(value("test_shop_orders_total", &[]), "20");
    assert_eq!(
        value("test_shop_order_size_bytes_bucket", &["le=\"100\""]),
        "6"
    );
    assert_eq!(
        value("test_shop_order_size_bytes_bucket", &["le=\"+Inf\""]),
        "10"
    );
    assert_eq!(value("test_shop_order_size_bytes_sum", &[]), "900");
    assert_eq!(
        value(
            "their_counter_total",
            &["otel_scope_name=\"their library\""]
        ),
        "5"
    );
    assert_eq!(
        value(
            "test_hyperion_spans_dropped_total",
            &["reason=\"queue_full\""]
        ),
        "0"
    );
    assert!(page.contains("service_name=\"scraped\""), "{page}");
    assert!(telemetry.shutdown(Duration::from_secs(30)).is_complete());
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

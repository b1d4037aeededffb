//! The metrics page beside a program's own routes, with axum and no second port:
//! `cargo run --example axum_metrics`, then <http://127.0.0.1:8080/metrics>.

use axum::Router;
use axum::routing::get;
use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::observe;
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpListener;

#[observe(component = "Greeter")]
async fn greet() -> &'static str {
    "Hello. The metrics are at /metrics\n"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Or in hyperion.yaml: `metrics: { exporter: prometheus, listen: false }`.
    let mut config = Config::load()?;
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::Prometheus;
    config.metrics.listen = false;
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("greeter")
        .install()?;

    let mut app = Router::new().route("/", get(greet));
    if let Some(metrics) = telemetry.metrics_service() {
        app = app.route_service("/metrics", metrics);
    }
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let stop = async {
        // Without a way to hear of Ctrl-C there is none to end but the hard one.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, app)
        .with_graceful_shutdown(stop)
        .await?;
    println!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}

//! The server around the service, the same for every variant.

use std::env;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;
use tracing_subscriber::filter::LevelFilter;

use crate::application::Application;
use crate::report::{Report, USAGE, Usage};

/// The number of threads that take requests: so many on every machine.
const WORKERS: usize = 2;

/// A way to observe the service.
pub trait Variant {
    /// The telemetry while it runs.
    type Telemetry;

    /// Starts the telemetry, which goes to the collector at this address, and the log.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    fn install(collector: &str) -> Result<Self::Telemetry>;

    /// The one route, with the observed calls behind it.
    fn routes() -> Router<Arc<Application>>;

    /// Delivers what is left, and returns the number of spans that were lost if it is counted.
    ///
    /// # Errors
    ///
    /// When something cannot be delivered.
    fn shutdown(telemetry: Self::Telemetry) -> Result<Option<u64>>;
}

/// Serves until standard input ends. The first argument is the address of the collector, for OTLP over gRPC.
///
/// # Errors
///
/// When the argument is missing, or something cannot be started or delivered.
pub fn serve<V: Variant>() -> Result<()> {
    let collector = env::args()
        .nth(1)
        .context("expected the address of a collector, such as http://127.0.0.1:4317")?;
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    // Exporters take the runtime that they are made in.
    let _inside = runtime.enter();
    let telemetry = V::install(&collector)?;
    runtime.block_on(answer(V::routes()))?;
    let lost = V::shutdown(telemetry)?;
    tell(&Report::Ended { lost })
}

/// Writes log lines as JSON to standard output: the layer that libraries without one of their own are used with.
pub fn log_layer<S>() -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    tracing_subscriber::fmt::layer()
        .json()
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(io::stdout)
}

/// Installs the [log layer](log_layer) and no other.
///
/// # Errors
///
/// When there is a subscriber already.
pub fn install_log() -> Result<()> {
    use tracing_subscriber::layer::SubscriberExt;
    let subscriber = tracing_subscriber::registry()
        .with(LOG_LEVEL)
        .with(log_layer());
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

/// The most detailed lines and spans there are.
pub const LOG_LEVEL: LevelFilter = LevelFilter::INFO;

async fn answer(routes: Router<Arc<Application>>) -> Result<()> {
    let application = Arc::new(Application::open().await?);
    let service = routes.with_state(application).route(USAGE, get(usage));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    tell(&Report::Listening(listener.local_addr()?))?;
    let (end, ended) = oneshot::channel();
    std::thread::spawn(move || {
        // Its end is the sign, and so is an error.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = end.send(());
    });
    axum::serve(listener, service)
        .with_graceful_shutdown(async { ended.await.unwrap_or(()) })
        .await
        .map_err(|error| anyhow!("the server failed: {error}"))
}

async fn usage() -> Result<Json<Usage>, (StatusCode, String)> {
    let unknown = |error: anyhow::Error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}"));
    Usage::read().map(Json).map_err(unknown)
}

fn tell(report: &Report) -> Result<()> {
    eprintln!("{}", serde_json::to_string(report)?);
    Ok(())
}

//! The OpenTelemetry SDK with OTLP over gRPC, for the variants that deliver by it. Everything is at its default but what
//! is named here, for hyperion too.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::Result;
use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::application::ROUTE;

/// The name of the service.
pub const SERVICE: &str = "users";

/// The time from one export of metrics to the next: short, so that there are some in a round.
pub const METRICS_INTERVAL: Duration = Duration::from_secs(5);

/// The bounds that the semantic conventions advise, in seconds. hyperion has them by itself.
const BOUNDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    global::meter(SERVICE)
        .f64_histogram("http.server.request.duration")
        .with_unit("s")
        .with_boundaries(BOUNDS.to_vec())
        .build()
});

/// Makes an exporter of spans.
///
/// # Errors
///
/// When the address is none.
pub fn span_exporter(collector: &str) -> Result<SpanExporter> {
    Ok(SpanExporter::builder()
        .with_tonic()
        .with_endpoint(collector)
        .build()?)
}

/// Makes a provider of tracers, which exports in batches.
///
/// # Errors
///
/// When the address is none.
pub fn tracer_provider(collector: &str) -> Result<SdkTracerProvider> {
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(span_exporter(collector)?)
        .with_resource(resource())
        .build())
}

/// Installs a provider of meters, which [`record_duration`] takes its histogram from.
///
/// # Errors
///
/// When the address is none.
pub fn install_meter_provider(collector: &str) -> Result<SdkMeterProvider> {
    let exporter = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(collector)
        .build()?;
    let reader = PeriodicReader::builder(exporter)
        .with_interval(METRICS_INTERVAL)
        .build();
    let provider = SdkMeterProvider::builder()
        .with_reader(reader)
        .with_resource(resource())
        .build();
    global::set_meter_provider(provider.clone());
    Ok(provider)
}

/// The producer of the telemetry.
pub fn resource() -> Resource {
    Resource::builder().with_service_name(SERVICE).build()
}

/// Records the duration of a request that began at this time and went well.
pub fn record_duration(start: Instant) {
    let attributes = [
        KeyValue::new("http.request.method", "GET"),
        KeyValue::new("http.route", ROUTE),
        KeyValue::new("http.response.status_code", 200),
    ];
    DURATION.record(start.elapsed().as_secs_f64(), &attributes);
}

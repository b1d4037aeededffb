//! The sinks that a configuration asks for, as far as this build has them.

#[cfg_attr(not(feature = "console"), path = "console_missing.rs")]
mod console;
#[cfg_attr(not(feature = "logs"), path = "logs_missing.rs")]
pub(super) mod logs;
#[cfg_attr(not(feature = "otlp"), path = "otlp_missing.rs")]
mod otlp;
#[cfg_attr(not(feature = "prometheus"), path = "prometheus_missing.rs")]
pub(super) mod prometheus;

use super::Error;
use crate::config::{MetricExporter, Metrics, TraceExporter, Tracing};
use crate::export::{MetricSink, SpanSink};
use opentelemetry_sdk::Resource;

/// Where spans go, or `None` if they go nowhere.
pub(super) fn spans(
    config: &Tracing,
    resource: &Resource,
) -> Result<Option<Box<dyn SpanSink>>, Error> {
    match config.exporter {
        TraceExporter::Otlp | TraceExporter::Jaeger => otlp::spans(config, resource).map(Some),
        TraceExporter::Console => console::spans().map(Some),
        TraceExporter::None => Ok(None),
    }
}

/// Where metrics are sent, or `None` if they are not sent but fetched, or go nowhere.
pub(super) fn metrics(
    config: &Metrics,
    resource: &Resource,
) -> Result<Option<Box<dyn MetricSink>>, Error> {
    match config.exporter {
        MetricExporter::Otlp => otlp::metrics(config, resource).map(Some),
        MetricExporter::Console => console::metrics().map(Some),
        MetricExporter::Prometheus | MetricExporter::None => Ok(None),
    }
}

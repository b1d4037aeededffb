//! The sinks that a configuration asks for, as far as this build has them.

#[cfg_attr(not(feature = "console"), path = "console_missing.rs")]
mod console;
#[cfg_attr(not(feature = "logs"), path = "logs_missing.rs")]
pub(super) mod logs;
#[cfg_attr(not(feature = "prometheus"), path = "prometheus_missing.rs")]
pub(super) mod prometheus;

use super::Error;
#[cfg(not(feature = "otlp-grpc"))]
use crate::config::Protocol;
use crate::config::{MetricExporter, Metrics, TraceExporter, Tracing};
#[cfg(feature = "otlp")]
use crate::export::otlp;
use crate::export::{MetricSink, SpanSink};
use opentelemetry_sdk::Resource;

/// The sink of spans, or `None` if they go nowhere.
#[cfg_attr(
    not(feature = "otlp"),
    expect(unused_variables, reason = "only OTLP sends the resource")
)]
pub(super) fn spans(
    config: &Tracing,
    resource: &Resource,
) -> Result<Option<Box<dyn SpanSink>>, Error> {
    match config.exporter {
        #[cfg(not(feature = "otlp-grpc"))]
        TraceExporter::Otlp | TraceExporter::Jaeger if config.otlp.protocol == Protocol::Grpc => {
            Err(Error::MissingFeature {
                feature: "otlp-grpc",
                wanted_by: "tracing.protocol: grpc",
            })
        }
        #[cfg(feature = "otlp")]
        TraceExporter::Otlp | TraceExporter::Jaeger => Ok(Some(otlp::span_sink(config, resource)?)),
        #[cfg(not(feature = "otlp"))]
        TraceExporter::Otlp | TraceExporter::Jaeger => Err(Error::MissingFeature {
            feature: "otlp",
            wanted_by: "tracing.exporter: otlp",
        }),
        TraceExporter::Console => console::spans().map(Some),
        TraceExporter::None => Ok(None),
    }
}

/// The sink of metrics, or `None` if they are not sent but fetched, or go nowhere.
#[cfg_attr(
    not(feature = "otlp"),
    expect(unused_variables, reason = "only OTLP sends the resource")
)]
pub(super) fn metrics(
    config: &Metrics,
    resource: &Resource,
) -> Result<Option<Box<dyn MetricSink>>, Error> {
    match config.exporter {
        #[cfg(not(feature = "otlp-grpc"))]
        MetricExporter::Otlp if config.otlp.protocol == Protocol::Grpc => {
            Err(Error::MissingFeature {
                feature: "otlp-grpc",
                wanted_by: "metrics.protocol: grpc",
            })
        }
        #[cfg(feature = "otlp")]
        MetricExporter::Otlp => Ok(Some(otlp::metric_sink(config, resource)?)),
        #[cfg(not(feature = "otlp"))]
        MetricExporter::Otlp => Err(Error::MissingFeature {
            feature: "otlp",
            wanted_by: "metrics.exporter: otlp",
        }),
        MetricExporter::Console => console::metrics().map(Some),
        MetricExporter::Prometheus | MetricExporter::None => Ok(None),
    }
}

//! The sinks that a configuration asks for, as far as this build has them.

use super::Error;
#[cfg(all(feature = "otlp", not(feature = "otlp-grpc")))]
use crate::config::Protocol;
use crate::config::{ExceptionSignal, Logs, MetricExporter, Metrics, TraceExporter, Tracing};
#[cfg(feature = "console")]
use crate::export::console;
#[cfg(feature = "otlp")]
use crate::export::otlp;
use crate::export::{MetricSink, SpanSink};
use opentelemetry_sdk::Resource;
#[cfg(feature = "logs")]
use {super::lost, crate::logs, hyperion_runtime::backend::diagnostics};

/// Says that this build writes log lines.
const WRITES_LOGS: bool = cfg!(feature = "logs");

/// Makes the sink of spans; `None` if they go nowhere.
#[cfg_attr(
    not(feature = "otlp"),
    expect(unused_variables, reason = "only OTLP sends the resource")
)]
pub(super) fn spans(
    config: &Tracing,
    resource: &Resource,
) -> Result<Option<Box<dyn SpanSink>>, Error> {
    match config.exporter {
        #[cfg(not(feature = "otlp"))]
        TraceExporter::Otlp | TraceExporter::Jaeger => {
            Err(missing("otlp", "tracing.exporter: otlp"))
        }
        #[cfg(all(feature = "otlp", not(feature = "otlp-grpc")))]
        TraceExporter::Otlp | TraceExporter::Jaeger if config.otlp.protocol == Protocol::Grpc => {
            Err(missing("otlp-grpc", "tracing.protocol: grpc"))
        }
        #[cfg(feature = "otlp")]
        TraceExporter::Otlp | TraceExporter::Jaeger => Ok(Some(otlp::span_sink(config, resource)?)),
        #[cfg(feature = "console")]
        TraceExporter::Console => Ok(Some(Box::new(console::span_sink()))),
        #[cfg(not(feature = "console"))]
        TraceExporter::Console => Err(missing("console", "tracing.exporter: console")),
        TraceExporter::None => Ok(None),
    }
}

/// Makes the sink of metrics; `None` if they are not sent but fetched, or go nowhere.
#[cfg_attr(
    not(feature = "otlp"),
    expect(unused_variables, reason = "only OTLP sends the resource")
)]
pub(super) fn metrics(
    config: &Metrics,
    resource: &Resource,
) -> Result<Option<Box<dyn MetricSink>>, Error> {
    match config.exporter {
        #[cfg(not(feature = "otlp"))]
        MetricExporter::Otlp => Err(missing("otlp", "metrics.exporter: otlp")),
        #[cfg(all(feature = "otlp", not(feature = "otlp-grpc")))]
        MetricExporter::Otlp if config.otlp.protocol == Protocol::Grpc => {
            Err(missing("otlp-grpc", "metrics.protocol: grpc"))
        }
        #[cfg(feature = "otlp")]
        MetricExporter::Otlp => Ok(Some(otlp::metric_sink(config, resource)?)),
        #[cfg(feature = "console")]
        MetricExporter::Console => Ok(Some(Box::new(console::metric_sink()))),
        #[cfg(not(feature = "console"))]
        MetricExporter::Console => Err(missing("console", "metrics.exporter: console")),
        MetricExporter::Prometheus | MetricExporter::None => Ok(None),
    }
}

/// Refuses exceptions that are to go to logs where there are none.
pub(super) fn take_exceptions(signal: ExceptionSignal) -> Result<(), Error> {
    match signal {
        ExceptionSignal::Logs if !WRITES_LOGS => Err(missing("logs", "tracing.exceptions: logs")),
        ExceptionSignal::Both if !WRITES_LOGS => Err(missing("logs", "tracing.exceptions: both")),
        _ => Ok(()),
    }
}

/// Writes log lines, unless the program has its own subscriber.
#[cfg(feature = "logs")]
pub(super) fn write_logs(config: &Logs) {
    if !config.enabled {
        return;
    }
    match logs::install(config) {
        Ok(installed) => {
            for warning in installed.warnings() {
                diagnostics::warn(format_args!("{warning}"));
            }
            lost::count_lost_lines(move || installed.lost_lines());
        }
        Err(taken) => diagnostics::warn_once("logs.installed", format_args!("{taken}")),
    }
}

/// Leaves logging to the program: this build has none.
#[cfg(not(feature = "logs"))]
pub(super) fn write_logs(_config: &Logs) {}

/// Says that `feature` has to be enabled for a setting.
pub(super) fn missing(feature: &'static str, wanted_by: &'static str) -> Error {
    Error::MissingFeature { feature, wanted_by }
}

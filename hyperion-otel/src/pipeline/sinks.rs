//! The sinks that a configuration asks for, as far as this build has them.

use super::Error;
#[cfg(all(feature = "otlp", not(feature = "otlp-grpc")))]
use crate::config::Protocol;
use crate::config::{
    ExceptionSignal, Logs, MetricExporter, Metrics, SpanSource, TraceExporter, Tracing,
};
#[cfg(feature = "console")]
use crate::export::console;
#[cfg(feature = "otlp")]
use crate::export::otlp;
use crate::export::{MetricSink, SpanSink};
use opentelemetry_sdk::Resource;
#[cfg(feature = "logs")]
use {
    super::announcement,
    crate::logs,
    hyperion_runtime::{backend::diagnostics, level::LevelFilter},
};

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

/// Refuses spans of `tracing` where nothing listens to it.
pub(super) fn take_span_source(spans: SpanSource) -> Result<(), Error> {
    match spans {
        SpanSource::All if !WRITES_LOGS => Err(missing("logs", "tracing.spans: all")),
        _ => Ok(()),
    }
}

/// Writes log lines, and takes spans of `tracing`, as far as they are wanted and the program has no subscriber of its own.
/// Returns how log lines go.
#[cfg(feature = "logs")]
pub(super) fn subscribe(logs: &Logs, tracing: &Tracing) -> String {
    let wanted = (logs.enabled && !logs.exporters.is_empty()).then_some(logs);
    let wants_spans = tracing.enabled && tracing.spans == SpanSource::All;
    let spans = wants_spans.then(|| tracing_level(tracing.level));
    if wanted.is_none() && spans.is_none() {
        warn_of_unwritten_exceptions(tracing);
        return way_of_logs(logs);
    }
    // The layers that the program has added to a subscriber of its own, before ours are made.
    let (writes_lines, takes_spans) = (logs::all_lines().is_some(), logs::SpanLayer::is_used());
    let takes_records = logs::takes_records();
    match logs::subscribe(wanted, spans) {
        Ok(installed) => {
            for warning in installed.warnings() {
                diagnostics::warn(format_args!("{warning}"));
            }
            way_of_logs(logs)
        }
        Err(taken) => {
            if logs.writes_lines() && !writes_lines {
                diagnostics::warn_once("logs.installed", format_args!("{taken}"));
            }
            if logs.sends_otlp() && !takes_records {
                diagnostics::warn_once(
                    "logs.records",
                    format_args!(
                        "`logs.exporter: otlp` does nothing beside the `tracing` subscriber that the program has already; \
                         add `.with(hyperion::logs::records())` to that one"
                    ),
                );
            }
            if wants_spans && !takes_spans {
                diagnostics::warn_once(
                    "logs.spans",
                    format_args!(
                        "`tracing.spans: all` does nothing beside the `tracing` subscriber that the program has already; \
                         add `.with(hyperion::logs::spans())` to that one"
                    ),
                );
            }
            let way = if writes_lines {
                "logs"
            } else {
                "logs without ids"
            };
            let records = (logs.sends_otlp() && takes_records).then(|| announcement::records(logs));
            let records = records
                .map(|to| format!(", to {to} too"))
                .unwrap_or_default();
            format!("{way} by the program's subscriber{records}")
        }
    }
}

#[cfg(feature = "logs")]
fn way_of_logs(logs: &Logs) -> String {
    let lines = || format!("logs {} to {}", logs.format.name(), logs.output.name());
    match (logs.writes_lines(), logs.sends_otlp()) {
        (true, true) => format!("{} and to {}", lines(), announcement::records(logs)),
        (true, false) => lines(),
        (false, true) if logs.enabled => format!("logs to {}", announcement::records(logs)),
        (false, true) => {
            let records = announcement::records(logs);
            format!("logs of the program's subscriber to {records}")
        }
        (false, false) => "no logs".to_owned(),
    }
}

/// Says that exceptions which are to be lines become none, unless somebody sets a subscriber.
#[cfg(feature = "logs")]
fn warn_of_unwritten_exceptions(tracing: &Tracing) {
    let is_wanted = tracing.enabled && tracing.exceptions != ExceptionSignal::Events;
    if is_wanted && !logs::has_subscriber() {
        diagnostics::warn(format_args!(
            "exceptions go to log lines, which nobody writes so far: `logs.enabled` is `false`, or `logs.exporter` is \
             `none`, and the program has no `tracing` subscriber; set one, or `tracing.exceptions: events`"
        ));
    }
}

#[cfg(feature = "logs")]
fn tracing_level(level: LevelFilter) -> logs::TracingLevel {
    match level {
        LevelFilter::Off => logs::TracingLevel::OFF,
        LevelFilter::Error => logs::TracingLevel::ERROR,
        LevelFilter::Warn => logs::TracingLevel::WARN,
        LevelFilter::Info => logs::TracingLevel::INFO,
        LevelFilter::Debug => logs::TracingLevel::DEBUG,
        LevelFilter::Trace => logs::TracingLevel::TRACE,
    }
}

/// Leaves logging to the program: this build has none.
#[cfg(not(feature = "logs"))]
pub(super) fn subscribe(_logs: &Logs, _tracing: &Tracing) -> String {
    "no logs".to_owned()
}

/// Says that `feature` has to be enabled for a setting.
pub(super) fn missing(feature: &'static str, wanted_by: &'static str) -> Error {
    Error::MissingFeature { feature, wanted_by }
}

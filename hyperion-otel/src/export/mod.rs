//! The ways of telemetry out of the process: OTLP, Prometheus and the console.
//!
//! The pipeline drives a [`SpanSink`], a [`MetricSink`] and a sink of log records, each from a background thread of its own. A sink blocks that
//! thread until the batch is delivered or lost, and never longer than its own timeout.

pub(crate) mod batch;
#[cfg(feature = "console")]
pub(crate) mod console;
#[cfg(all(feature = "logs", feature = "otlp"))]
mod logs;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
#[cfg(feature = "prometheus")]
pub(crate) mod prometheus;
mod reader;
mod sdk;
#[cfg(any(feature = "console", feature = "prometheus"))]
mod sdk_points;
#[cfg(all(
    test,
    any(feature = "console", feature = "otlp", feature = "prometheus")
))]
mod testing;

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use hyperion_runtime::metrics::snapshot::Snapshot;

#[cfg(feature = "prometheus")]
pub use prometheus::MetricsService;
// A test against a real Prometheus exposes metrics of its own making.
pub use batch::{EventView, SpanBatch, SpanStatus, SpanView};
pub use hyperion_runtime::backend::{Attribute, AttributeValue};
#[cfg(all(feature = "logs", feature = "otlp"))]
pub(crate) use logs::{LogBatch, LogRecord, LogSink};
#[cfg(feature = "prometheus")]
#[doc(hidden)]
pub use prometheus::Exporter as PrometheusExporter;
pub use reader::Reader;
pub(crate) use reader::point_count;
pub use sdk::SdkSpanSink;

/// A destination of ended spans.
///
/// ```
/// use hyperion::export::{ExportError, SpanBatch, SpanSink};
///
/// /// Prints the spans that took longer than a second.
/// struct Slow;
///
/// impl SpanSink for Slow {
///     fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
///         for span in batch.spans() {
///             let nanos = span.end_unix_nanos().saturating_sub(span.start_unix_nanos());
///             if nanos > 1_000_000_000 {
///                 println!("{} took {} ms", span.name(), nanos / 1_000_000);
///             }
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait SpanSink: Send {
    /// Delivers a batch, blocking until it is accepted or given up. It comes once: what can be tried again has to be tried
    /// here.
    ///
    /// # Errors
    ///
    /// Returns why spans are lost, and how many if the others were accepted.
    fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError>;

    /// Writes out what is held back and lets go of connections, within `timeout`.
    fn shutdown(&mut self, timeout: Duration) {
        let _ = timeout;
    }
}

/// A destination of metrics.
pub trait MetricSink: Send {
    /// Delivers the native metrics and those that other code recorded through the OpenTelemetry API, together.
    ///
    /// # Errors
    ///
    /// Returns why points did not arrive, and how many if the others did. The next export has the cumulative ones again.
    fn export(&mut self, native: &Snapshot, sdk: &ResourceMetrics) -> Result<(), ExportError>;

    /// The moment from which the values of other code's instruments are counted, as the [SDK] has it for each kind of
    /// instrument.
    ///
    /// Native metrics are cumulative in any case. It is asked once, before the first export.
    ///
    /// [SDK]: opentelemetry_sdk::metrics::Temporality
    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }

    /// Lets go of connections, within `timeout`.
    fn shutdown(&mut self, timeout: Duration) {
        let _ = timeout;
    }
}

/// A batch that did not arrive, or arrived only in part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ExportError {
    message: Cow<'static, str>,
    rejected: Option<u64>,
    retryable: bool,
}

impl ExportError {
    /// The batch is lost: sending it again would fail the same way.
    pub fn permanent(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            rejected: None,
            retryable: false,
        }
    }

    /// The destination could not take the batch now; it may take it later.
    pub fn retryable(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            retryable: true,
            ..Self::permanent(message)
        }
    }

    /// The destination took the batch but for `rejected` of its spans, points or log records.
    ///
    /// With zero rejected it took everything and had a warning to give.
    pub fn partial(rejected: u64, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            rejected: Some(rejected),
            ..Self::permanent(message)
        }
    }

    /// The number of spans, points or log records that were refused while the others were accepted; `None` when nothing was accepted.
    pub fn rejected(&self) -> Option<u64> {
        self.rejected
    }

    /// Returns true if the destination may take the same later: a reason of the moment, such as a receiver that is busy.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rejected {
            None => f.write_str(&self.message),
            Some(0) => write!(f, "accepted with a warning: {}", self.message),
            Some(rejected) => write!(f, "{rejected} of the batch rejected: {}", self.message),
        }
    }
}

/// A sink or listener that cannot be set up; the message says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SetupError {
    message: Cow<'static, str>,
}

impl SetupError {
    /// An error that says where, what was expected and how to mend it.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Runs an export of a sink that may be the user's: a panic in it must not end the exports of those to come.
pub(crate) fn catch_panic(
    export: impl FnOnce() -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    catch_unwind(AssertUnwindSafe(export))
        .unwrap_or_else(|_| Err(ExportError::permanent("the exporter panicked")))
}

/// Compresses the body of a request or an answer.
#[cfg(any(feature = "otlp", feature = "prometheus"))]
fn gzip(body: &[u8], effort: flate2::Compression) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), effort);
    std::io::Write::write_all(&mut encoder, body)?;
    encoder.finish()
}

/// The words of a panic, for an error message.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> &str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}

//! Log lines with trace ids: `tracing` events and `log` records, one line each, as JSON or for people.
//!
//! A line that is written while a span is active carries `trace_id`, `span_id` and `trace_flags`, under the [names] that
//! OpenTelemetry gives them in formats other than its own, so that a line leads to its trace and back.
//!
//! [`install`] sets up everything. A program that has a subscriber of its own adds [`layer`] to it:
//!
//! ```
//! use hyperion::config::LogFormat;
//! use hyperion::logs;
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! let subscriber = tracing_subscriber::registry()
//!     .with(logs::layer(LogFormat::Json, std::io::stdout));
//! tracing::subscriber::with_default(subscriber, || tracing::info!(user.id = 7, "fetching user"));
//! // {"timestamp":"…","level":"INFO","target":"users","message":"fetching user","user.id":7}
//! ```
//!
//! # JSON
//!
//! One object a line, whatever the values hold: `timestamp` (RFC 3339, UTC, microseconds), `level` (upper case),
//! `target`, `message`, then the fields of the event, then the ids. Numbers and truth values stay what they are; what
//! JSON has no number for (128 bits, `NaN`, infinities) is a string, and so is everything that is recorded by `?` or
//! `%`. A field that bears one of the names above is called `fields.<name>`.
//!
//! # Text
//!
//! `time LEVEL target: message key=value`, and the ids at the end. Text that has spaces or quotes in it is quoted;
//! control characters are escaped, so that a value can neither start a line nor drive the terminal. Only a message may
//! have several lines; all but the first are indented.
//!
//! # Lines that are lost
//!
//! A line that cannot be written is counted, see [`LostLines`], and so is an event that comes up while another one is
//! being written by the same thread, which happens if a value or the output logs. A value whose formatting panics is
//! shown as such.
//!
//! [names]: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/

mod field;
mod install;
mod json;
mod layer;
mod line;
mod records;
mod scope;
mod spans;
mod text;

pub use install::{AlreadySet, Installed, install};
pub(crate) use install::{has_subscriber, subscribe};
pub(crate) use layer::all_lines;
pub use layer::{LogLayer, LostLines, WrittenLines, layer};
pub use records::take_log_records;
pub use spans::{SpanLayer, spans};
/// A level, as `tracing` has it.
pub(crate) use tracing::level_filters::LevelFilter as TracingLevel;

#[cfg(test)]
mod tests;

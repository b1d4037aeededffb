//! Logs with trace ids: `tracing` events and `log` records, one line each, as JSON or for people, or one record of OTLP each.
//!
//! A line that is written while a span is active carries `trace_id`, `span_id` and `trace_flags`, under the [names] that
//! OpenTelemetry gives them in formats other than its own, so that a line leads to its trace and back.
//!
//! [`init`](crate::init) sets up everything, [`install`] the lines alone. A program that has a subscriber of its own keeps it and
//! adds [`layer`] to it, in one line, before `init` or after:
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
//! `logs.level`, `logs.format` and `logs.output` then do nothing: the filters of that subscriber choose, those of the whole and
//! those of a layer (`logs::layer(..).with_filter(..)`), also behind a `reload::Layer`. Records of the crate `log` come by
//! whatever bridge the program has; that of [`take_log_records`] keeps their key-value pairs. Where `init` finds a subscriber
//! without our layer, it leaves that one alone and says so on standard error.
//!
//! # Which ids
//!
//! Those of the span of the trace that the thread is in: of the innermost observed call, or of a library's span of
//! OpenTelemetry. They follow `await`, [`spawn`], [`in_current_context`] and [`with_current_context`], and what a future does in
//! destructors when it is cancelled belongs to its call.
//!
//! Where a thread is in none, a span of `tracing` helps: it remembers the span of the trace in which it was created. A future that a
//! library spawns by `.instrument(span)`, or a thread that enters such a span, therefore writes lines with the ids of the call
//! that made the span, and so does an event that names it (`parent: &span`). A task or thread that takes neither our context
//! nor a span along cannot be known; its lines have no ids.
//!
//! Spans of `tracing` are no spans of the trace unless [`tracing.spans`](crate::config::Tracing::spans) is `all`, or [`spans()`]
//! is in the program's subscriber. Then their lines have their own ids.
//!
//! # JSON
//!
//! One object a line, whatever the values hold: `timestamp` (RFC 3339, UTC, microseconds), `level` (upper case),
//! `target`, `message`, then the fields of the event, the spans of `tracing` around it, and the ids. Numbers and truth values
//! stay what they are; what JSON has no number for (128 bits, `NaN`, infinities) is a string, and so is everything that is
//! recorded by `?` or `%`. A field that bears one of the names above is called `fields.<name>`.
//!
//! `spans` is an array from the outermost span to the innermost one. Each is an object of `name` and its fields, with the last
//! value of those that were recorded again: `"spans":[{"name":"request","id":7},{"name":"query","rows":3}]`. A field called
//! `name` is `fields.name`. Of more than 16 spans the outermost ones are left out, and `{"omitted":4}` stands for them.
//!
//! # Text
//!
//! `time LEVEL target: message key=value`, and the ids at the end. Text that has spaces or quotes in it is quoted;
//! control characters are escaped, so that a value can neither start a line nor drive the terminal. Only a message may
//! have several lines; all but the first are indented. Spans of `tracing` stand before the target, as in `tracing-subscriber`:
//! `time LEVEL request{id=7}:query{rows=3}: target: message`.
//!
//! # Records
//!
//! Where [`logs.exporter`](crate::config::Logs::exporters) has `otlp`, and in the layer `records()`, an event is a log record of
//! OTLP by the [data model]. Its body is the message, of whatever type it is, at most 64 KiB; the target is its instrumentation
//! scope, and its event name is the one that the program gave (`info!(name: "cart.paid", ..)`), not the place by which `tracing`
//! calls the others. The ids are those of the line. The exception of a call that failed is the event `exception`, where
//! [`tracing.exceptions`](crate::config::Tracing::exceptions) says so.
//!
//! Attributes are, each key once, and what comes first counts: the fields of the event; the pairs of a `log` record;
//! `code.file.path` and `code.line.number`; baggage; the fields of the `tracing` spans around it, from the innermost to the
//! outermost. Numbers and truth values keep their type; whole numbers beyond 64 bits, and what is recorded by `?` or `%`, are
//! text. [Limits](crate::config::LogLimits) count them all, and a record says how many were left out.
//!
//! An event costs its thread the writing of some hundred bytes and one allocation. It waits in a queue that is bounded by
//! [number](crate::config::Batch::max_queue_size) and by 32 MiB, and is sent by a thread of its own. What is lost is counted by
//! reason, in [`ShutdownReport`](crate::ShutdownReport) and as the metric `hyperion.log_records.dropped`: `queue_full`,
//! `export_failed`, `after_shutdown`, and `nested` for an event inside another one of its thread. What is logged by a thread that
//! delivers telemetry, in OpenTelemetry's suppressed scope, is no record, so that the client does not send what it says of
//! itself; lines have it.
//!
//! # What a span of `tracing` keeps
//!
//! Numbers and truth values are kept as they are and written with each line. Texts are copied, and what is recorded by `?` or `%` is
//! formatted, when the span is created or the value is recorded, since it may be gone when a line is written; both are cut after
//! 1 KiB, and there are at most 64 fields. A span that the filters refuse costs nothing and does not appear.
//!
//! # Lines that are lost
//!
//! A line that cannot be written is counted, see [`LostLines`], and so is an event that comes up while another one is
//! being written by the same thread, which happens if a value or the output logs. A value whose formatting panics is
//! shown as such.
//!
//! [`spawn`]: https://docs.rs/hyperion-observe/latest/hyperion/fn.spawn.html
//! [`in_current_context`]: hyperion_runtime::context::in_current_context
//! [`with_current_context`]: hyperion_runtime::context::with_current_context
//! [data model]: https://opentelemetry.io/docs/specs/otel/logs/data-model/
//! [names]: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/

#[cfg(feature = "otlp")]
mod export;
mod field;
mod install;
mod json;
mod layer;
mod line;
#[cfg(feature = "otlp")]
mod queue;
mod records;
mod scope;
mod span_fields;
mod spans;
mod text;

#[cfg(feature = "otlp")]
pub use export::{RecordLayer, records};
pub use install::{AlreadySet, Installed, install};
pub(crate) use install::{has_subscriber, subscribe};
pub(crate) use layer::all_lines;
/// Returns true if a subscriber sends events over OTLP.
#[cfg(feature = "otlp")]
pub(crate) fn takes_records() -> bool {
    RecordLayer::is_used()
}

/// Returns false: this build sends none.
#[cfg(not(feature = "otlp"))]
pub(crate) fn takes_records() -> bool {
    false
}

pub use layer::{LogLayer, LostLines, WrittenLines, layer};
#[cfg(feature = "otlp")]
pub(crate) use queue::LogQueue;
pub use records::take_log_records;
pub use spans::{SpanLayer, spans};
/// A level, as `tracing` has it.
pub(crate) use tracing::level_filters::LevelFilter as TracingLevel;

#[cfg(test)]
mod tests;

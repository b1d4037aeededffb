//! What both formats are made of.

use std::error::Error;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use opentelemetry::trace::{SpanId, TraceContextExt, TraceFlags, TraceId};
use tracing::Level;
use tracing::field::Field;

/// What stands in place of a value whose formatting panicked.
const PANICKED: &str = "<panicked while it was formatted>";

/// What stands in place of the rest of a value whose formatting gave up.
const FAILED: &str = "<failed to be formatted>";

/// Where a line grows. A thread keeps its buffers, so that a line allocates nothing once they have grown.
#[derive(Default)]
pub(super) struct Buffers {
    /// The line.
    pub(super) line: Vec<u8>,
    /// One value, before it is escaped.
    pub(super) value: String,
}

impl Buffers {
    /// Empties the buffers, and lets go of what one huge line left behind.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 64 * 1024;
        self.line.clear();
        self.line.shrink_to(KEPT);
        self.value.clear();
        self.value.shrink_to(KEPT);
    }
}

/// What a line says besides the fields.
pub(super) struct Head<'a> {
    pub(super) time: SystemTime,
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) is_log_record: bool,
    pub(super) ids: Option<Ids>,
}

/// The ids of a span.
pub(super) struct Ids {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) flags: TraceFlags,
}

impl Ids {
    /// The ids of the span in the active OpenTelemetry context, if there is one.
    pub(super) fn of_active_span() -> Option<Self> {
        let read = || {
            opentelemetry::Context::map_current(|context| {
                let span = context.span();
                let span = span.span_context();
                span.is_valid().then(|| Self {
                    trace: span.trace_id(),
                    span: span.span_id(),
                    flags: span.trace_flags(),
                })
            })
        };
        // OpenTelemetry panics where a thread that is ending, or that is just changing its context, asks for it.
        catch_unwind(read).ok().flatten()
    }
}

/// The name of a field; `None` for the fields by which a `log` record carries its place in the code.
pub(super) fn name_of(field: &Field, is_log_record: bool) -> Option<&'static str> {
    let name = field.name();
    if is_log_record && name.starts_with("log.") {
        return None;
    }
    Some(name.strip_prefix("r#").unwrap_or(name))
}

/// Formats `value` into `text`, which is emptied before. A panic of the user's `Debug` or `Display` becomes a marker.
pub(super) fn format_value(text: &mut String, value: fmt::Arguments<'_>) {
    text.clear();
    match catch_unwind(AssertUnwindSafe(|| text.write_fmt(value))) {
        Ok(Ok(())) => {}
        Ok(Err(_)) => text.push_str(FAILED),
        Err(_) => {
            text.clear();
            text.push_str(PANICKED);
        }
    }
}

/// Formats `error` and what caused it into `text`, which is emptied before.
pub(super) fn format_error(text: &mut String, error: &dyn Error) {
    format_value(text, format_args!("{}", Chain(error)));
}

/// An error and its sources. Many errors repeat their source in their own message, which is not said twice.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody nests errors that deep, but nothing keeps a source from being its own.
        const DEEPEST: usize = 32;
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let sources = std::iter::successors(self.0.source(), |&error| error.source());
        for source in sources.take(DEEPEST) {
            let source = source.to_string();
            if !said.ends_with(&source) {
                write!(f, ": {source}")?;
            }
            said = source;
        }
        Ok(())
    }
}

//! The parts that both formats are made of.

use std::panic::catch_unwind;
use std::time::SystemTime;

use hyperion_runtime::backend::current_span_context;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId};
use tracing::Level;

use super::field::Fields;

/// The place where a line grows. A thread keeps its own, so that a line allocates nothing once it has grown.
#[derive(Default)]
pub(super) struct Buffers {
    /// The line.
    pub(super) line: Vec<u8>,
    /// One value, before it is escaped.
    pub(super) value: String,
    /// The spans of `tracing` around the event, as they stand on the line.
    pub(super) spans: Vec<u8>,
}

impl Buffers {
    /// Empties the buffers, and lets go of what one huge line left behind.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 64 * 1024;
        self.line.clear();
        self.line.shrink_to(KEPT);
        self.value.clear();
        self.value.shrink_to(KEPT);
        self.spans.clear();
        self.spans.shrink_to(KEPT);
    }
}

/// All that a line says besides the fields.
pub(super) struct Head<'a> {
    pub(super) time: SystemTime,
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) is_log_record: bool,
    /// The key-value pairs of a `log` record.
    pub(super) pairs: Option<Fields>,
    pub(super) ids: Option<Ids>,
    /// What is written of the baggage.
    pub(super) baggage: Vec<(&'a str, String)>,
    /// The names that are kept for baggage, also where it is not set: a field is called the same on each line.
    pub(super) reserved: &'a [String],
}

/// The ids of a span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) flags: TraceFlags,
}

impl Ids {
    /// The ids of the span that the thread is in, if it is in one.
    pub(super) fn of_active_span() -> Option<Self> {
        // OpenTelemetry panics where a thread that is just changing its context asks for it.
        let span = catch_unwind(current_span_context).ok()??;
        Some(Self::of(&span))
    }

    pub(super) fn of(span: &SpanContext) -> Self {
        Self {
            trace: span.trace_id(),
            span: span.span_id(),
            flags: span.trace_flags(),
        }
    }
}

/// The baggage of these keys that is set here.
pub(super) fn entries_of(keys: &[String]) -> Vec<(&str, String)> {
    if keys.is_empty() {
        return Vec::new();
    }
    let entries = |context: &Context| {
        let baggage = context.baggage();
        let entry = |key: &'_ String| Some(baggage.get(key)?.as_str().to_owned());
        let entries = keys
            .iter()
            .filter_map(|key| Some((key.as_str(), entry(key)?)));
        entries.collect()
    };
    // As with the span.
    catch_unwind(|| Context::map_current(entries)).unwrap_or_default()
}

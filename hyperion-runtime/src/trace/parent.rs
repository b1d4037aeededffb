//! The span that a new one hangs under.

use super::clock::Ticks;
use super::header::Header;
use super::open::Open;
use super::random;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// The flag of a trace id that was drawn at random.
const RANDOM: TraceFlags = TraceFlags::new(0b10);

/// The parent of a span that starts now.
///
/// OpenTelemetry's context is the source of truth: spans of other libraries are parents of ours, and ours of theirs. A span
/// of ours that is not in it is the parent while the thread is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parent<'a> {
    /// The trace, or the invalid id where a new one begins.
    trace_id: TraceId,
    /// The parent, or the invalid id where there is none.
    span_id: SpanId,
    /// It is a span of another process.
    is_remote: bool,
    /// The decision about the trace; `None` where a new one begins.
    pub(crate) is_sampled: Option<bool>,
    /// The [flag of a random trace id], which is handed down unchanged; set where a trace begins, for its id is drawn at random.
    ///
    /// [flag of a random trace id]: https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
    random: TraceFlags,
    /// It is handed down; `None` in most traces.
    trace_state: Option<&'a TraceState>,
}

impl<'a> Parent<'a> {
    /// No parent: a trace begins.
    pub(crate) const NONE: Self = Self {
        trace_id: TraceId::INVALID,
        span_id: SpanId::INVALID,
        is_remote: false,
        is_sampled: None,
        random: RANDOM,
        trace_state: None,
    };

    /// The span of a context, of this process or of another, as a parent; there is none where it is invalid.
    #[inline(always)]
    pub(crate) fn of(span: &'a SpanContext) -> Self {
        if !span.is_valid() {
            return Self::NONE;
        }
        Self {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            is_remote: span.is_remote(),
            is_sampled: Some(span.is_sampled()),
            random: span.trace_flags() & RANDOM,
            trace_state: Some(span.trace_state()).filter(|state| **state != TraceState::NONE),
        }
    }

    /// A span of ours, as a parent.
    #[inline(always)]
    pub(crate) fn open(span: &'a Open) -> Self {
        let (trace_id, span_id) = span.ids();
        Self {
            trace_id,
            span_id,
            is_remote: false,
            is_sampled: Some(true),
            random: span.flags() & RANDOM,
            trace_state: span.trace_state(),
        }
    }

    /// The trace of a span that hangs here.
    #[inline(always)]
    pub(crate) fn trace_id(&self) -> TraceId {
        match self.is_sampled {
            None => random::trace_id(),
            Some(_) => self.trace_id,
        }
    }

    /// The facts of a recorded span in this trace that starts now.
    #[inline(always)]
    pub(super) fn child(&self, trace_id: TraceId) -> Header {
        Header {
            trace_id,
            span_id: random::span_id(),
            parent_span_id: self.span_id,
            parent_is_remote: self.is_remote,
            flags: TraceFlags::SAMPLED | self.random,
            start: Ticks::ZERO,
            end: Ticks::ZERO,
        }
    }

    /// The trace state, for a span that hangs here.
    #[inline(always)]
    pub(super) fn trace_state(&self) -> Option<&'a TraceState> {
        self.trace_state
    }

    /// The context of a span in this trace that is not recorded.
    #[cold]
    pub(crate) fn unsampled(&self, trace_id: TraceId) -> SpanContext {
        let trace_state = self.trace_state.cloned().unwrap_or_default();
        SpanContext::new(trace_id, random::span_id(), self.random, false, trace_state)
    }
}

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
pub(crate) enum Parent<'a> {
    /// There is none: a trace begins.
    None,
    /// A span of OpenTelemetry's context, of this process or of another.
    Context(&'a SpanContext),
    /// A span of ours.
    Open(&'a Open),
}

impl<'a> Parent<'a> {
    /// The span of a context, as a parent; there is none where it is invalid.
    #[inline]
    pub(crate) fn of(span: &'a SpanContext) -> Self {
        if span.is_valid() {
            Self::Context(span)
        } else {
            Self::None
        }
    }

    #[inline]
    pub(crate) fn is_sampled(self) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Context(span) => Some(span.is_sampled()),
            Self::Open(_) => Some(true),
        }
    }

    /// The trace of a span that hangs here.
    #[inline]
    pub(crate) fn trace_id(self) -> TraceId {
        match self {
            Self::None => random::trace_id(),
            Self::Context(span) => span.trace_id(),
            Self::Open(span) => span.trace_id(),
        }
    }

    /// The facts of a recorded span in this trace that starts now.
    #[inline]
    pub(super) fn child(self, trace_id: TraceId) -> Header {
        let (parent_span_id, parent_is_remote) = match self {
            Self::None => (SpanId::INVALID, false),
            Self::Context(span) => (span.span_id(), span.is_remote()),
            Self::Open(span) => (span.span_id(), false),
        };
        Header {
            trace_id,
            span_id: random::span_id(),
            parent_span_id,
            parent_is_remote,
            flags: TraceFlags::SAMPLED | self.random_flag(),
            start: Ticks::ZERO,
            end: Ticks::ZERO,
        }
    }

    /// The flag of a random trace id, which is handed down unchanged; set where a trace begins, for its id is drawn at random.
    ///
    /// <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>
    #[inline]
    fn random_flag(self) -> TraceFlags {
        match self {
            Self::None => RANDOM,
            Self::Context(span) => span.trace_flags() & RANDOM,
            Self::Open(span) => Header::flags(span.words.header()) & RANDOM,
        }
    }

    /// The trace state, which is handed down; `None` in most traces, since it allocates.
    #[inline]
    pub(super) fn trace_state(self) -> Option<TraceState> {
        let known = match self {
            Self::None => return None,
            Self::Context(span) => span.trace_state(),
            Self::Open(span) => &span.extra.as_ref()?.trace_state,
        };
        (*known != TraceState::NONE).then(|| known.clone())
    }

    /// The context of a span in this trace that is not recorded.
    pub(crate) fn unsampled(self, trace_id: TraceId) -> SpanContext {
        let trace_state = self.trace_state().unwrap_or_default();
        let flags = self.random_flag();
        SpanContext::new(trace_id, random::span_id(), flags, false, trace_state)
    }
}

//! The span that a new one hangs under.

use crate::random;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

/// The parent of a span that starts now, by the active OpenTelemetry context.
///
/// That context is the only source of truth: spans of other libraries are parents of ours, and ours of theirs.
#[derive(Debug)]
pub(crate) enum Parent {
    /// There is none: a trace begins.
    None,
    /// A span, of this process or of another.
    Span(ParentSpan),
    /// An exporter is at work, and what it does must not be recorded.
    Suppressed,
}

/// A parent span, as far as its children need it.
#[derive(Debug)]
pub struct ParentSpan {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) flags: TraceFlags,
    pub(crate) is_remote: bool,
    /// Copied only where there is one, since it allocates.
    pub(crate) trace_state: TraceState,
}

impl Parent {
    /// The parent of a span that starts here and now.
    #[inline]
    pub(crate) fn current() -> Self {
        Context::map_current(Self::of)
    }

    /// The parent of a span that starts in `context`.
    pub(crate) fn of(context: &Context) -> Self {
        if context.is_telemetry_suppressed() {
            return Self::Suppressed;
        }
        if !context.has_active_span() {
            return Self::None;
        }
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            Self::Span(ParentSpan::of(span))
        } else {
            Self::None
        }
    }

    pub(crate) fn span(&self) -> Option<&ParentSpan> {
        match self {
            Self::Span(span) => Some(span),
            Self::None | Self::Suppressed => None,
        }
    }
}

impl ParentSpan {
    /// The context of a span in this trace that is not recorded.
    pub(crate) fn unsampled(parent: Option<&Self>, trace_id: TraceId) -> SpanContext {
        let trace_state = parent.map_or(TraceState::NONE, |parent| parent.trace_state.clone());
        let flags = TraceFlags::NOT_SAMPLED;
        SpanContext::new(trace_id, random::span_id(), flags, false, trace_state)
    }

    fn of(span: &SpanContext) -> Self {
        Self {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            flags: span.trace_flags(),
            is_remote: span.is_remote(),
            trace_state: span.trace_state().clone(),
        }
    }
}

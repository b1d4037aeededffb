//! What a call holds while it runs.

use super::callsite::Callsite;
use super::ending::Ending;
use crate::call::record_mode::Record;
use crate::random;
use crate::state;
use crate::trace::active::{self, ActiveSpan, Entered};
use crate::trace::clock::Ticks;
use crate::trace::parent::Parent;
use crate::trace::record::{Identity, SpanRecord};
use crate::trace::recorder;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState};
use opentelemetry::{Context, ContextGuard};

/// A call that is observed, from its start to its ending.
#[derive(Debug)]
pub(super) struct Running {
    callsite: &'static Callsite,
    start: Ticks,
    span: SpanSlot,
    metrics: bool,
}

/// What a call has in place of a span.
#[derive(Debug)]
enum SpanSlot {
    /// Nothing: spans are off, or the context of the caller says all there is to say, or the thread is in the span.
    None,
    /// A span that is recorded.
    Recorded(Box<ActiveSpan>),
    /// The context of a new trace that is not recorded, so that everything below it is not recorded either.
    Unsampled(Box<Context>),
}

/// Where the thread is while the call runs.
#[derive(Debug)]
pub(super) enum Place {
    /// Where it was before.
    Caller,
    /// In the span of the call.
    Span(Entered),
    /// In the context of a trace that is not recorded.
    Unsampled(ContextGuard),
}

impl Running {
    /// Starts a call of `callsite`, or does nothing if there is nothing to record of it.
    #[inline]
    pub(super) fn start(callsite: &'static Callsite) -> Option<Self> {
        let state = state::load();
        let metrics = state & state::METRICS != 0;
        let span = if state & state::SPANS != 0 {
            start_span(callsite)
        } else {
            SpanSlot::None
        };
        let start = match &span {
            SpanSlot::Recorded(span) => span.record.start,
            SpanSlot::None if !metrics => return None,
            SpanSlot::Unsampled(_) if !metrics => Ticks::default(),
            SpanSlot::None | SpanSlot::Unsampled(_) => Ticks::now(),
        };
        Some(Self {
            callsite,
            start,
            span,
            metrics,
        })
    }

    /// Brings the thread to where the call runs, for good or, if `again`, for the first of many times.
    pub(super) fn enter(&mut self, again: bool) -> Place {
        match std::mem::replace(&mut self.span, SpanSlot::None) {
            SpanSlot::None => Place::Caller,
            SpanSlot::Recorded(span) => Place::Span(span.enter(again)),
            SpanSlot::Unsampled(context) => {
                let attached = Context::clone(&context).attach();
                self.span = SpanSlot::Unsampled(context);
                Place::Unsampled(attached)
            }
        }
    }

    /// Brings the thread back.
    pub(super) fn leave(&mut self, place: Place) {
        match place {
            Place::Caller => {}
            Place::Span(entered) => {
                self.span = entered.leave().map_or(SpanSlot::None, SpanSlot::Recorded);
            }
            Place::Unsampled(attached) => drop(attached),
        }
    }

    /// Ends the call.
    #[inline]
    pub(super) fn finish(self, ending: Ending<'_>) {
        if let (SpanSlot::None | SpanSlot::Unsampled(_), false) = (&self.span, self.metrics) {
            return;
        }
        let end = Ticks::now();
        if self.metrics {
            self.callsite
                .record_duration(end.seconds_since(self.start), &ending);
        }
        if let SpanSlot::Recorded(mut span) = self.span {
            if let Some(failure) = ending.failure(ending.error_type(), Record::Event) {
                let (limits, exceptions) = (span.limits(), span.exceptions());
                failure.describe(&mut span.record, limits, exceptions);
            }
            span.close(end);
        }
    }
}

/// A span for a call that starts now, if it gets one.
#[inline]
fn start_span(callsite: &'static Callsite) -> SpanSlot {
    let (Some(recorder), true) = (recorder::installed(), active::is_possible()) else {
        return SpanSlot::None;
    };
    let parent = Parent::current();
    if matches!(parent, Parent::Suppressed) {
        return SpanSlot::None;
    }
    let parent = parent.span();
    let trace_id = parent.map_or_else(random::trace_id, |parent| parent.trace_id);
    if recorder.sampler.records(parent, trace_id) {
        return SpanSlot::Recorded(ActiveSpan::open(recorder, || {
            let identity = Identity::Site(callsite.site());
            SpanRecord::start(identity, trace_id, random::span_id(), parent)
        }));
    }
    if parent.is_some_and(|parent| !parent.flags.is_sampled()) {
        // The decision stands in the context already.
        return SpanSlot::None;
    }
    let trace_state = parent.map_or(TraceState::NONE, |parent| parent.trace_state.clone());
    let context = SpanContext::new(
        trace_id,
        random::span_id(),
        TraceFlags::NOT_SAMPLED,
        false,
        trace_state,
    );
    SpanSlot::Unsampled(Box::new(
        Context::current().with_remote_span_context(context),
    ))
}

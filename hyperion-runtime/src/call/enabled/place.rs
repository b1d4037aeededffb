//! The span of a call, and the place of the thread while the call runs.

use super::callsite::Callsite;
use crate::metrics::exemplars::InSpan;
use crate::trace::active::{self, Entered, OpenSpan, Outside};
use crate::trace::local::{Local, local};
use crate::trace::open::Open;
use crate::trace::parent::Parent;
use crate::trace::record::Site;
use crate::trace::recorder::Recorder;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry::{Context, ContextGuard};

/// The span of a call that the thread is not in.
#[derive(Debug)]
pub(super) enum SpanSlot {
    /// Nothing: the call has no span, or the context of the caller says all there is to say.
    None,
    /// A span that is recorded.
    Recorded(OpenSpan),
    /// The context of a new trace that is not recorded, so that everything below it is not recorded either.
    Unsampled(Box<Context>),
}

impl SpanSlot {
    /// The span that the call's duration is an example from.
    pub(super) fn for_exemplars(&self) -> InSpan {
        match self {
            Self::None => InSpan::Current,
            Self::Recorded(span) => {
                let (trace_id, span_id) = span.ids();
                InSpan::Recorded(trace_id, span_id)
            }
            Self::Unsampled(_) => InSpan::Unsampled,
        }
    }

    /// Brings the thread into the span.
    #[inline(always)]
    pub(super) fn enter(self) -> Place {
        match self {
            Self::None => Place::Caller,
            Self::Recorded(span) => {
                let context = span.take_context();
                Place::Span(span.enter(context))
            }
            Self::Unsampled(context) => Place::unsampled(*context),
        }
    }

    /// Brings the thread into the span of a future that goes on.
    #[inline(always)]
    pub(super) fn enter_again(self) -> Place {
        match self {
            Self::Recorded(span) => {
                let context = span.kept_context();
                Place::Span(span.enter(context))
            }
            Self::None | Self::Unsampled(_) => self.enter(),
        }
    }
}

impl From<Option<OpenSpan>> for SpanSlot {
    fn from(span: Option<OpenSpan>) -> Self {
        span.map_or(Self::None, Self::Recorded)
    }
}

/// The place of the thread while the call runs.
#[derive(Debug)]
pub(super) enum Place {
    /// The one before the call.
    Caller,
    /// In the span of the call.
    Span(Entered),
    /// In the context of a trace that is not recorded.
    Unsampled(Box<Unsampled>),
}

/// A context of a trace that is not recorded, with the thread in it.
#[derive(Debug)]
pub(super) struct Unsampled {
    _attached: ContextGuard,
    _outside: Outside,
    context: Context,
}

impl Place {
    #[cold]
    fn unsampled(context: Context) -> Self {
        let outside = Outside::enter();
        Self::Unsampled(Box::new(Unsampled {
            _attached: context.clone().attach(),
            _outside: outside,
            context,
        }))
    }

    /// Brings the thread back, for good.
    pub(super) fn leave(self) -> SpanSlot {
        match self {
            Self::Caller => SpanSlot::None,
            Self::Span(entered) => entered.leave().into(),
            Self::Unsampled(place) => SpanSlot::Unsampled(Box::new(place.context)),
        }
    }

    /// Brings the thread back, to come to the call again. After this there is nothing to leave.
    #[inline]
    pub(super) fn suspend(&mut self) -> SpanSlot {
        match self {
            Self::Span(entered) => entered.suspend().into(),
            Self::Caller | Self::Unsampled(_) => std::mem::replace(self, Self::Caller).leave(),
        }
    }
}

/// A span for a call that starts here and now, if it gets one, and the `context` with the span.
#[inline(never)]
pub(super) fn start_span(
    callsite: &'static Callsite,
    recorder: &'static Recorder,
    context: &mut Option<Context>,
) -> SpanSlot {
    let start = Start::new(callsite, recorder);
    let outer = start.local.current.take();
    let slot = Context::map_current(|around| start.here(outer.as_deref(), around, context));
    start.local.current.set(outer);
    start
        .local
        .was_unsampled
        .set(!matches!(slot, SpanSlot::Recorded(_)));
    slot
}

/// A span for a call that starts in the context `given` by the user, or else here, and is entered later.
#[cold]
pub(super) fn start_span_later(
    callsite: &'static Callsite,
    recorder: &'static Recorder,
    given: Option<&Context>,
) -> SpanSlot {
    let mut context = None;
    let mut slot = match given {
        Some(given) => Start::new(callsite, recorder).within(given, true, &mut context),
        None => start_span(callsite, recorder, &mut context),
    };
    if let SpanSlot::Recorded(span) = &mut slot {
        span.keep_context(context);
    }
    slot
}

/// The facts of a new span that its call site and the thread know.
struct Start {
    local: &'static Local,
    recorder: &'static Recorder,
    site: &'static Site,
    is_root: bool,
}

impl Start {
    /// Made before OpenTelemetry's context is borrowed: the first call of a site may warn.
    #[inline(always)]
    fn new(callsite: &'static Callsite, recorder: &'static Recorder) -> Self {
        Self {
            local: local(),
            recorder,
            site: callsite.site(),
            is_root: callsite.meta().details.root,
        }
    }

    /// A span in the context `around`, or below the span `outer` of ours that the context does not have.
    #[inline(always)]
    fn here(
        &self,
        outer: Option<&Open>,
        around: &Context,
        context: &mut Option<Context>,
    ) -> SpanSlot {
        match outer {
            // Each has a copy of what follows, in which the rest is known.
            Some(outer) if !outer.is_in_context && !self.is_root => {
                self.under(&Parent::open(outer), around, false, context)
            }
            _ => self.within(around, false, context),
        }
    }

    /// A span in the context `around`, which the user may have given.
    #[inline(always)]
    fn within(&self, around: &Context, is_given: bool, context: &mut Option<Context>) -> SpanSlot {
        let of_context = around.span();
        let parent = if self.is_root {
            Parent::NONE
        } else {
            Parent::of(of_context.span_context())
        };
        self.under(&parent, around, is_given, context)
    }

    /// A span under `parent`, which stands in the context `around` unless that was given, and the `context` of the new one.
    #[inline(always)]
    fn under(
        &self,
        parent: &Parent<'_>,
        around: &Context,
        is_given: bool,
        context: &mut Option<Context>,
    ) -> SpanSlot {
        if around.is_telemetry_suppressed() {
            return SpanSlot::None;
        }
        let trace_id = parent.trace_id();
        if self.recorder.sampler.records(parent.is_sampled, trace_id) {
            let span = active::open(self.local, self.recorder, self.site, parent, trace_id);
            span.take_baggage(self.recorder, around);
            span.new_context(around, context);
            span.start_clock();
            return SpanSlot::Recorded(span);
        }
        if !is_given && parent.is_sampled == Some(false) {
            // The decision stands in the context already.
            return SpanSlot::None;
        }
        unsampled(around, parent.unsampled(trace_id))
    }
}

#[cold]
fn unsampled(around: &Context, span: SpanContext) -> SpanSlot {
    SpanSlot::Unsampled(Box::new(around.with_remote_span_context(span)))
}

//! The span of a call, and the place of the thread while the call runs.

use super::callsite::Callsite;
use crate::metrics::exemplars::InSpan;
use crate::trace::active::{self, Entered, OpenSpan, Outside};
use crate::trace::local::{self, Local};
use crate::trace::parent::Parent;
use crate::trace::record::Site;
use crate::trace::recorder::Recorder;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry::{Context, ContextGuard};

/// The span of a call, or its place.
#[derive(Debug)]
pub(super) enum SpanSlot {
    /// Nothing: the call has no span, or the context of the caller says all there is to say, or the thread is in the span.
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
            Self::Recorded(span) => InSpan::Recorded(span.trace_id(), span.span_id()),
            Self::Unsampled(_) => InSpan::Unsampled,
        }
    }

    /// Brings the thread into the span.
    #[inline(always)]
    pub(super) fn enter(&mut self) -> Place {
        match std::mem::replace(self, Self::None) {
            Self::None => Place::Caller,
            Self::Recorded(span) => Place::Span(span.enter()),
            Self::Unsampled(context) => {
                let place = Place::unsampled(&context);
                *self = Self::Unsampled(context);
                place
            }
        }
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
    Unsampled(Box<(ContextGuard, Outside)>),
}

impl Place {
    fn unsampled(context: &Context) -> Self {
        let outside = Outside::enter();
        Self::Unsampled(Box::new((context.clone().attach(), outside)))
    }
}

impl From<Option<OpenSpan>> for SpanSlot {
    #[inline(always)]
    fn from(span: Option<OpenSpan>) -> Self {
        span.map_or(Self::None, Self::Recorded)
    }
}

/// A span for a call that starts here and now, if it gets one.
#[inline(never)]
pub(super) fn start_span(callsite: &'static Callsite, recorder: &'static Recorder) -> SpanSlot {
    // Made here, and not where OpenTelemetry's context is borrowed: the first call of a site may warn.
    let site = callsite.site();
    let is_root = callsite.meta().details.root;
    local::with(|local| {
        let outer = local.current.take();
        let slot = Context::map_current(|context| {
            if context.is_telemetry_suppressed() {
                return SpanSlot::None;
            }
            let of_context;
            let parent = match &outer {
                _ if is_root => Parent::None,
                Some(span) if !span.is_in_context => Parent::Open(span),
                _ if context.has_active_span() => {
                    of_context = context.span();
                    Parent::of(of_context.span_context())
                }
                _ => Parent::None,
            };
            Start {
                local,
                recorder,
                site,
                context,
            }
            .under(parent, false)
        });
        local.current.set(outer);
        slot
    })
}

/// A span for a call that starts in a context that the user gives.
#[cold]
pub(super) fn start_span_under(
    callsite: &'static Callsite,
    recorder: &'static Recorder,
    context: &Context,
) -> SpanSlot {
    if context.is_telemetry_suppressed() {
        return SpanSlot::None;
    }
    let site = callsite.site();
    let span = context.span();
    let parent = if callsite.meta().details.root {
        Parent::None
    } else {
        Parent::of(span.span_context())
    };
    local::with(|local| {
        Start {
            local,
            recorder,
            site,
            context,
        }
        .under(parent, true)
    })
}

/// The place of a new span.
struct Start<'a> {
    local: &'a Local,
    recorder: &'static Recorder,
    site: &'static Site,
    context: &'a Context,
}

impl Start<'_> {
    /// A span under `parent`, which stands in the context, unless that was given.
    #[inline(always)]
    fn under(self, parent: Parent<'_>, is_given: bool) -> SpanSlot {
        let trace_id = parent.trace_id();
        let is_sampled = parent.is_sampled();
        if self.recorder.sampler.records(is_sampled, trace_id) {
            let Self {
                local,
                recorder,
                site,
                context,
            } = self;
            let span = active::open(local, recorder, site, parent, trace_id, context);
            return SpanSlot::Recorded(span);
        }
        if !is_given && is_sampled == Some(false) {
            // The decision stands in the context already.
            return SpanSlot::None;
        }
        unsampled(self.context, parent.unsampled(trace_id))
    }
}

#[cold]
fn unsampled(around: &Context, span: SpanContext) -> SpanSlot {
    SpanSlot::Unsampled(Box::new(around.with_remote_span_context(span)))
}

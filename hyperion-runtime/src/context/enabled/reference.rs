//! The name of a span, with all that OpenTelemetry knows of it.

use crate::context::{AsSpanContext, SpanContext, TraceState};
use opentelemetry::Context;
use opentelemetry::trace::{
    SpanId, TraceContextExt, TraceFlags, TraceId, TraceState as OtelTraceState,
};

/// The name of a span, with all that OpenTelemetry knows of it.
#[doc(hidden)]
#[derive(Debug)]
pub struct SpanReference(Named);

#[derive(Debug)]
enum Named {
    Nothing,
    /// A span, by what names it.
    Span(opentelemetry::trace::SpanContext),
    /// The span of a context, if it has one, and what else the context holds.
    Context(Context),
}

impl SpanReference {
    pub(in crate::context) fn none() -> Self {
        Self(Named::Nothing)
    }

    pub(crate) fn of(span: &SpanContext) -> Self {
        Self::of_span(span.into())
    }

    pub(crate) fn of_context(context: Context) -> Self {
        Self(Named::Context(context))
    }

    fn of_span(span: opentelemetry::trace::SpanContext) -> Self {
        Self(if span.is_valid() {
            Named::Span(span)
        } else {
            Named::Nothing
        })
    }

    /// The context of a span that hangs here; `None` if nothing was named, so that the current one holds.
    ///
    /// A span that is known by name leaves the rest of the current context as it is. Where nothing is recorded because an
    /// exporter is at work, nothing is recorded under another parent either.
    pub(crate) fn into_parent(self) -> Option<Context> {
        match self.0 {
            Named::Nothing => None,
            Named::Span(span) => Some(Context::map_current(|current| {
                current.with_remote_span_context(span)
            })),
            Named::Context(context) if Context::is_current_telemetry_suppressed() => {
                Some(context.with_telemetry_suppressed())
            }
            Named::Context(context) => Some(context),
        }
    }

    /// The context of the span, if there is one.
    pub(crate) fn into_link(self) -> Option<opentelemetry::trace::SpanContext> {
        let span = match self.0 {
            Named::Nothing => return None,
            Named::Span(span) => span,
            Named::Context(context) => context.span().span_context().clone(),
        };
        span.is_valid().then_some(span)
    }
}

impl From<&opentelemetry::trace::SpanContext> for SpanContext {
    fn from(span: &opentelemetry::trace::SpanContext) -> Self {
        Self::new(
            u128::from_be_bytes(span.trace_id().to_bytes()),
            u64::from_be_bytes(span.span_id().to_bytes()),
            false,
        )
        .with_trace_flags(span.trace_flags().to_u8())
        .with_remote(span.is_remote())
        .with_state(state_of(span.trace_state()))
    }
}

impl From<opentelemetry::trace::SpanContext> for SpanContext {
    fn from(span: opentelemetry::trace::SpanContext) -> Self {
        Self::from(&span)
    }
}

impl From<SpanContext> for opentelemetry::trace::SpanContext {
    fn from(span: SpanContext) -> Self {
        Self::from(&span)
    }
}

impl From<&SpanContext> for opentelemetry::trace::SpanContext {
    fn from(span: &SpanContext) -> Self {
        Self::new(
            TraceId::from(span.trace_id()),
            SpanId::from(span.span_id()),
            TraceFlags::new(span.trace_flags()),
            span.is_remote(),
            state_from(span.trace_state()),
        )
    }
}

/// OpenTelemetry's trace state as ours.
fn state_of(theirs: &OtelTraceState) -> TraceState {
    if *theirs == OtelTraceState::NONE {
        return TraceState::NONE;
    }
    TraceState::read([theirs.header().as_str()])
}

/// Our trace state as OpenTelemetry's. Members whose key has an `@` where level 1 of the recommendation does not allow it are
/// left out, for OpenTelemetry takes none of them.
fn state_from(ours: &str) -> OtelTraceState {
    let members = || ours.split(',').filter_map(|member| member.split_once('='));
    let is_taken = |member: &(&str, &str)| OtelTraceState::from_key_value([*member]).is_ok();
    OtelTraceState::from_key_value(members())
        .or_else(|_| OtelTraceState::from_key_value(members().filter(is_taken)))
        .unwrap_or_default()
}

impl AsSpanContext for opentelemetry::trace::SpanContext {
    fn as_span_context(&self) -> SpanContext {
        self.into()
    }

    fn __reference(&self) -> SpanReference {
        SpanReference::of_span(self.clone())
    }
}

impl AsSpanContext for Context {
    fn as_span_context(&self) -> SpanContext {
        self.span().span_context().into()
    }

    fn __reference(&self) -> SpanReference {
        SpanReference::of_context(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Links, SpanHandle, current};
    use opentelemetry::trace::SpanContext as OtelSpanContext;

    #[derive(Debug, PartialEq)]
    struct Baggage(&'static str);

    fn with_state() -> OtelSpanContext {
        let state = OtelTraceState::from_key_value([("vendor", "value")]).expect("a valid state");
        OtelSpanContext::new(
            TraceId::from(1),
            SpanId::from(2),
            TraceFlags::SAMPLED,
            true,
            state,
        )
    }

    fn parent(named: &impl AsSpanContext) -> Option<Context> {
        named.__reference().into_parent()
    }

    fn links(links: impl Links) -> Vec<OtelSpanContext> {
        links
            .__references()
            .filter_map(SpanReference::into_link)
            .collect()
    }

    fn handle(context: Context) -> SpanHandle {
        SpanHandle { context }
    }

    #[test]
    fn conversions_keep_everything() {
        let ours = SpanContext::from(&with_state());
        assert_eq!(
            ours,
            SpanContext::new(1, 2, true).with_trace_state("vendor=value")
        );
        assert_eq!(OtelSpanContext::from(&ours), with_state());
        let local = ours.with_remote(false);
        assert_eq!(SpanContext::from(OtelSpanContext::from(&local)), local);
        for flags in 0..4 {
            let flagged = SpanContext::new(1, 2, false).with_trace_flags(flags);
            assert_eq!(SpanContext::from(OtelSpanContext::from(&flagged)), flagged);
        }
    }

    #[test]
    fn of_a_trace_state_what_opentelemetry_takes_is_kept() {
        let ours = SpanContext::new(1, 2, true).with_trace_state("a@b@c=1,vendor=value,x@=2");
        assert_eq!(ours.trace_state(), "a@b@c=1,vendor=value,x@=2");
        let theirs = OtelSpanContext::from(ours);
        assert_eq!(theirs.trace_state().get("vendor"), Some("value"));
        assert_eq!(theirs.trace_state().get("a@b@c"), None);
    }

    #[test]
    fn a_parent_keeps_its_trace_state_and_the_rest_of_the_context() {
        let _attached = Context::current_with_value(Baggage("here")).attach();
        let theirs = parent(&Some(&with_state())).expect("it is named");
        assert_eq!(*theirs.span().span_context(), with_state());
        assert_eq!(theirs.get(), Some(&Baggage("here")));

        let elsewhere = Context::new()
            .with_value(Baggage("elsewhere"))
            .with_remote_span_context(with_state());
        let theirs = parent(&elsewhere).expect("it is named");
        assert_eq!(
            theirs.span().span_context().trace_state().header(),
            "vendor=value"
        );
        assert_eq!(theirs.get(), Some(&Baggage("elsewhere")));
        assert_eq!(elsewhere.as_span_context(), with_state().into());

        let attached = elsewhere.attach();
        let handle = current();
        drop(attached);
        let theirs = parent(&handle).expect("it is named");
        assert_eq!(*theirs.span().span_context(), with_state());
    }

    #[test]
    fn what_names_nothing_leaves_the_current_context() {
        assert!(parent(&None::<SpanContext>).is_none());
        assert!(parent(&SpanContext::INVALID).is_none());
        assert!(parent(&SpanContext::new(0, 1, true)).is_none());
        assert!(parent(&OtelSpanContext::NONE).is_none());
        assert!(parent(&handle(Context::new())).is_none());
        // An empty context is a parent: the span is the root of a new trace.
        assert!(parent(&Context::new()).is_some());
    }

    #[test]
    fn an_exporter_at_work_stays_unrecorded_under_any_parent() {
        let elsewhere = Context::new().with_remote_span_context(with_state());
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        for named in [parent(&elsewhere), parent(&with_state())] {
            assert!(named.is_some_and(|context| context.is_telemetry_suppressed()));
        }
    }

    #[test]
    #[expect(
        clippy::needless_borrows_for_generic_args,
        reason = "it shows what may be borrowed"
    )]
    fn links_are_one_or_many() {
        let (one, two) = (SpanContext::new(1, 1, true), SpanContext::new(2, 2, true));
        let expected = [OtelSpanContext::from(&one), OtelSpanContext::from(&two)];
        let (one, two) = (|| one.clone(), || two.clone());
        assert_eq!(links([one(), two()]), expected);
        assert_eq!(links(&[one(), two()]), expected);
        assert_eq!(links([one(), two()].as_slice()), expected);
        assert_eq!(links(vec![Some(one()), None, Some(two())]), expected);
        assert_eq!(links(&vec![one(), SpanContext::INVALID, two()]), expected);
        assert_eq!(
            links([one(), two()].iter().filter(|span| span.is_valid())),
            expected
        );
        assert_eq!(links(one()), expected[..1]);
        assert_eq!(links(&one()), expected[..1]);
        assert_eq!(links(Some(one())), expected[..1]);
        assert_eq!(links(None::<SpanContext>), []);
        assert_eq!(links(handle(Context::new())), []);
        let handle = handle(Context::new().with_remote_span_context(with_state()));
        assert_eq!(links(&handle), [with_state()]);
        assert_eq!(links([with_state()]), [with_state()]);
    }
}

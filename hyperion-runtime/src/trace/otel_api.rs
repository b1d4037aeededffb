//! OpenTelemetry's tracing API over the recorder.
//!
//! Installed globally, it lets instrumentation by others join the same traces, the same queues and the same export.

use super::active::OpenSpan;
use super::clock::Ticks;
use super::local::local;
use super::parent::Parent;
use super::record::Named;
use super::recorder::Recorder;
use super::update::{SpanUpdate, update_methods};
use crate::state;
use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, SpanKind, TraceContextExt, Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope};
use std::time::SystemTime;

/// Gives out tracers that record with hyperion.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The recorder of the spans of its tracers.
    pub recorder: &'static Recorder,
}

impl TracerProvider for Provider {
    type Tracer = RecorderTracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> Self::Tracer {
        RecorderTracer {
            recorder: self.recorder,
            scope,
        }
    }
}

/// Starts spans in one instrumentation scope.
#[derive(Clone, Debug)]
pub struct RecorderTracer {
    recorder: &'static Recorder,
    scope: InstrumentationScope,
}

impl Tracer for RecorderTracer {
    type Span = RecorderSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent_context: &Context) -> Self::Span {
        if state::load() & state::SPANS == 0 || parent_context.is_telemetry_suppressed() {
            return RecorderSpan::unrecorded(SpanContext::NONE);
        }
        self.start(builder, parent_context)
    }
}

impl RecorderTracer {
    fn start(&self, builder: SpanBuilder, around: &Context) -> RecorderSpan {
        let parent = around.span();
        let parent = Parent::of(parent.span_context());
        let trace_id = parent.trace_id();
        if !self.recorder.sampler.records(parent.is_sampled, trace_id) {
            return RecorderSpan::unrecorded(parent.unsampled(trace_id));
        }
        let span = local().take_spare();
        span.start(self.recorder, None, parent.child(trace_id));
        let named = Named {
            name: builder.name,
            kind: builder.span_kind.unwrap_or(SpanKind::Internal),
            scope: self.scope.clone(),
        };
        // OpenTelemetry's own handle ends a span with a reading of the wall clock, so it starts with one too.
        let start = builder.start_time.unwrap_or_else(SystemTime::now);
        span.set_named(named, start);
        span.inherit(parent.trace_state());
        span.take_baggage(self.recorder, around);
        for attribute in builder.attributes.into_iter().flatten() {
            span.set_attribute(&attribute);
        }
        for event in builder.events.into_iter().flatten() {
            span.add_event(event.name, event.timestamp, event.attributes);
        }
        for link in builder.links.into_iter().flatten() {
            span.add_link(link.span_context, link.attributes);
        }
        RecorderSpan {
            span_context: span.span_context(),
            open: Some(span),
        }
    }
}

/// A span started through OpenTelemetry's API; it ends when it is told to or dropped.
#[derive(Debug)]
pub struct RecorderSpan {
    span_context: SpanContext,
    /// `None` where the span is not recorded, and after its end.
    open: Option<OpenSpan>,
}

impl RecorderSpan {
    fn unrecorded(span_context: SpanContext) -> Self {
        Self {
            span_context,
            open: None,
        }
    }

    fn update(&mut self, update: SpanUpdate) {
        if let Some(span) = &mut self.open {
            span.update(update);
        }
    }
}

impl Span for RecorderSpan {
    update_methods!();

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        self.open.is_some()
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if let Some(span) = self.open.take() {
            span.extra().end = Some(timestamp);
            span.close(Ticks::ZERO);
        }
    }
}

impl Drop for RecorderSpan {
    fn drop(&mut self) {
        if self.is_recording() {
            self.end();
        }
    }
}

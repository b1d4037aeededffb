//! OpenTelemetry's tracing API over the recorder.
//!
//! Installed globally, it lets instrumentation by others join the same traces, the same queues and the same export.

use super::parent::{Parent, ParentSpan};
use super::record::{Identity, Named, SpanRecord};
use super::recorder::Recorder;
use super::update::{SpanUpdate, update_methods};
use crate::random;
use crate::state;
use opentelemetry::trace::{Span, SpanBuilder, SpanContext, SpanKind, Tracer, TracerProvider};
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
        let parent = Parent::of(parent_context);
        if state::load() & state::SPANS == 0 || matches!(parent, Parent::Suppressed) {
            return RecorderSpan::unrecorded(SpanContext::NONE);
        }
        let parent = parent.span();
        let trace_id = parent.map_or_else(random::trace_id, |parent| parent.trace_id);
        if !self.recorder.sampler.records(parent, trace_id) {
            return RecorderSpan::unrecorded(ParentSpan::unsampled(parent, trace_id));
        }
        let named = Named {
            name: builder.name,
            kind: builder.span_kind.unwrap_or(SpanKind::Internal),
            scope: self.scope.clone(),
        };
        let mut record = SpanRecord::start(Identity::Named(Box::new(named)), trace_id, parent);
        let limits = &self.recorder.limits;
        // OpenTelemetry's own handle ends a span with a reading of the wall clock, so it starts with one too.
        record.extra().start = builder.start_time.or_else(|| Some(SystemTime::now()));
        for attribute in builder.attributes.into_iter().flatten() {
            record.set_attribute(attribute, limits);
        }
        for event in builder.events.into_iter().flatten() {
            record.add_event(event.name, event.timestamp, event.attributes, limits);
        }
        for link in builder.links.into_iter().flatten() {
            record.add_link(link.span_context, link.attributes, limits);
        }
        RecorderSpan {
            span_context: record.span_context(),
            open: Some(Open {
                record: Box::new(record),
                recorder: self.recorder,
            }),
        }
    }
}

/// A span started through OpenTelemetry's API; it ends when it is told to or dropped.
#[derive(Debug)]
pub struct RecorderSpan {
    span_context: SpanContext,
    /// `None` where the span is not recorded, and after its end.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    record: Box<SpanRecord>,
    recorder: &'static Recorder,
}

impl RecorderSpan {
    fn unrecorded(span_context: SpanContext) -> Self {
        Self {
            span_context,
            open: None,
        }
    }

    fn update(&mut self, update: SpanUpdate) {
        if let Some(open) = &mut self.open {
            update.apply(&mut open.record, &open.recorder.limits);
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
        if let Some(Open {
            mut record,
            recorder,
        }) = self.open.take()
        {
            record.extra().end = Some(timestamp);
            recorder.push(*record);
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

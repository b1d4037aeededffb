//! The same formats for libraries that ask OpenTelemetry for its propagator.

use super::{Chosen, Formats, b3, baggage, jaeger};
use crate::config::Propagator;
use hyperion_runtime::backend::propagation::Propagators;
use hyperion_runtime::propagation::{Extractor, Injector, PropagatedContext};
use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{
    Extractor as TheirExtractor, Injector as TheirInjector, TextMapPropagator,
};
use opentelemetry::trace::TraceContextExt;

/// The chosen formats as OpenTelemetry has them.
#[derive(Debug)]
pub(super) struct TextMap {
    chosen: Chosen,
    fields: Vec<String>,
}

impl TextMap {
    pub(super) fn new(chosen: Chosen) -> Self {
        let fields = chosen.all().flat_map(fields).copied();
        Self {
            chosen,
            fields: fields.map(str::to_owned).collect(),
        }
    }
}

/// The headers that a format writes.
fn fields(propagator: Propagator) -> &'static [&'static str] {
    match propagator {
        Propagator::TraceContext => &["traceparent", "tracestate"],
        Propagator::Baggage => &[baggage::BAGGAGE],
        Propagator::B3 => &[b3::SINGLE],
        Propagator::B3Multi => &[b3::TRACE_ID, b3::SPAN_ID, b3::SAMPLED, b3::FLAGS],
        Propagator::Jaeger => &[jaeger::UBER_TRACE_ID],
    }
}

impl TextMapPropagator for TextMap {
    fn inject_context(&self, context: &Context, injector: &mut dyn TheirInjector) {
        let span = context.span();
        let injector = &mut Written(injector);
        Formats.inject(self.chosen.0, span.span_context(), Some(context), injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn TheirExtractor) -> Context {
        let mut found = PropagatedContext::EMPTY;
        Formats.extract(self.chosen.0, &Received(extractor), &mut found);
        found.__in(context)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}

/// Their carrier to write to. Nothing can be removed from it.
struct Written<'a>(&'a mut dyn TheirInjector);

impl Injector for Written<'_> {
    fn set(&mut self, key: &'static str, value: &str) {
        self.0.set(key, value.to_owned());
    }
}

/// Their carrier to read from.
struct Received<'a>(&'a dyn TheirExtractor);

impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)
    }

    fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
        self.0
            .get_all(key)
            .unwrap_or_default()
            .into_iter()
            .for_each(each);
    }

    fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
        self.0.keys().into_iter().for_each(each);
    }
}

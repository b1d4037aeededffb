//! The formats of propagation: W3C Trace Context, W3C Baggage, B3 and Jaeger.

mod b3;
mod baggage;
mod jaeger;
mod text_map;

use crate::config::Propagator;
use hyperion_runtime::backend::propagation::{
    self, DebuggedTrace, Propagators, extract_w3c, inject_w3c,
};
use hyperion_runtime::context::SpanContext;
use hyperion_runtime::propagation::{Extractor, Injector, PropagatedContext};
use opentelemetry::Context;
use opentelemetry::global;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::SpanContext as OtelSpanContext;

/// Has hyperion and every library that asks OpenTelemetry write and read these formats.
pub(crate) fn install(propagators: &[Propagator]) {
    let chosen = Chosen::of(propagators);
    propagation::install(&Formats, chosen.0);
    global::set_text_map_propagator(text_map::TextMap::new(chosen));
}

/// Has nobody write and read any.
pub(crate) fn uninstall() {
    propagation::uninstall();
    global::set_text_map_propagator(TextMapCompositePropagator::new(Vec::new()));
}

/// The propagators that are chosen, each once, in their order: three bits a propagator, from the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen(u32);

impl Chosen {
    const BITS: u32 = 3;

    fn of(propagators: &[Propagator]) -> Self {
        let mut chosen = Self(0);
        let mut shift = 0;
        for propagator in propagators {
            if chosen.all().all(|known| known != *propagator) {
                chosen.0 |= number(*propagator) << shift;
                shift += Self::BITS;
            }
        }
        chosen
    }

    fn all(self) -> impl Iterator<Item = Propagator> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let lowest = rest & ((1 << Self::BITS) - 1);
            rest >>= Self::BITS;
            ALL.get(usize::try_from(lowest.checked_sub(1)?).ok()?)
                .copied()
        })
    }
}

/// All of them, in the order of their numbers.
const ALL: [Propagator; 5] = [
    Propagator::TraceContext,
    Propagator::Baggage,
    Propagator::B3,
    Propagator::B3Multi,
    Propagator::Jaeger,
];

/// The number of a propagator, from 1 to 7.
const fn number(propagator: Propagator) -> u32 {
    match propagator {
        Propagator::TraceContext => 1,
        Propagator::Baggage => 2,
        Propagator::B3 => 3,
        Propagator::B3Multi => 4,
        Propagator::Jaeger => 5,
    }
}

/// A header without the blanks around it.
fn trimmed(header: &str) -> &str {
    header.trim_matches([' ', '\t'])
}

/// A span as it came in the headers of B3 or Jaeger.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    span: SpanContext,
    /// True if the format's debug flag is set.
    is_debug: bool,
}

impl Read {
    /// A span, and the caller's decision about its trace; `None` leaves that to us.
    fn new(trace_id: u128, span_id: u64, is_sampled: Option<bool>, is_debug: bool) -> Option<Self> {
        let is_sampled = is_sampled.unwrap_or_else(|| propagation::decides_to_sample(trace_id));
        let span = SpanContext::new(trace_id, span_id, is_sampled);
        span.is_valid().then_some(Self { span, is_debug })
    }
}

/// All formats.
struct Formats;

impl Propagators for Formats {
    fn inject(
        &self,
        chosen: u32,
        span: &OtelSpanContext,
        beside: Option<&Context>,
        carrier: &mut dyn Injector,
    ) {
        let is_debug = || {
            let debugged = DebuggedTrace(u128::from_be_bytes(span.trace_id().to_bytes()));
            beside.is_some_and(|beside| beside.get() == Some(&debugged))
        };
        for propagator in Chosen(chosen).all() {
            match propagator {
                Propagator::Baggage => {
                    if let Some(beside) = beside {
                        baggage::inject(beside, carrier);
                    }
                }
                _ if !span.is_valid() => {}
                Propagator::TraceContext => inject_w3c(span, carrier),
                Propagator::B3 => b3::inject_single(span, is_debug(), carrier),
                Propagator::B3Multi => b3::inject_multi(span, is_debug(), carrier),
                Propagator::Jaeger => jaeger::inject(span, is_debug(), carrier),
            }
        }
    }

    /// What a later propagator finds counts, as the specification of composite propagators has it. Of the same span in several
    /// formats everything is kept: the trace state, which only one of them carries, and the debug flag, which one has not.
    fn extract(&self, chosen: u32, carrier: &dyn Extractor, found: &mut PropagatedContext) {
        let (mut beside, mut debugged) = (None, None);
        for propagator in Chosen(chosen).all() {
            let read = match propagator {
                Propagator::TraceContext => {
                    extract_w3c(carrier, found.__span());
                    None
                }
                Propagator::Baggage => {
                    beside = baggage::extract(carrier);
                    None
                }
                Propagator::B3 | Propagator::B3Multi => b3::extract(carrier),
                Propagator::Jaeger => jaeger::extract(carrier),
            };
            if let Some(Read { span, is_debug }) = read {
                if is_debug {
                    debugged = Some(DebuggedTrace(span.trace_id()));
                }
                let ids = |span: &SpanContext| (span.trace_id(), span.span_id());
                if ids(&span) != ids(found.span_context()) {
                    *found.__span() = span;
                }
            }
        }
        if let Some(debugged) = debugged.filter(|it| it.0 == found.span_context().trace_id()) {
            beside = Some(beside.unwrap_or_default().with_value(debugged));
        }
        if beside.is_some() {
            found.__beside(beside);
        }
    }

    fn baggage_header(&self, context: &Context) -> Option<String> {
        baggage::header(context)
    }

    fn read_baggage(&self, header: &str) -> Option<Context> {
        baggage::read(header)
    }
}

#[cfg(test)]
mod tests;

//! The propagators of the program, and what goes along beside a span.

use super::{Extractor, Injector, PropagatedContext, w3c};
use crate::context::{SpanContext, SpanReference, hex, write_hex};
use crate::trace::{active, local, recorder};
use opentelemetry::Context;
use opentelemetry::baggage::{BaggageExt, KeyValueMetadata};
use opentelemetry::trace::{SpanContext as OtelSpanContext, TraceContextExt, TraceId, TraceState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// The formats that a program can choose among.
pub trait Propagators: Send + Sync {
    /// Writes a span, and the baggage and the debug flag of a context, in the formats of `chosen`.
    fn inject(
        &self,
        chosen: u32,
        span: &OtelSpanContext,
        beside: Option<&Context>,
        carrier: &mut dyn Injector,
    );

    /// Reads them into `found`, which is empty.
    fn extract(&self, chosen: u32, carrier: &dyn Extractor, found: &mut PropagatedContext);

    /// The baggage of a context as a header of W3C Baggage, if there is any.
    fn baggage_header(&self, context: &Context) -> Option<String>;

    /// A context with the baggage of such a header, if there is any.
    fn read_baggage(&self, header: &str) -> Option<Context>;
}

static PROPAGATORS: OnceLock<&'static dyn Propagators> = OnceLock::new();
/// The formats that are chosen, as the propagators write them down; zero is none.
static CHOSEN: AtomicU32 = AtomicU32::new(0);

/// Uses the formats of `chosen` from now on. The propagators are the same each time.
pub fn install(propagators: &'static dyn Propagators, chosen: u32) {
    let _ = PROPAGATORS.set(propagators);
    CHOSEN.store(chosen, Ordering::Release);
}

/// Uses none from now on.
pub fn uninstall() {
    CHOSEN.store(0, Ordering::Release);
}

fn installed() -> Option<(&'static dyn Propagators, u32)> {
    match CHOSEN.load(Ordering::Acquire) {
        0 => None,
        chosen => Some((*PROPAGATORS.get()?, chosen)),
    }
}

/// Writes the context that is current here into a carrier: the headers that the called service needs.
///
/// Where there is no span and no baggage, nothing is written.
///
/// ```
/// let mut headers = std::collections::HashMap::new();
/// hyperion::propagation::inject(&mut headers);
/// ```
pub fn inject(carrier: &mut impl Injector) {
    // A thread that is ending has lost its context.
    if let Some((propagators, chosen)) = installed()
        && local::is_alive()
    {
        let span = active::current_span_context().unwrap_or(OtelSpanContext::NONE);
        // The carrier is code of users, which may change the context.
        let beside = Context::map_current(|context| has_beside(context).then(|| context.clone()));
        propagators.inject(chosen, &span, beside.as_ref(), carrier);
    }
}

/// Reads the context of the caller from a carrier, as a parent for spans here.
///
/// What is missing or cannot be understood is left out, so that the answer may be [empty](PropagatedContext::is_empty): a
/// parent that leaves a span where it would have been.
///
/// ```
/// use hyperion::{observe, propagation::extract};
/// use std::collections::HashMap;
///
/// #[observe(kind = server, parent = extract(headers))]
/// fn answer(headers: &HashMap<String, String>) {}
/// # answer(&HashMap::new());
/// ```
pub fn extract(carrier: &impl Extractor) -> PropagatedContext {
    let mut found = PropagatedContext::EMPTY;
    if let Some((propagators, chosen)) = installed() {
        propagators.extract(chosen, carrier, &mut found);
    }
    found
}

/// Writes the headers of W3C Trace Context.
#[inline]
pub fn inject_w3c(span: &OtelSpanContext, carrier: &mut dyn Injector) {
    let ids = (
        u128::from_be_bytes(span.trace_id().to_bytes()),
        u64::from_be_bytes(span.span_id().to_bytes()),
        span.trace_flags().to_u8(),
    );
    if *span.trace_state() == TraceState::NONE {
        w3c::inject(ids, "", carrier);
    } else {
        w3c::inject(ids, SpanContext::from(span).trace_state(), carrier);
    }
}

/// Reads the headers of W3C Trace Context into `span`, and returns true if they are there.
#[inline]
pub fn extract_w3c(carrier: &dyn Extractor, span: &mut SpanContext) -> bool {
    w3c::extract(carrier, span)
}

/// The number that at most 16 digits of lower-case hex write.
pub fn read_hex(digits: &[u8]) -> Option<u64> {
    hex(digits)
}

/// Writes a span's ids into a text of hex: the trace's into the first 32 digits, the span's into the 16 after the separator.
pub fn write_ids(span: &OtelSpanContext, text: &mut [u8; 49]) {
    let (trace_id, span_id) = text.split_at_mut(32);
    write_hex(trace_id, &span.trace_id().to_bytes());
    write_hex(&mut span_id[1..], &span.span_id().to_bytes());
}

/// The decision about a trace that its caller left to us: that about one which begins here.
pub fn decides_to_sample(trace_id: u128) -> bool {
    recorder::installed()
        .is_some_and(|recorder| recorder.sampler.records(None, TraceId::from(trace_id)))
}

/// The trace that the debug flag of B3 or Jaeger is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebuggedTrace(pub u128);

impl PropagatedContext {
    /// The context that is current here.
    pub fn current() -> Self {
        if !local::is_alive() {
            return Self::EMPTY;
        }
        let context = active::current_context();
        let span = context.span().span_context().into();
        Self {
            span,
            carried: Carried::of(&context),
            taken: Some(SystemTime::now()),
        }
    }

    /// The span, for a propagator that has read it.
    #[doc(hidden)]
    #[inline]
    pub fn __span(&mut self) -> &mut SpanContext {
        &mut self.span
    }

    /// Goes with what was read beside the span.
    #[doc(hidden)]
    pub fn __beside(&mut self, beside: Option<Context>) {
        self.carried = Carried(beside);
    }

    /// `around`, with what is named here.
    #[doc(hidden)]
    pub fn __in(&self, around: &Context) -> Context {
        self.carried.context(&self.span_context().clone(), around)
    }
}

/// What goes along beside a span: a context with baggage or a debug flag and nothing else; `None` where there is neither.
#[derive(Clone, Debug, Default)]
pub(super) struct Carried(Option<Context>);

impl Carried {
    pub(super) const NOTHING: Self = Self(None);

    /// What a context has of it. It is copied, for nothing else of that context is to be kept.
    fn of(context: &Context) -> Self {
        Self(has_beside(context).then(|| copied(context, Context::new())))
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn baggage(&self, key: &str) -> Option<&str> {
        let value = self.0.as_ref()?.baggage().get(key)?;
        Some(value.as_str())
    }

    pub(super) fn reference(&self, span: &SpanContext) -> SpanReference {
        if self.is_nothing() || !local::is_alive() {
            SpanReference::of(span)
        } else {
            SpanReference::of_context(self.context(span, &active::current_context()))
        }
    }

    fn context(&self, span: &SpanContext, around: &Context) -> Context {
        let context = match &self.0 {
            Some(beside) => copied(beside, around.clone()),
            None => around.clone(),
        };
        if span.is_valid() {
            context.with_remote_span_context(span.into())
        } else {
            context
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn baggage_header(&self) -> Option<String> {
        PROPAGATORS.get()?.baggage_header(self.0.as_ref()?)
    }

    #[cfg(feature = "serde")]
    pub(super) fn of_baggage_header(header: &str) -> Self {
        let read = |propagators: &&dyn Propagators| propagators.read_baggage(header);
        Self(PROPAGATORS.get().and_then(read))
    }
}

/// Returns true if a context has baggage or a debug flag.
fn has_beside(context: &Context) -> bool {
    !context.baggage().is_empty() || context.get::<DebuggedTrace>().is_some()
}

/// `onto`, with the baggage and the debug flag of `from`, where it has them.
fn copied(from: &Context, mut onto: Context) -> Context {
    let baggage = from.baggage();
    if !baggage.is_empty() {
        onto = onto.with_baggage(baggage.iter().map(|(key, (value, metadata))| {
            KeyValueMetadata::new(key.clone(), value.clone(), metadata.clone())
        }));
    }
    match from.get::<DebuggedTrace>() {
        Some(debugged) => onto.with_value(*debugged),
        None => onto,
    }
}

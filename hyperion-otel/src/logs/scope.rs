//! The spans of `tracing` around an event: what is kept of each, and what of that stands on a line.

use tracing::Event;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::field::Fields;
use super::line::Ids;
use super::spans::SpanOfTrace;

/// The most spans on a line. It has the innermost ones, and the number of the others.
const MAX_SPANS: usize = 16;

/// The state that a log layer keeps with a span of `tracing`.
struct SpanState {
    fields: Fields,
    /// The span of the trace in which the span of `tracing` was created.
    created_in: Option<Ids>,
}

/// A part of the way from the outermost span to the event.
pub(super) enum Part<'a> {
    Span(&'a str, Option<&'a Fields>),
    /// So many spans outside of the first one.
    Omitted(usize),
}

/// Keeps the fields of a new span, and the place where it was created.
pub(super) fn keep<S>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>)
where
    S: tracing::Subscriber + for<'s> LookupSpan<'s>,
{
    let Some(span) = context.span(id) else { return };
    // Another layer of ours in the same subscriber may have been here.
    if span.extensions().get::<SpanState>().is_some() {
        return;
    }
    // The user's code formats values, so nothing is locked meanwhile.
    let mut fields = Fields::with_capacity(attributes.fields().len());
    attributes.record(&mut fields);
    span.extensions_mut().replace(SpanState {
        fields,
        created_in: Ids::of_active_span(),
    });
}

/// Keeps new values of fields.
pub(super) fn update<S>(values: &Record<'_>, id: &Id, context: &Context<'_, S>)
where
    S: tracing::Subscriber + for<'s> LookupSpan<'s>,
{
    let Some(span) = context.span(id) else { return };
    let mut fields = Fields::default();
    values.record(&mut fields);
    if let Some(state) = span.extensions_mut().get_mut::<SpanState>() {
        state.fields.update(fields);
    }
}

/// Calls `write` with each part of the way to `span`, from the outermost one.
pub(super) fn for_each<S>(span: &SpanRef<'_, S>, write: &mut impl FnMut(Part<'_>))
where
    S: for<'s> LookupSpan<'s>,
{
    for_each_within(MAX_SPANS, span, write);
}

fn for_each_within<S>(room: usize, span: &SpanRef<'_, S>, write: &mut impl FnMut(Part<'_>))
where
    S: for<'s> LookupSpan<'s>,
{
    match span.parent() {
        Some(parent) if room > 1 => for_each_within(room - 1, &parent, write),
        Some(parent) => write(Part::Omitted(parent.scope().count())),
        None => {}
    }
    let extensions = span.extensions();
    let state = extensions.get::<SpanState>();
    write(Part::Span(span.name(), state.map(|state| &state.fields)));
}

/// Calls `read` with the fields that are kept of a span.
#[cfg(feature = "otlp")]
pub(super) fn with_fields<S>(span: &SpanRef<'_, S>, read: impl FnOnce(&Fields))
where
    S: for<'s> LookupSpan<'s>,
{
    if let Some(state) = span.extensions().get::<SpanState>() {
        read(&state.fields);
    }
}

/// The ids of the span of the trace that an event is in; `span` is that of `tracing` around it.
pub(super) fn ids_at<S>(event: &Event<'_>, span: Option<&SpanRef<'_, S>>) -> Option<Ids>
where
    S: for<'s> LookupSpan<'s>,
{
    let active = Ids::of_active_span;
    let Some(span) = span else { return active() };
    // A span that is named by the event is where it belongs, else the one that the thread is in.
    match event.parent() {
        Some(_) => ids_of(span).or_else(active),
        None => active().or_else(|| ids_of(span)),
    }
}

/// The ids of the innermost span that is one of the trace, or was created in one.
fn ids_of<S>(span: &SpanRef<'_, S>) -> Option<Ids>
where
    S: for<'s> LookupSpan<'s>,
{
    span.scope().find_map(|span| {
        let extensions = span.extensions();
        let own = extensions.get::<SpanOfTrace>().map(SpanOfTrace::ids);
        own.or_else(|| extensions.get::<SpanState>()?.created_in)
    })
}

//! Spans of `tracing` as spans of the same traces.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyperion_runtime::backend::{
    ExceptionSignal, Provider, Recorder, current_context, is_alive, recorder,
};
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanContext, SpanRef, Status, TraceContextExt, Tracer as _,
    TracerProvider as _,
};
use opentelemetry::{Context as Place, ContextGuard, InstrumentationScope, KeyValue};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::line::Ids;
use super::span_fields::{ErrorText, Updates, kind_of};

/// True once a [`SpanLayer`] has been added to a subscriber.
static IS_USED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static ENTERED: RefCell<EnteredSpans> = const { RefCell::new(EnteredSpans(Vec::new())) };
}

/// A layer that makes each span of `tracing` a span of the trace around it: those of `#[tracing::instrument]`, of `info_span!`,
/// and of libraries.
///
/// [`init`](crate::init) adds it where [`tracing.spans`](crate::config::Tracing::spans) is `all`; a program with a subscriber of
/// its own adds it there, before or after `init`:
///
/// ```
/// use tracing_subscriber::filter::LevelFilter;
/// use tracing_subscriber::layer::{Layer, SubscriberExt};
///
/// let subscriber = tracing_subscriber::registry()
///     .with(hyperion::logs::spans().with_filter(LevelFilter::INFO));
/// # drop(subscriber);
/// ```
///
/// A span is recorded from its creation until it was last left, wherever it is entered; what is observed inside hangs below it.
/// Its fields are attributes, the target is its instrumentation scope, and [`follows_from`](tracing::Span::follows_from) is a
/// link. The fields `otel.name`, `otel.kind`, `otel.status_code` and `otel.status_description` are what
/// `tracing-opentelemetry` makes of them. An event of level error with a field `error`, as `#[instrument(err)]` writes it, is
/// the error of the span. Other events are log lines, with the ids of the span.
///
/// It needs [`tracing.context`](crate::config::Tracing::context) to be `full`, as it is by default. What is made while no telemetry
/// runs is no span.
pub fn spans() -> SpanLayer {
    SpanLayer(())
}

/// Makes spans of `tracing` spans of the trace; see [`spans`].
#[derive(Debug)]
pub struct SpanLayer(());

impl SpanLayer {
    /// Returns true if one has been added to a subscriber.
    pub(crate) fn is_used() -> bool {
        IS_USED.load(Ordering::Relaxed)
    }
}

/// The span of the trace that a span of `tracing` is.
pub(super) struct SpanOfTrace {
    /// The context in which the thread is while it is in the span.
    place: Place,
    /// The time when the span was last left, in nanoseconds since 1970; 0 before that.
    last_exit: AtomicU64,
}

impl SpanOfTrace {
    pub(super) fn ids(&self) -> Ids {
        Ids::of(self.place.span().span_context())
    }

    fn left(&self) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0));
        self.last_exit.store(nanos, Ordering::Relaxed);
    }

    fn end(self) {
        let span = self.place.span();
        // The registry tells of the end of a span only after that of all spans inside it.
        match self.last_exit.into_inner() {
            0 => span.end(),
            nanos => span.end_with_timestamp(UNIX_EPOCH + Duration::from_nanos(nanos)),
        }
    }
}

/// The spans that the thread has entered, and the guards of their contexts.
struct EnteredSpans(Vec<(Id, ContextGuard)>);

impl EnteredSpans {
    fn leave(&mut self, id: &Id) -> Option<ContextGuard> {
        let found = self.0.iter().rposition(|(entered, _)| entered == id)?;
        Some(self.0.remove(found).1)
    }
}

impl Drop for EnteredSpans {
    fn drop(&mut self) {
        // The thread ends, and may have no context any more that a guard could bring back.
        std::mem::take(&mut self.0)
            .into_iter()
            .for_each(std::mem::forget);
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_layer(&mut self, _subscriber: &mut S) {
        IS_USED.store(true, Ordering::Relaxed);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(recorder) = recorder::installed().filter(|_| is_alive()) else {
            return;
        };
        let Some(span) = context.span(id) else { return };
        let metadata = attributes.metadata();
        let scope = InstrumentationScope::builder(metadata.target()).build();
        let tracer = Provider { recorder }.tracer_with_scope(scope);
        let builder = SpanBuilder::from_name(metadata.name()).with_kind(kind_of(attributes));
        let around = around(attributes, &context);
        let new = tracer.build_with_context(builder, &around);
        if !new.span_context().is_valid() {
            return;
        }
        let place = around.with_span(new);
        if place.span().is_recording() {
            set_location(&place.span(), metadata);
            attributes.record(&mut Updates(place.span()));
        }
        span.extensions_mut().replace(SpanOfTrace {
            place,
            last_exit: AtomicU64::new(0),
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(place) = place_of(id, &context)
            && place.span().is_recording()
        {
            values.record(&mut Updates(place.span()));
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        if let Some(place) = place_of(id, &context)
            && let Some(followed) = place_of(follows, &context)
        {
            let followed = followed.span().span_context().clone();
            place.span().add_link(followed, Vec::new());
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if *event.metadata().level() == Level::ERROR
            && event.metadata().fields().field("error").is_some()
            && let Some(span) = context.event_span(event)
            && let Some(place) = place_of(&span.id(), &context)
            && (event.parent().is_some() || is_current(place.span().span_context()))
            && place.span().is_recording()
        {
            let mut error = ErrorText::default();
            event.record(&mut error);
            fail(&place, error.0);
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some(place) = place_of(id, &context).filter(|_| is_alive()) {
            let guard = place.attach();
            let entered = |spans: &RefCell<EnteredSpans>| {
                spans.borrow_mut().0.push((id.clone(), guard));
            };
            let _ = ENTERED.try_with(entered);
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let left = ENTERED.try_with(|spans| spans.borrow_mut().leave(id));
        // What was kept in the context may be somebody's code, so it goes when nothing of ours is borrowed.
        if let Ok(Some(guard)) = left {
            drop(guard);
        }
        if let Some(span) = context.span(id)
            && let Some(span) = span.extensions().get::<SpanOfTrace>()
        {
            span.left();
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let ended = span.extensions_mut().remove::<SpanOfTrace>();
        if let Some(ended) = ended {
            ended.end();
        }
    }
}

/// The context around a new span.
fn around<S>(attributes: &Attributes<'_>, context: &Context<'_, S>) -> Place
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let named = attributes.parent().and_then(|id| place_of(id, context));
    let here = || {
        let place = current_context();
        // It stays one in which an exporter is at work, if it is.
        if attributes.is_root() {
            return place.with_remote_span_context(SpanContext::NONE);
        }
        place
    };
    named.unwrap_or_else(here)
}

fn place_of<S>(id: &Id, context: &Context<'_, S>) -> Option<Place>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let span = context.span(id)?;
    let extensions = span.extensions();
    Some(extensions.get::<SpanOfTrace>()?.place.clone())
}

fn is_current(span: &SpanContext) -> bool {
    current_context().span().span_context() == span
}

fn set_location(span: &SpanRef<'_>, metadata: &'static Metadata<'static>) {
    if let Some(file) = metadata.file() {
        span.set_attribute(KeyValue::new("code.file.path", file));
    }
    if let Some(line) = metadata.line() {
        span.set_attribute(KeyValue::new("code.line.number", i64::from(line)));
    }
}

/// Records an error, and what it says: as an event too, unless exceptions are log lines, of which this was one.
fn fail(place: &Place, message: Option<String>) {
    let span = place.span();
    let wants_event = |recorder: &Recorder| recorder.exceptions != ExceptionSignal::Logs;
    if recorder::installed().is_some_and(wants_event) {
        let text = |text| KeyValue::new("exception.message", text);
        let attributes = message.clone().map(text).into_iter().collect();
        span.add_event("exception", attributes);
    }
    // The event does not say the type of the error.
    span.set_attribute(KeyValue::new("error.type", "_OTHER"));
    span.set_status(Status::error(message.unwrap_or_default()));
}

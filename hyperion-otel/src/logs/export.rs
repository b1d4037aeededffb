//! The layer that turns an event into a log record of OTLP.

use std::borrow::Cow;
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use hyperion_runtime::backend::is_alive;
use opentelemetry::Context as OtelContext;
use opentelemetry_proto::tonic::logs::v1::SeverityNumber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::field::{FieldValue, Fields, format_value, name_of};
use super::line::entries_of;
use super::queue::LogQueue;
use super::records::pairs;
use super::scope;
use crate::config::LogLimits;
use crate::export::otlp::{RecordHead, RecordWriter};
use crate::export::{AttributeValue, LogRecord};
use crate::text::WithSources;

/// True once a [`RecordLayer`] has been added to a subscriber.
static IS_USED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// A layer that sends every event over OTLP, as a log record with the ids of the active span.
///
/// [`init`](crate::init) adds it where [`logs.exporter`](crate::config::Logs::exporters) has `otlp`; a program with a subscriber
/// of its own adds it there, before or after `init`, which sends what it takes as the configuration says:
///
/// ```
/// use tracing_subscriber::filter::LevelFilter;
/// use tracing_subscriber::layer::{Layer, SubscriberExt};
///
/// let subscriber = tracing_subscriber::registry()
///     .with(hyperion::logs::records().with_filter(LevelFilter::INFO));
/// # drop(subscriber);
/// ```
///
/// While no telemetry runs that sends logs, it does nothing. See [the module](crate::logs#records) for what a record has.
pub fn records() -> RecordLayer {
    RecordLayer { own_queue: None }
}

/// Sends every event over OTLP; see [`records`].
#[derive(Debug)]
pub struct RecordLayer {
    /// The queue that records go to, if that is not the one of the telemetry that runs.
    own_queue: Option<&'static LogQueue>,
}

impl RecordLayer {
    /// Returns true if one has been added to a subscriber.
    pub(crate) fn is_used() -> bool {
        IS_USED.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn to(queue: &'static LogQueue) -> Self {
        Self {
            own_queue: Some(queue),
        }
    }
}

/// The place where a record grows. A thread keeps its own.
#[derive(Default)]
struct Buffers {
    writer: RecordWriter,
    /// One value, formatted.
    value: String,
}

impl<S> Layer<S> for RecordLayer
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_layer(&mut self, _subscriber: &mut S) {
        IS_USED.store(true, Ordering::Relaxed);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        scope::keep(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        scope::update(values, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let queue = self.own_queue.or_else(LogQueue::installed);
        let Some(queue) = queue.filter(|queue| !queue.is_closed()) else {
            return;
        };
        if is_suppressed() {
            return;
        }
        let with_buffers = |buffers: &RefCell<Buffers>| match buffers.try_borrow_mut() {
            Ok(mut buffers) => queue.push(record_of(event, &context, queue, &mut buffers)),
            // This thread is amid a record. Writing another one could go on without end.
            Err(_) => queue.lose_nested(),
        };
        // A thread that is ending has no buffers any more.
        if BUFFERS.try_with(with_buffers).is_err() {
            let record = record_of(event, &context, queue, &mut Buffers::default());
            queue.push(record);
        }
    }
}

/// Returns true where telemetry is being delivered: what the client of OTLP logs would be sent by it, and be logged again.
fn is_suppressed() -> bool {
    // OpenTelemetry panics where a thread that is just changing its context asks for it; one that ends has none.
    is_alive() && catch_unwind(OtelContext::is_current_telemetry_suppressed).unwrap_or(false)
}

/// Makes a record of an event.
fn record_of<S>(
    event: &Event<'_>,
    context: &Context<'_, S>,
    queue: &LogQueue,
    buffers: &mut Buffers,
) -> LogRecord
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let of_log_record = event.normalized_metadata();
    let metadata = of_log_record.as_ref().unwrap_or_else(|| event.metadata());
    let Buffers { writer, value } = buffers;
    writer.clear();
    let mut fields = RecordFields {
        writer,
        value,
        limits: queue.limits(),
        is_log_record: of_log_record.is_some(),
    };
    event.record(&mut fields);
    let pairs = of_log_record.as_ref().and_then(|_| pairs());
    if let Some(pairs) = &pairs {
        fields.keep_all(pairs);
    }
    fields.location(metadata);
    for (key, value) in entries_of(queue.baggage()) {
        fields.keep(key, AttributeValue::Text(&value));
    }
    let span = context.event_span(event);
    // The innermost span is nearest to the event, and what is nearer counts.
    for span in span.iter().flat_map(SpanRef::scope) {
        scope::with_fields(&span, |span_fields| fields.keep_all(span_fields));
    }
    let (severity, severity_text) = severity_of(*metadata.level());
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ids = scope::ids_at(event, span.as_ref());
    let head = RecordHead {
        unix_nanos: since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0)),
        severity,
        severity_text,
        event_name: match of_log_record {
            Some(_) => "",
            None => event_name(event.metadata()).unwrap_or_default(),
        },
        ids: ids.map(|ids| (ids.trace, ids.span, ids.flags)),
    };
    LogRecord {
        scope: match &of_log_record {
            Some(metadata) => Cow::Owned(metadata.target().to_owned()),
            None => Cow::Borrowed(event.metadata().target()),
        },
        fields: writer.finish(&head).into(),
    }
}

/// The severity of a level, by the example mappings of the data model.
fn severity_of(level: Level) -> (SeverityNumber, &'static str) {
    match level {
        Level::TRACE => (SeverityNumber::Trace, "TRACE"),
        Level::DEBUG => (SeverityNumber::Debug, "DEBUG"),
        Level::INFO => (SeverityNumber::Info, "INFO"),
        Level::WARN => (SeverityNumber::Warn, "WARN"),
        Level::ERROR => (SeverityNumber::Error, "ERROR"),
    }
}

/// The name that the program gave an event. One without is called after its place by `tracing`: `event src/main.rs:7`.
fn event_name(metadata: &'static Metadata<'static>) -> Option<&'static str> {
    let name = metadata.name();
    let place = || {
        let place = name
            .strip_prefix("event ")?
            .strip_prefix(metadata.file()?)?;
        place.strip_prefix(':')?.parse::<u32>().ok()
    };
    place().is_none().then_some(name)
}

/// Makes fields attributes of a record, and the field `message` its body.
struct RecordFields<'b> {
    writer: &'b mut RecordWriter,
    value: &'b mut String,
    limits: &'b LogLimits,
    is_log_record: bool,
}

impl RecordFields<'_> {
    fn keep(&mut self, key: &str, value: AttributeValue<'_>) {
        self.writer.attribute(key, value, self.limits);
    }

    fn keep_all(&mut self, fields: &Fields) {
        for (key, value) in fields.iter() {
            match value {
                FieldValue::I64(value) => self.keep(key, AttributeValue::I64(*value)),
                FieldValue::U64(value) => self.whole(key, *value),
                FieldValue::I128(value) => self.whole(key, *value),
                FieldValue::U128(value) => self.whole(key, *value),
                FieldValue::F64(value) => self.keep(key, AttributeValue::F64(*value)),
                FieldValue::Bool(value) => self.keep(key, AttributeValue::Bool(*value)),
                FieldValue::Text(text) | FieldValue::Formatted(text) => {
                    self.keep(key, AttributeValue::Text(text));
                }
            }
        }
    }

    /// Keeps a whole number; as text where OpenTelemetry has none that large.
    fn whole<N: Copy + fmt::Display + TryInto<i64>>(&mut self, key: &str, value: N) {
        match value.try_into() {
            Ok(value) => self.keep(key, AttributeValue::I64(value)),
            Err(_) => self.keep(key, AttributeValue::Text(&value.to_string())),
        }
    }

    /// Keeps the place in the code, by the semantic conventions.
    fn location(&mut self, metadata: &Metadata<'_>) {
        if let Some(file) = metadata.file() {
            self.keep("code.file.path", AttributeValue::Text(file));
        }
        if let Some(line) = metadata.line() {
            self.keep("code.line.number", AttributeValue::I64(line.into()));
        }
    }

    fn field(&mut self, field: &Field, value: AttributeValue<'_>) {
        match name_of(field, self.is_log_record) {
            Some("message") => self.writer.body(value),
            Some(name) => self.keep(name, value),
            None => {}
        }
    }

    fn formatted(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let mut text = std::mem::take(self.value);
        format_value(&mut text, value);
        self.field(field, AttributeValue::Text(&text));
        *self.value = text;
    }
}

impl Visit for RecordFields<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, AttributeValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.formatted(field, format_args!("{value}")),
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.formatted(field, format_args!("{value}")),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.formatted(field, format_args!("{value}")),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, AttributeValue::F64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, AttributeValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, AttributeValue::Text(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.formatted(field, format_args!("{}", WithSources(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.formatted(field, format_args!("{value:?}"));
    }
}

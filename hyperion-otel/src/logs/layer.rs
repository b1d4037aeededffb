//! The layer that turns an event into a line.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use hyperion_runtime::backend::lock;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::line::{Buffers, Head, Ids, entries_of};
use super::scope::{self, Part};
use super::{json, records, text};
use crate::config::LogFormat;

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// The counts of all layers that have been added to a subscriber.
static LAYERS: Mutex<Vec<Weak<Lines>>> = Mutex::new(Vec::new());

/// The lines of all layers that subscribers have, written and lost; `None` if there is no such layer.
pub(crate) fn all_lines() -> Option<(u64, u64)> {
    let layers = lock(&LAYERS);
    let counts = layers.iter().filter_map(Weak::upgrade);
    counts
        .map(|lines| {
            let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
            (read(&lines.written), read(&lines.lost))
        })
        .reduce(|one, other| (one.0 + other.0, one.1 + other.1))
}

/// A layer that writes every event to `output` as a line of `format`, with the ids of the active span.
///
/// The filters of the subscriber that it is added to choose the events. Each line is one call of
/// [`write_all`](Write::write_all).
pub fn layer<W>(format: LogFormat, output: W) -> LogLayer<W>
where
    W: for<'w> MakeWriter<'w> + 'static,
{
    LogLayer {
        format,
        output,
        color: false,
        baggage: Vec::new(),
        clock: SystemTime::now,
        lines: Arc::default(),
    }
}

/// Writes every event as a line; see [`layer`].
pub struct LogLayer<W> {
    format: LogFormat,
    output: W,
    color: bool,
    /// The keys of baggage that are written.
    baggage: Vec<String>,
    clock: fn() -> SystemTime,
    lines: Arc<Lines>,
}

impl<W> LogLayer<W> {
    /// Colours text, if `color`; without this it is not coloured. JSON never is.
    #[must_use]
    pub fn with_color(mut self, color: bool) -> Self {
        self.color = color;
        self
    }

    /// Writes the baggage of these keys on each line where it is set. A field of an event that has such a name is called
    /// `fields.` and that name.
    ///
    /// Baggage comes from whoever sent the request: name what may stand in a log.
    #[must_use]
    pub fn with_baggage(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.baggage = keys.into_iter().collect();
        self
    }

    /// A count of the lines that could not be written, which goes on counting.
    pub fn lost_lines(&self) -> LostLines {
        LostLines(Arc::clone(&self.lines))
    }

    /// A count of the lines that were written, which goes on counting.
    pub fn written_lines(&self) -> WrittenLines {
        WrittenLines(Arc::clone(&self.lines))
    }

    #[cfg(test)]
    pub(crate) fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }
}

impl<W> fmt::Debug for LogLayer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLayer")
            .field("format", &self.format)
            .field("color", &self.color)
            .field("baggage", &self.baggage)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// The lines of a layer.
#[derive(Debug, Default)]
struct Lines {
    written: AtomicU64,
    lost: AtomicU64,
}

/// The number of lines that could not be written.
#[derive(Clone, Debug, Default)]
pub struct LostLines(Arc<Lines>);

impl LostLines {
    /// The number so far.
    pub fn count(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }
}

/// The number of lines that were written.
#[derive(Clone, Debug, Default)]
pub struct WrittenLines(Arc<Lines>);

impl WrittenLines {
    /// The number so far.
    pub fn count(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }
}

impl<S, W> Layer<S> for LogLayer<W>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_layer(&mut self, _subscriber: &mut S) {
        let mut layers = lock(&LAYERS);
        layers.retain(|known| known.strong_count() > 0);
        if !layers
            .iter()
            .any(|known| known.as_ptr() == Arc::as_ptr(&self.lines))
        {
            layers.push(Arc::downgrade(&self.lines));
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        scope::keep(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        scope::update(values, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // The output is the user's code, and a panic of it is not to reach whoever logs.
        let written = catch_unwind(AssertUnwindSafe(|| self.emit(event, &context)));
        match written {
            Ok(true) => self.lines.written.fetch_add(1, Ordering::Relaxed),
            _ => self.lines.lost.fetch_add(1, Ordering::Relaxed),
        };
    }
}

impl<W: for<'w> MakeWriter<'w>> LogLayer<W> {
    /// Writes a line; false if that failed.
    fn emit<S>(&self, event: &Event<'_>, context: &Context<'_, S>) -> bool
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        let with_buffers = |buffers: &RefCell<Buffers>| match buffers.try_borrow_mut() {
            Ok(mut buffers) => self.emit_with(event, context, &mut buffers),
            // This thread is amid a line. Writing another one could go on without end.
            Err(_) => false,
        };
        // A thread that is ending has no buffers any more.
        BUFFERS
            .try_with(with_buffers)
            .unwrap_or_else(|_| self.emit_with(event, context, &mut Buffers::default()))
    }

    fn emit_with<S>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
        buffers: &mut Buffers,
    ) -> bool
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        let of_log_record = event.normalized_metadata();
        let metadata = of_log_record.as_ref().unwrap_or_else(|| event.metadata());
        buffers.clear();
        let head = Head {
            // Times before 1970, of a clock that was never set, cannot be formatted.
            time: (self.clock)().max(UNIX_EPOCH),
            level: *metadata.level(),
            target: metadata.target(),
            is_log_record: of_log_record.is_some(),
            pairs: of_log_record.as_ref().and_then(|_| records::pairs()),
            ids: self.write_spans(event, context, buffers),
            baggage: entries_of(&self.baggage),
            reserved: &self.baggage,
        };
        match self.format {
            LogFormat::Json => json::write(&head, event, buffers),
            LogFormat::Text => text::write(&head, event, self.color, buffers),
        }
        self.output
            .make_writer_for(metadata)
            .write_all(&buffers.line)
            .is_ok()
    }

    /// Writes the spans of `tracing` around the event for themselves, and returns the ids of the span of the trace that the
    /// event is in.
    fn write_spans<S>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
        buffers: &mut Buffers,
    ) -> Option<Ids>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        let span = context.event_span(event);
        let mut write = |part: Part<'_>| match (part, self.format) {
            (Part::Span(name, fields), LogFormat::Json) => {
                json::write_span(name, fields, &mut buffers.spans);
            }
            (Part::Span(name, fields), LogFormat::Text) => {
                text::write_span(name, fields, self.color, &mut buffers.spans);
            }
            (Part::Omitted(count), LogFormat::Json) => {
                json::write_omitted(count, &mut buffers.spans);
            }
            (Part::Omitted(count), LogFormat::Text) => {
                text::write_omitted(count, &mut buffers.spans);
            }
        };
        if let Some(span) = &span {
            scope::for_each(span, &mut write);
        }
        scope::ids_at(event, span.as_ref())
    }
}

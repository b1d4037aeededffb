//! The layer that turns an event into a line.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer};

use super::line::{Buffers, Head, Ids, entries_of};
use super::{json, text};
use crate::config::LogFormat;

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
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
        lost: LostLines::default(),
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
    lost: LostLines,
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
        self.lost.clone()
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
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

/// The number of lines that could not be written.
#[derive(Clone, Debug, Default)]
pub struct LostLines(Arc<AtomicU64>);

impl LostLines {
    /// The number so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl<S, W> Layer<S> for LogLayer<W>
where
    S: Subscriber,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        // The output is the user's code, and a panic of it is not to reach whoever logs.
        let written = catch_unwind(AssertUnwindSafe(|| self.emit(event)));
        if !matches!(written, Ok(true)) {
            self.lost.add();
        }
    }
}

impl<W: for<'w> MakeWriter<'w>> LogLayer<W> {
    /// Writes a line; false if that failed.
    fn emit(&self, event: &Event<'_>) -> bool {
        let with_buffers = |buffers: &RefCell<Buffers>| match buffers.try_borrow_mut() {
            Ok(mut buffers) => self.emit_with(event, &mut buffers),
            // This thread is amid a line. Writing another one could go on without end.
            Err(_) => false,
        };
        // A thread that is ending has no buffers any more.
        BUFFERS
            .try_with(with_buffers)
            .unwrap_or_else(|_| self.emit_with(event, &mut Buffers::default()))
    }

    fn emit_with(&self, event: &Event<'_>, buffers: &mut Buffers) -> bool {
        let of_log_record = event.normalized_metadata();
        let metadata = of_log_record.as_ref().unwrap_or_else(|| event.metadata());
        let head = Head {
            // Times before 1970, of a clock that was never set, cannot be formatted.
            time: (self.clock)().max(UNIX_EPOCH),
            level: *metadata.level(),
            target: metadata.target(),
            is_log_record: of_log_record.is_some(),
            ids: Ids::of_active_span(),
            baggage: entries_of(&self.baggage),
            reserved: &self.baggage,
        };
        buffers.clear();
        match self.format {
            LogFormat::Json => json::write(&head, event, buffers),
            LogFormat::Text => text::write(&head, event, self.color, buffers),
        }
        self.output
            .make_writer_for(metadata)
            .write_all(&buffers.line)
            .is_ok()
    }
}

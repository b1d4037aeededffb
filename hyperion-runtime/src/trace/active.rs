//! The span that a thread is in.
//!
//! An observed call keeps its open span in a thread-local slot while it runs, and attaches a span to OpenTelemetry's
//! context that stands for it. Whoever asks OpenTelemetry for the current span, also from another thread, gets that
//! stand-in; what is written to it is merged when the span ends.

use super::clock::Ticks;
use super::record::{Identity, Site, SpanRecord};
use super::recorder::Recorder;
use super::settings::{ExceptionSignal, SpanLimits};
use super::stand_in::{StandIn, Updates};
use super::update::SpanUpdate;
use crate::pool::Spares;
use opentelemetry::trace::{SpanId, TraceContextExt};
use opentelemetry::{Context, ContextGuard};
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// An open span.
#[derive(Debug)]
pub(crate) struct ActiveSpan {
    pub(crate) record: SpanRecord,
    recorder: &'static Recorder,
    /// Nobody has asked for its fields yet.
    is_new: bool,
    context: Context,
    updates: Arc<Updates>,
}

thread_local! {
    static CURRENT: Cell<Option<Box<ActiveSpan>>> = {
        // OpenTelemetry's own slot is made first, so that it outlives this one: while this one can be reached, so can it.
        // On a thread that is ending and has lost it already, the slot stays empty.
        let _ = std::panic::catch_unwind(|| Context::map_current(|_| ()));
        Cell::new(None)
    };
}

/// Returns true if this thread can be in a span. A thread that is ending cannot any more.
#[inline]
pub(crate) fn is_possible() -> bool {
    CURRENT.try_with(|_| ()).is_ok()
}

/// A span that was entered, until it is left again.
#[must_use = "leave the span in the order in which it was entered"]
#[derive(Debug)]
pub(crate) struct Entered {
    /// The span around this one.
    outer: Option<Box<ActiveSpan>>,
    attached: ContextGuard,
}

impl ActiveSpan {
    /// Opens the span that `start` makes, in `around` or where the thread is.
    #[inline]
    pub(crate) fn open(
        recorder: &'static Recorder,
        around: Option<&Context>,
        start: impl FnOnce() -> SpanRecord,
    ) -> Box<Self> {
        // The memory comes first, so that the span, which is large, is made where it will stay.
        let Spare { memory, updates } = Spares::take(&SPARES).unwrap_or_else(|| Spare {
            memory: Box::new_uninit(),
            updates: Arc::default(),
        });
        let mut span = Box::write(
            memory,
            Self {
                record: start(),
                recorder,
                is_new: true,
                context: Context::new(),
                updates: Arc::clone(&updates),
            },
        );
        let stand_in = StandIn {
            span_context: span.record.span_context(),
            updates,
        };
        span.context = match around {
            Some(around) => around.with_span(stand_in),
            None => Context::current_with_span(stand_in),
        };
        span
    }

    pub(crate) fn limits(&self) -> &'static SpanLimits {
        &self.recorder.limits
    }

    pub(crate) fn exceptions(&self) -> ExceptionSignal {
        self.recorder.exceptions
    }

    /// Makes this the span that the thread is in, for good or, if `again`, for the first of many times.
    pub(crate) fn enter(mut self: Box<Self>, again: bool) -> Entered {
        let context = if again {
            self.context.clone()
        } else {
            std::mem::take(&mut self.context)
        };
        let attached = context.attach();
        let outer = CURRENT
            .try_with(|current| current.replace(Some(self)))
            .ok()
            .flatten();
        Entered { outer, attached }
    }

    /// Closes the span and hands it over.
    #[inline]
    pub(crate) fn close(mut self: Box<Self>, end: Ticks) {
        drop(std::mem::take(&mut self.context));
        let pending = Updates::close(&mut self.updates);
        self.apply(pending.list);
        if pending.dropped > 0 {
            self.record.count_dropped_attributes(pending.dropped);
        }
        self.record.end = end;
        let (mut span, memory) = take_apart(self);
        span.recorder.push(span.record);
        if Updates::is_free(&mut span.updates) {
            let updates = span.updates;
            Spares::keep(&SPARES, Spare { memory, updates });
        }
    }

    fn apply(&mut self, updates: Vec<SpanUpdate>) {
        for update in updates {
            update.apply(&mut self.record, &self.recorder.limits);
        }
    }
}

impl Entered {
    /// Leaves the span and gives it back.
    pub(crate) fn leave(self) -> Option<Box<ActiveSpan>> {
        drop(self.attached);
        CURRENT
            .try_with(|current| current.replace(self.outer))
            .ok()
            .flatten()
    }
}

/// Calls `change`, which must not panic, with the span that the thread is in, if that is one of `site` and nobody has asked
/// for its fields before.
pub(crate) fn with_current_new(site: &'static Site, change: impl FnOnce(&mut ActiveSpan)) {
    with_current(|span| {
        let is_new = std::mem::take(&mut span.is_new);
        if is_new
            && matches!(span.record.identity, Identity::Site(known) if std::ptr::eq(known, site))
        {
            change(span);
        }
    });
}

/// Calls `change`, which must not panic, with the span that the thread is in, if it is in one.
pub(crate) fn with_current(change: impl FnOnce(&mut ActiveSpan)) {
    let Ok(Some(mut span)) = CURRENT.try_with(Cell::take) else {
        return;
    };
    change(&mut span);
    let _ = CURRENT.try_with(|current| current.set(Some(span)));
}

/// Returns true if the thread is in the open span `span`, and not in one below it.
#[inline]
pub(crate) fn is_in(span: SpanId) -> bool {
    let mut answer = false;
    with_current(|current| answer = current.record.span_id == span);
    answer
}

/// Applies `update` to the open span `span` if the thread is in it, or else gives the update back.
pub(crate) fn update(span: SpanId, update: SpanUpdate) -> Option<SpanUpdate> {
    let mut left = Some(update);
    with_current(|current| {
        if current.record.span_id == span
            && let Some(update) = left.take()
        {
            // Those that came by way of the context are earlier.
            current.apply(current.updates.take());
            update.apply(&mut current.record, &current.recorder.limits);
        }
    });
    left
}

/// The parts of a span that was closed which the next one uses.
#[derive(Debug)]
struct Spare {
    memory: Box<MaybeUninit<ActiveSpan>>,
    /// Empty, and nobody else holds it.
    updates: Arc<Updates>,
}

thread_local! {
    static SPARES: Spares<Spare> = const { Spares::new() };
}

/// The span, and the memory that it was in.
#[inline]
fn take_apart(span: Box<ActiveSpan>) -> (ActiveSpan, Box<MaybeUninit<ActiveSpan>>) {
    let pointer = Box::into_raw(span);
    // SAFETY: the pointer comes from a box, so it may be read and be boxed again. The span is moved out once, and the box
    // that is left no longer takes itself for one, so nothing is dropped twice. Safe code cannot move a value out of a box
    // and keep the box.
    unsafe { (pointer.read(), Box::from_raw(pointer.cast())) }
}

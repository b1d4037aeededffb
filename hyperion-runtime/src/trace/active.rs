//! The span that a thread is in.
//!
//! An observed call keeps its open span in a thread-local slot while it runs, and attaches a span to OpenTelemetry's
//! context that stands for it. Whoever asks OpenTelemetry for the current span, also from another thread, gets that
//! stand-in; what is written to it is merged when the span ends.

mod remark;

use super::clock::Ticks;
use super::exceptions::ExceptionSignal;
use super::limits::SpanLimits;
use super::record::{Identity, SpanRecord};
use super::recorder::Recorder;
use super::site::Site;
use crate::lock::lock;
use opentelemetry::trace::{Span, SpanContext, Status, TraceContextExt};
use opentelemetry::{Context, ContextGuard, KeyValue};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

pub(crate) use remark::{is_in, remark};

/// An open span.
#[derive(Debug)]
pub(crate) struct ActiveSpan {
    pub(crate) record: SpanRecord,
    recorder: &'static Recorder,
    /// Nobody has asked for its fields yet.
    is_new: bool,
    context: Context,
    remarks: Arc<Remarks>,
}

thread_local! {
    static CURRENT: Cell<Option<Box<ActiveSpan>>> = {
        // OpenTelemetry's own slot is made first, so that it outlives this one: while this one can be reached, so can it.
        // On a thread that is ending and has lost it already, the slot stays empty.
        let _ = std::panic::catch_unwind(|| Context::map_current(|_| ()));
        Cell::new(None)
    };
}

/// Whether this thread can be in a span. A thread that is ending cannot any more.
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
        let Spare { memory, remarks } = Spare::take();
        let mut span = Box::write(
            memory,
            Self {
                record: start(),
                recorder,
                is_new: true,
                context: Context::new(),
                remarks: Arc::clone(&remarks),
            },
        );
        let stand_in = StandIn {
            span_context: span.record.span_context(),
            remarks,
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
        self.merge_remarks();
        self.record.end = end;
        let (span, memory) = take_apart(self);
        span.recorder.push(span.record);
        Spare::keep(memory, span.remarks);
    }

    fn merge_remarks(&mut self) {
        let said = match Arc::get_mut(&mut self.remarks) {
            // Nobody holds the stand-in any more: no lock is needed.
            Some(remarks) => std::mem::take(
                remarks
                    .said
                    .get_mut()
                    .unwrap_or_else(PoisonError::into_inner),
            ),
            None => self.remarks.close(),
        };
        for remark in said.list {
            remark.apply(&mut self.record, &self.recorder.limits);
        }
        if said.dropped > 0 {
            self.record.count_dropped_attributes(said.dropped);
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

/// What a span that was closed leaves for the next one.
#[derive(Debug)]
struct Spare {
    memory: Box<MaybeUninit<ActiveSpan>>,
    /// Nothing was said in it, and nobody holds it.
    remarks: Arc<Remarks>,
}

thread_local! {
    static SPARES: RefCell<Vec<Spare>> = const { RefCell::new(Vec::new()) };
}

impl Spare {
    /// How many a thread keeps: calls rarely nest deeper.
    const MOST: usize = 16;

    #[inline]
    fn take() -> Self {
        let spare = SPARES.try_with(|spares| spares.borrow_mut().pop());
        spare.ok().flatten().unwrap_or_else(|| Self {
            memory: Box::new_uninit(),
            remarks: Arc::default(),
        })
    }

    #[inline]
    fn keep(memory: Box<MaybeUninit<ActiveSpan>>, mut remarks: Arc<Remarks>) {
        // One that was shared at the end is closed for good.
        if Arc::get_mut(&mut remarks).is_some_and(|remarks| !*remarks.closed.get_mut()) {
            // A thread that is ending keeps nothing.
            let _ = SPARES.try_with(|spares| {
                let mut spares = spares.borrow_mut();
                if spares.len() < Self::MOST {
                    spares.push(Self { memory, remarks });
                }
            });
        }
    }
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

/// Stands for an open span in OpenTelemetry's context.
#[derive(Debug)]
struct StandIn {
    span_context: SpanContext,
    remarks: Arc<Remarks>,
}

/// What others said about an open span.
#[derive(Debug, Default)]
struct Remarks {
    said: Mutex<Said>,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Said {
    list: Vec<Remark>,
    /// More was said than is kept.
    dropped: u32,
}

/// One thing that was said about a span through OpenTelemetry's API.
#[derive(Debug)]
pub(crate) enum Remark {
    Attribute(KeyValue),
    Event(Cow<'static, str>, SystemTime, Vec<KeyValue>),
    Link(SpanContext, Vec<KeyValue>),
    Name(Cow<'static, str>),
    Status(Status),
}

impl Remark {
    pub(crate) fn apply(self, record: &mut SpanRecord, limits: &SpanLimits) {
        match self {
            Self::Attribute(attribute) => record.set_attribute(attribute, limits),
            Self::Event(name, time, attributes) => record.add_event(name, time, attributes, limits),
            Self::Link(span, attributes) => record.add_link(span, attributes, limits),
            Self::Name(name) => record.set_name(name),
            Self::Status(status) => record.set_status(status),
        }
    }
}

impl Remarks {
    /// A span holds at most this many of each kind, so more are not worth keeping.
    const MOST: usize = 1024;

    fn push(&self, remark: Remark) {
        let mut said = lock(&self.said);
        if self.is_closed() {
            // The span has ended, and what is said too late is ignored, as the API asks for.
        } else if said.list.len() < Self::MOST {
            said.list.push(remark);
        } else {
            said.dropped = said.dropped.saturating_add(1);
        }
    }

    fn close(&self) -> Said {
        let mut said = lock(&self.said);
        self.closed.store(true, Ordering::Release);
        std::mem::take(&mut *said)
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

impl Span for StandIn {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        self.remarks
            .push(Remark::Event(name.into(), timestamp, attributes));
    }

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        !self.remarks.is_closed()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.remarks.push(Remark::Attribute(attribute));
    }

    fn set_status(&mut self, status: Status) {
        self.remarks.push(Remark::Status(status));
    }

    fn update_name<T>(&mut self, new_name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.remarks.push(Remark::Name(new_name.into()));
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        self.remarks.push(Remark::Link(span_context, attributes));
    }

    /// Nothing: the observed call ends its span when it returns.
    fn end_with_timestamp(&mut self, _timestamp: SystemTime) {}
}

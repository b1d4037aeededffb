//! Stand-ins for open spans in OpenTelemetry's context.

use super::settings::SpanLimits;
use super::update::{SpanUpdate, update_methods};
use crate::lock::lock;
use opentelemetry::trace::{Span, SpanContext};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// Stands for an open span, and takes updates for it.
#[derive(Debug)]
pub(super) struct StandIn {
    span_context: SpanContext,
    state: &'static State,
    limits: &'static SpanLimits,
}

/// The updates of an open span by others.
///
/// It is never freed. The span that it belongs to keeps it for the next one, unless somebody still holds the stand-in when
/// the span ends.
#[derive(Debug)]
pub(super) struct State {
    /// Nobody holds the stand-in any more.
    is_gone: AtomicBool,
    /// There are updates.
    is_told: AtomicBool,
    /// The span has ended.
    is_closed: AtomicBool,
    pending: Mutex<Pending>,
}

/// The updates that have come.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) list: Vec<SpanUpdate>,
    /// The attributes, events and links that there was no room for.
    pub(super) dropped: [u32; 3],
}

/// States whose stand-ins were held longer than their spans lasted.
static HELD: Mutex<Vec<&'static State>> = Mutex::new(Vec::new());

impl Pending {
    const NONE: Self = Self {
        list: Vec::new(),
        dropped: [0; 3],
    };

    /// Keeps an update as the span itself would: what is said again is kept once, and there are no more of a kind than a span
    /// has.
    fn push(&mut self, update: SpanUpdate, limits: &SpanLimits) {
        let mut told = Some(update);
        for known in &mut self.list {
            told = told.and_then(|update| known.merge(update));
        }
        let Some(update) = told else { return };
        let Some((kind, most)) = update.limit(limits) else {
            return self.list.push(update);
        };
        let is_of_kind = |known: &&SpanUpdate| known.limit(limits) == Some((kind, most));
        if self.list.iter().filter(is_of_kind).count() < most as usize {
            self.list.push(update);
        } else if let Some(dropped) = self.dropped.get_mut(kind) {
            *dropped = dropped.saturating_add(1);
        }
    }
}

impl State {
    /// A state that nobody uses.
    #[cold]
    pub(super) fn unused() -> &'static Self {
        let mut held = lock(&HELD);
        if let Some(at) = held.iter().position(|state| state.is_gone()) {
            let state = held.swap_remove(at);
            state.is_closed.store(false, Ordering::Relaxed);
            return state;
        }
        Box::leak(Box::new(Self {
            is_gone: AtomicBool::new(true),
            is_told: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            pending: Mutex::new(Pending::NONE),
        }))
    }

    /// The one that stands for the span of this state.
    #[inline]
    pub(super) fn stand_in(
        &'static self,
        span_context: SpanContext,
        limits: &'static SpanLimits,
    ) -> StandIn {
        self.is_gone.store(false, Ordering::Relaxed);
        StandIn {
            span_context,
            state: self,
            limits,
        }
    }

    /// Returns true if nobody holds the stand-in.
    #[inline]
    pub(super) fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

    /// Returns true if there are updates.
    #[inline]
    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Acquire)
    }

    /// Takes the updates that have come so far.
    #[cold]
    pub(super) fn take(&self) -> Pending {
        let mut pending = lock(&self.pending);
        self.is_told.store(false, Ordering::Relaxed);
        std::mem::replace(&mut pending, Pending::NONE)
    }

    /// Takes no more updates, for the span has ended and somebody holds its stand-in.
    #[cold]
    pub(super) fn close(&'static self) -> Pending {
        let mut pending = lock(&self.pending);
        self.is_closed.store(true, Ordering::Release);
        self.is_told.store(false, Ordering::Relaxed);
        let pending = std::mem::replace(&mut *pending, Pending::NONE);
        lock(&HELD).push(self);
        pending
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    fn push(&self, update: SpanUpdate, limits: &SpanLimits) {
        let mut pending = lock(&self.pending);
        // What comes too late is ignored, as the API asks for.
        if !self.is_closed() {
            pending.push(update, limits);
            self.is_told.store(true, Ordering::Release);
        }
    }
}

impl Drop for StandIn {
    #[inline]
    fn drop(&mut self) {
        self.state.is_gone.store(true, Ordering::Release);
    }
}

impl StandIn {
    fn update(&mut self, update: SpanUpdate) {
        self.state.push(update, self.limits);
    }
}

impl Span for StandIn {
    update_methods!();

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        !self.state.is_closed()
    }

    /// Nothing: the observed call ends its span when it returns.
    fn end_with_timestamp(&mut self, _timestamp: SystemTime) {}
}

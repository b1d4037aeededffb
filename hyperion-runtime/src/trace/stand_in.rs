//! Stand-ins for open spans in OpenTelemetry's context.

use super::update::{SpanUpdate, update_methods};
use crate::lock::lock;
use opentelemetry::trace::{Span, SpanContext};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Stands for an open span, and takes updates for it.
#[derive(Debug)]
pub(super) struct StandIn {
    pub(super) span_context: SpanContext,
    pub(super) updates: Arc<Updates>,
}

/// The updates of an open span by others.
#[derive(Debug, Default)]
pub(super) struct Updates {
    pending: Mutex<Pending>,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) list: Vec<SpanUpdate>,
    /// The updates that there was no room for.
    pub(super) dropped: u32,
}

impl Updates {
    /// A span holds at most this many of each kind, so more are not worth keeping.
    const MOST: usize = 1024;

    fn push(&self, update: SpanUpdate) {
        let mut pending = lock(&self.pending);
        if self.is_closed() {
            // The span has ended, and an update that comes too late is ignored, as the API asks for.
        } else if pending.list.len() < Self::MOST {
            pending.list.push(update);
        } else {
            pending.dropped = pending.dropped.saturating_add(1);
        }
    }

    /// Takes those that have come so far.
    pub(super) fn take(&self) -> Vec<SpanUpdate> {
        std::mem::take(&mut lock(&self.pending).list)
    }

    /// Takes all, for the span ends.
    #[inline]
    pub(super) fn close(updates: &mut Arc<Self>) -> Pending {
        if let Some(updates) = Arc::get_mut(updates) {
            // Nobody holds the stand-in any more: no lock is needed.
            let pending = updates.pending.get_mut();
            return std::mem::take(pending.unwrap_or_else(PoisonError::into_inner));
        }
        let mut pending = lock(&updates.pending);
        updates.closed.store(true, Ordering::Release);
        std::mem::take(&mut pending)
    }

    /// Returns true if another span can use this: one that was shared at the end is closed for good.
    #[inline]
    pub(super) fn is_free(updates: &mut Arc<Self>) -> bool {
        Arc::get_mut(updates).is_some_and(|updates| !*updates.closed.get_mut())
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

impl StandIn {
    fn update(&mut self, update: SpanUpdate) {
        self.updates.push(update);
    }
}

impl Span for StandIn {
    update_methods!();

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        !self.updates.is_closed()
    }

    /// Nothing: the observed call ends its span when it returns.
    fn end_with_timestamp(&mut self, _timestamp: SystemTime) {}
}

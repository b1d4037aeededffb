//! Stand-ins for open spans in OpenTelemetry's context.

use super::remarks::Remarks;
use super::settings::SpanLimits;
use super::update::{SpanUpdate, update_methods};
use crate::lock::lock;
use opentelemetry::trace::{Span, SpanContext};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::SystemTime;

/// Stands for an open span, and takes updates for it.
#[derive(Debug)]
pub(super) struct StandIn {
    span_context: SpanContext,
    updates: &'static Updates,
    limits: &'static SpanLimits,
}

/// The updates of an open span by others.
///
/// They are never freed. The span that they are about keeps them for the next one, unless somebody still holds the stand-in
/// when the span ends.
pub(super) type Updates = Remarks<Pending>;

/// The updates that have come.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) list: Vec<SpanUpdate>,
    /// The attributes, events and links that there was no room for.
    pub(super) dropped: [u32; 3],
}

/// Those whose stand-ins were held longer than their spans lasted.
static HELD: Mutex<VecDeque<&'static Updates>> = Mutex::new(VecDeque::new());

impl Pending {
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

/// Updates that nobody uses.
#[cold]
pub(super) fn unused() -> &'static Updates {
    /// So many are asked whether they are held, however many there are: the next span asks others.
    const ASKED: usize = 4;
    let mut held = lock(&HELD);
    for _ in 0..ASKED.min(held.len()) {
        match held.pop_front() {
            Some(updates) if updates.is_gone() => {
                updates.reopen();
                return updates;
            }
            still_held => held.extend(still_held),
        }
    }
    Box::leak(Box::new(Updates::new()))
}

/// Takes no more updates, for the span has ended and somebody holds its stand-in.
#[cold]
pub(super) fn close(updates: &'static Updates) -> Pending {
    let pending = updates.close();
    lock(&HELD).push_back(updates);
    pending
}

impl Drop for StandIn {
    #[inline]
    fn drop(&mut self) {
        self.updates.leave();
    }
}

impl StandIn {
    /// The one that stands for the span of these updates.
    #[inline(always)]
    pub(super) fn new(
        span_context: SpanContext,
        updates: &'static Updates,
        limits: &'static SpanLimits,
    ) -> Self {
        updates.open();
        Self {
            span_context,
            updates,
            limits,
        }
    }

    fn update(&mut self, update: SpanUpdate) {
        self.updates
            .say(|pending| pending.push(update, self.limits));
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn updates_that_were_held_are_used_again_when_they_are_not() {
        let mut known = HashSet::new();
        let held: Vec<_> = (0..100)
            .map(|_| {
                let updates = unused();
                assert!(known.insert(std::ptr::from_ref(updates)), "it is held");
                let held = StandIn::new(SpanContext::NONE, updates, &SpanLimits::DEFAULT);
                close(updates);
                held
            })
            .collect();
        drop(held);
        let again: Vec<_> = (0..100).map(|_| unused()).collect();
        assert!(again.iter().all(|updates| !updates.is_closed()));
        let is_known = |updates: &&&'static Updates| known.contains(&std::ptr::from_ref(**updates));
        // Other tests may have taken some.
        assert!(again.iter().filter(is_known).count() > 80);
    }
}

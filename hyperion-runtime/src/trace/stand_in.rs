//! Stand-ins for open spans in OpenTelemetry's context.
//!
//! OpenTelemetry boxes every span that has a size. So a stand-in is nothing but the right to speak in its [`Seat`], and the
//! first ones have types of their own that say which seat that is: boxing those does not allocate.

use super::remarks::Remarks;
use super::settings::SpanLimits;
use super::update::{SpanUpdate, update_methods};
use crate::lock::lock;
use opentelemetry::Context;
use opentelemetry::trace::{Span, SpanContext, TraceContextExt, TraceState};
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

/// The place that a stand-in speaks in, and its span listens.
///
/// It is never freed. The span that it is about keeps it for the next one, unless somebody still holds the stand-in when the
/// span ends.
struct Seat {
    remarks: Remarks<Pending>,
    /// Written by the owner alone while there is no stand-in, and read by stand-ins.
    facts: UnsafeCell<Facts>,
    /// Makes a context with a stand-in that sits here.
    with_stand_in: WithStandIn,
}

/// The span that a stand-in stands for.
struct Facts {
    span_context: SpanContext,
    limits: &'static SpanLimits,
}

// SAFETY: all of it but `facts` is `Sync`. Those are written in `Owner::stand_in` alone. An owner is not cloned, so no other
// thread writes, and it has seen that the last stand-in has left, for good and with all that it read, so nobody reads.
unsafe impl Sync for Seat {}

/// The one who may have somebody sit in a seat.
pub(super) struct Owner(&'static Seat);

/// The updates that have come.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) list: Vec<SpanUpdate>,
    /// The attributes, events and links that there was no room for.
    pub(super) dropped: [u32; 3],
}

/// Seats whose stand-ins were held longer than their spans lasted.
static HELD: Mutex<VecDeque<Owner>> = Mutex::new(VecDeque::new());

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

impl Facts {
    #[inline(always)]
    fn set(&mut self, span_context: SpanContext, limits: &'static SpanLimits) {
        if *self.span_context.trace_state() != TraceState::NONE {
            self.forget();
        }
        // Most contexts are only memory. This one is, and need not be asked again what of it has to be dropped.
        let new = Self {
            span_context,
            limits,
        };
        std::mem::forget(std::mem::replace(self, new));
    }

    #[cold]
    #[inline(never)]
    fn forget(&mut self) {
        self.span_context = SpanContext::NONE;
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").finish_non_exhaustive()
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Owner").field(&self.0).finish()
    }
}

impl Owner {
    /// The owner of a seat that nobody sits in.
    #[cold]
    pub(super) fn new() -> Self {
        /// So many are asked whether they are held, however many there are: the next span asks others.
        const ASKED: usize = 4;
        let mut held = lock(&HELD);
        for _ in 0..ASKED.min(held.len()) {
            match held.pop_front() {
                Some(owner) if owner.0.remarks.is_gone() => {
                    owner.0.remarks.reopen();
                    return owner;
                }
                still_held => held.extend(still_held),
            }
        }
        Self(Seat::next())
    }

    /// Makes `context` the one `around` with a stand-in for the span of this context, which has these limits.
    #[inline(always)]
    pub(super) fn stand_in(
        &mut self,
        span_context: SpanContext,
        limits: &'static SpanLimits,
        around: &Context,
        context: &mut Option<Context>,
    ) {
        let Self(seat) = *self;
        if !seat.remarks.is_gone() {
            // It has one already, which is not where it should be: OpenTelemetry's stack has an end.
            *context = Some(around.with_remote_span_context(span_context));
            return;
        }
        // SAFETY: nobody else has this owner, and the last stand-in is gone.
        let facts = unsafe { &mut *seat.facts.get() };
        facts.set(span_context, limits);
        seat.remarks.open();
        (seat.with_stand_in)(seat, around, context);
    }

    /// Takes no more updates, for the span has ended, and gives the seat up if somebody still sits there.
    #[inline(always)]
    pub(super) fn close(owner: &mut Option<Self>) -> Option<Pending> {
        let known = owner.as_ref()?;
        if known.0.remarks.is_gone() {
            return known.hear();
        }
        let pending = known.0.remarks.close();
        lock(&HELD).extend(owner.take());
        Some(pending)
    }

    /// The updates that have come.
    #[inline(always)]
    pub(super) fn hear(&self) -> Option<Pending> {
        let remarks = &self.0.remarks;
        remarks.is_told().then(|| remarks.take())
    }
}

/// A stand-in, which knows its seat.
#[derive(Debug)]
struct StandIn<S: KnowsSeat>(S);

/// The knowledge of a seat.
trait KnowsSeat: fmt::Debug + Send + Sync + 'static {
    /// The seat; there is one for every stand-in.
    fn seat(&self) -> Option<&'static Seat>;
}

impl KnowsSeat for &'static Seat {
    fn seat(&self) -> Option<&'static Seat> {
        Some(self)
    }
}

/// The type of the seat of this number, which has no size.
#[derive(Debug)]
struct Numbered<const N: usize>;

/// The seats that have types of their own: enough for the spans that most programs have open at once.
static NUMBERED: [OnceLock<&'static Seat>; NUMBERS.len()] = [const { OnceLock::new() }; 16];

/// Makes a context with a stand-in, where it is wanted: one that is returned is copied.
type WithStandIn = fn(&'static Seat, &Context, &mut Option<Context>);

/// Ways to do so, by the number of the seat.
const NUMBERS: [WithStandIn; 16] = [
    with_numbered::<0>,
    with_numbered::<1>,
    with_numbered::<2>,
    with_numbered::<3>,
    with_numbered::<4>,
    with_numbered::<5>,
    with_numbered::<6>,
    with_numbered::<7>,
    with_numbered::<8>,
    with_numbered::<9>,
    with_numbered::<10>,
    with_numbered::<11>,
    with_numbered::<12>,
    with_numbered::<13>,
    with_numbered::<14>,
    with_numbered::<15>,
];

impl<const N: usize> KnowsSeat for Numbered<N> {
    #[inline]
    fn seat(&self) -> Option<&'static Seat> {
        NUMBERED.get(N)?.get().copied()
    }
}

fn with_numbered<const N: usize>(
    _: &'static Seat,
    around: &Context,
    context: &mut Option<Context>,
) {
    *context = Some(around.with_span(StandIn(Numbered::<N>)));
}

fn with_boxed(seat: &'static Seat, around: &Context, context: &mut Option<Context>) {
    *context = Some(around.with_span(StandIn(seat)));
}

impl Seat {
    fn new(with_stand_in: WithStandIn) -> &'static Self {
        Box::leak(Box::new(Self {
            remarks: Remarks::new(),
            facts: UnsafeCell::new(Facts {
                span_context: SpanContext::NONE,
                limits: &SpanLimits::DEFAULT,
            }),
            with_stand_in,
        }))
    }

    /// A new one, with a type of its own while there are some.
    fn next() -> &'static Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        match (NUMBERS.get(number), NUMBERED.get(number)) {
            (Some(with_numbered), Some(place)) => place.get_or_init(|| Self::new(*with_numbered)),
            _ => Self::new(with_boxed),
        }
    }

    fn facts(&self) -> &Facts {
        // SAFETY: only stand-ins call this, and while there is one nobody writes.
        unsafe { &*self.facts.get() }
    }
}

impl<S: KnowsSeat> StandIn<S> {
    fn update(&mut self, update: SpanUpdate) {
        update_in(self.0.seat(), update);
    }
}

/// Keeps an update that comes to this seat. It stands here once, and not in each of the types.
#[inline(never)]
fn update_in(seat: Option<&'static Seat>, update: SpanUpdate) {
    if let Some(seat) = seat {
        let limits = seat.facts().limits;
        seat.remarks.say(|pending| pending.push(update, limits));
    }
}

impl<S: KnowsSeat> Drop for StandIn<S> {
    #[inline]
    fn drop(&mut self) {
        if let Some(seat) = self.0.seat() {
            seat.remarks.leave();
        }
    }
}

impl<S: KnowsSeat> Span for StandIn<S> {
    update_methods!();

    fn span_context(&self) -> &SpanContext {
        let seat = self.0.seat();
        seat.map_or(&SpanContext::NONE, |seat| &seat.facts().span_context)
    }

    fn is_recording(&self) -> bool {
        let seat = self.0.seat();
        seat.is_some_and(|seat| !seat.remarks.is_closed())
    }

    /// Nothing: the observed call ends its span when it returns.
    fn end_with_timestamp(&mut self, _timestamp: SystemTime) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::KeyValue;
    use opentelemetry::trace::{SpanId, TraceFlags, TraceId};
    use std::collections::HashSet;

    fn stand_in(owner: &mut Owner, span: SpanContext) -> Context {
        let mut context = None;
        owner.stand_in(span, &SpanLimits::DEFAULT, &Context::new(), &mut context);
        context.expect("it was made")
    }

    #[test]
    fn seats_that_were_held_are_used_again_when_they_are_not() {
        let mut known = HashSet::new();
        let held: Vec<_> = (0..100)
            .map(|_| {
                let mut owner = Owner::new();
                assert!(known.insert(std::ptr::from_ref(owner.0)), "it is held");
                let held = stand_in(&mut owner, SpanContext::NONE);
                assert!(Owner::close(&mut Some(owner)).is_some());
                held
            })
            .collect();
        drop(held);
        let again: Vec<_> = (0..100).map(|_| Owner::new()).collect();
        let is_open = |owner: &Owner| !owner.0.remarks.is_closed();
        assert!(again.iter().all(is_open));
        let is_known = |owner: &&Owner| known.contains(&std::ptr::from_ref(owner.0));
        // Other tests may have taken some.
        assert!(again.iter().filter(is_known).count() > 80);
    }

    #[test]
    fn a_seat_has_one_stand_in_at_a_time() {
        let mut owner = Owner::new();
        let first = stand_in(&mut owner, SpanContext::NONE);
        let second = stand_in(&mut owner, SpanContext::NONE);
        assert!(first.span().is_recording());
        assert!(!second.span().is_recording(), "it has the ids alone");
        drop(first);
        assert!(
            stand_in(&mut owner, SpanContext::NONE)
                .span()
                .is_recording()
        );
    }

    #[test]
    fn stand_ins_with_and_without_a_size_stand_for_their_own_spans() {
        let mut owners: Vec<_> = (0..2 * NUMBERS.len()).map(|_| Owner::new()).collect();
        let contexts: Vec<_> = (1..)
            .zip(&mut owners)
            .map(|(id, owner)| {
                let span = SpanContext::new(
                    TraceId::from(id),
                    SpanId::from(1),
                    TraceFlags::SAMPLED,
                    false,
                    TraceState::NONE,
                );
                stand_in(owner, span)
            })
            .collect();
        for (id, context) in (1..).zip(&contexts) {
            assert_eq!(context.span().span_context().trace_id(), TraceId::from(id));
            context
                .span()
                .set_attribute(KeyValue::new("id", id.to_string()));
        }
        for (id, owner) in (1u128..).zip(&owners) {
            let told = owner.hear().expect("something was said").list;
            let [SpanUpdate::Attribute(attribute)] = &*told else {
                panic!("{told:?}");
            };
            assert_eq!(attribute.value.as_str(), id.to_string());
        }
    }
}

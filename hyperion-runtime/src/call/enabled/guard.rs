//! A synchronous call.

use super::callsite::Callsite;
use super::fields::Fields;
use super::frame::Frame;
use super::origin::Origin;
use super::place::Place;
use super::suspended::Suspended;
use crate::call::labels::Chosen;
use crate::call::outcome::Outcome;
use crate::state;
use crate::trace::{active, local};
use std::mem::ManuallyDrop;

/// An observed call, between its start and its ending.
///
/// Dropped without [`finish_with`](Self::finish_with) it ends as a panic if the thread unwinds, and well otherwise.
#[derive(Debug)]
pub struct Call(
    /// Dropped by hand, so that a call that is off costs nothing at its end but a look.
    ManuallyDrop<Option<ActiveCall>>,
);

#[derive(Debug)]
struct ActiveCall {
    frame: Frame,
    place: Place,
    /// A call made by a destructor during unwinding cannot tell its own panic from the one around it.
    unwinding: bool,
}

impl Callsite {
    /// Starts a call. While the call site is off this reads one word.
    #[inline]
    pub fn enter<const LEVEL: u8>(&'static self) -> Call {
        if self.is_off::<LEVEL>() {
            Call::off()
        } else {
            Call::start(self)
        }
    }

    /// Starts a call with a span under the parent that `describe` names.
    #[inline]
    pub fn enter_from<const LEVEL: u8>(&'static self, describe: impl FnOnce(&mut Origin)) -> Call {
        if self.is_on::<LEVEL>() {
            Call::start_from(self, Origin::of(describe))
        } else {
            Call::off()
        }
    }
}

impl Call {
    #[inline(always)]
    fn off() -> Self {
        Self(ManuallyDrop::new(None))
    }

    /// Starts a call. Where its trace is not recorded, or only its duration is, this takes a few registers.
    #[inline(never)]
    fn start(callsite: &'static Callsite) -> Self {
        match callsite.enabled() {
            state::SPANS if Frame::is_still_unsampled(callsite) => Self::off(),
            state::METRICS if local::is_possible() => Self::start_timed(callsite),
            _ => Self::start_observed(callsite),
        }
    }

    #[inline(never)]
    fn start_timed(callsite: &'static Callsite) -> Self {
        let unwinding = std::thread::panicking();
        Self(ManuallyDrop::new(Some(ActiveCall {
            frame: Frame::timed(callsite),
            place: Place::Caller,
            unwinding,
        })))
    }

    #[inline(never)]
    fn start_observed(callsite: &'static Callsite) -> Self {
        let unwinding = std::thread::panicking();
        Self(ManuallyDrop::new(Frame::enter(callsite).map(
            |(frame, place)| ActiveCall {
                frame,
                place,
                unwinding,
            },
        )))
    }

    #[cold]
    fn start_from(callsite: &'static Callsite, origin: Origin) -> Self {
        match Suspended::start_from(callsite, origin) {
            Some(call) => Self::enter(call, std::thread::panicking()),
            None => Self::off(),
        }
    }

    /// Brings the thread into a call that has started.
    pub(super) fn enter(call: Suspended, unwinding: bool) -> Self {
        let (frame, place) = call.enter_first();
        Self(ManuallyDrop::new(Some(ActiveCall {
            frame,
            place,
            unwinding,
        })))
    }

    /// Chooses the labels, if the call is on.
    #[inline]
    pub fn labels<T>(&mut self, choose: impl FnOnce() -> Chosen<T>) {
        if let Some(ActiveCall { frame, place, .. }) = &mut *self.0 {
            frame.label(place, choose);
        }
    }

    /// Evaluates and records the fields, if the span is recorded.
    #[inline]
    pub fn fields(&mut self, record: impl FnOnce(&mut Fields<'_>)) {
        let in_span = |call: &ActiveCall| matches!(call.place, Place::Span(_));
        if self.0.as_ref().is_some_and(in_span) {
            record_fields(record);
        }
    }

    /// Ends the call. Its result is looked at only if the call is observed.
    #[inline]
    pub fn finish_with<'a>(&mut self, outcome: impl FnOnce() -> Outcome<'a>) {
        if self.0.is_some() {
            self.finish(outcome());
        }
    }

    #[inline(never)]
    fn finish(&mut self, outcome: Outcome<'_>) {
        if let Some(ActiveCall { frame, place, .. }) = &mut *self.0 {
            frame.finish(place, outcome);
            // Nothing of it is left that has to be dropped.
            self.0 = ManuallyDrop::new(None);
        }
    }

    #[cold]
    #[inline(never)]
    fn abandon(&mut self) {
        if let Some(call) = &*self.0 {
            self.finish(Outcome::of_drop(call.unwinding));
        }
    }
}

/// Records the fields of the call that the thread is in. It is a function of its own so that a call that is off has no registers
/// to save for it.
#[inline(never)]
fn record_fields(record: impl FnOnce(&mut Fields<'_>)) {
    active::with_current(|span| Fields::record(span, record));
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.abandon();
        }
    }
}

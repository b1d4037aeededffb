//! An asynchronous call.

use super::callsite::Callsite;
use super::frame::Frame;
use super::origin::{Prepare, Prepared};
use super::place::Place;
use super::suspended::Suspended;
use crate::call::outcome::Outcome;
use crate::level::MAX_LEVEL;
use crate::trace::local::is_alive;
use pin_project_lite::pin_project;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

/// Observes `future` from its first poll until it is done or dropped.
#[inline]
pub fn observe_future<const LEVEL: u8, F, P>(
    callsite: &'static Callsite,
    future: F,
    probe: P,
) -> Observed<F, P>
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_> + Copy,
{
    let phase = if LEVEL > MAX_LEVEL as u8 {
        Phase::Off
    } else {
        Phase::Unpolled(callsite)
    };
    Observed::new(future, probe, phase)
}

/// The same, with what was settled when the future was made.
#[inline]
pub fn observe_prepared<const LEVEL: u8, F, P>(
    callsite: &'static Callsite,
    prepared: Prepared,
    future: F,
    probe: P,
) -> Observed<F, P>
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_> + Copy,
{
    match prepared.0 {
        Some(prepare) => Observed::new(future, probe, Phase::Prepared(callsite, prepare)),
        None => observe_future::<LEVEL, F, P>(callsite, future, probe),
    }
}

pin_project! {
    /// A future whose life is one observed call.
    ///
    /// Its span is current during every poll and at no other time.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Observed<F, P> {
        // Dropped before `call`, so that what the future does when it is cancelled still belongs to the call.
        #[pin]
        future: F,
        // It captures nothing, so it takes no room, and needs none to say that it is used up.
        probe: P,
        call: FutureCall,
    }

    impl<F, P> PinnedDrop for Observed<F, P> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.begin_drop();
        }
    }
}

impl<F, P> Observed<F, P> {
    /// A future that belongs to a call that has started, or to none.
    pub(super) fn running(future: F, probe: P, call: Option<Suspended>) -> Self {
        Self::new(future, probe, call.map_or(Phase::Off, Phase::Running))
    }

    #[inline]
    fn new(future: F, probe: P, phase: Phase) -> Self {
        Self {
            future,
            probe,
            call: FutureCall(phase),
        }
    }
}

#[derive(Debug)]
struct FutureCall(Phase);

#[derive(Debug)]
enum Phase {
    Unpolled(&'static Callsite),
    /// Not polled yet, and something was settled before.
    Prepared(&'static Callsite, Box<Prepare>),
    /// Nothing is recorded, or the call has ended.
    Off,
    Running(Suspended),
}

thread_local! {
    /// The places of the thread in the cancelled calls whose futures it is dropping, by the address of the call. They end in turn,
    /// and stand here because a place stays on its thread and a future does not.
    static DROPPING: RefCell<Vec<(usize, Place)>> = const { RefCell::new(Vec::new()) };
}

impl<F, P> Future for Observed<F, P>
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_> + Copy,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polling = this.call.begin_poll();
        let poll = this.future.poll(cx);
        match &poll {
            Poll::Ready(output) => {
                let probe = *this.probe;
                polling.finish(|| probe(output));
            }
            Poll::Pending => polling.leave(),
        }
        poll
    }
}

impl FutureCall {
    /// Brings the thread into the call's span, and starts the call if it has not started.
    #[inline]
    fn begin_poll(&mut self) -> Polling<'_> {
        let place = match &self.0 {
            Phase::Off => Place::Caller,
            Phase::Unpolled(callsite) if callsite.enabled() == 0 => {
                self.0 = Phase::Off;
                Place::Caller
            }
            _ => self.enter(),
        };
        Polling {
            call: self,
            place: Some(place),
        }
    }

    #[inline(never)]
    fn enter(&mut self) -> Place {
        let entered = match std::mem::replace(&mut self.0, Phase::Off) {
            Phase::Unpolled(callsite) => Frame::enter(callsite),
            Phase::Prepared(callsite, prepare) => {
                Suspended::start_prepared(callsite, *prepare).map(Suspended::enter_first)
            }
            other => {
                self.0 = other;
                return self.running().map_or(Place::Caller, Suspended::enter);
            }
        };
        let Some((frame, place)) = entered else {
            return Place::Caller;
        };
        self.0 = Phase::Running(Suspended::around(frame));
        place
    }

    #[inline]
    fn running(&mut self) -> Option<&mut Suspended> {
        match &mut self.0 {
            Phase::Running(call) => Some(call),
            Phase::Unpolled(_) | Phase::Prepared(..) | Phase::Off => None,
        }
    }

    #[inline(never)]
    fn leave(&mut self, place: Place) {
        if let Some(call) = self.running() {
            call.suspend(place);
        }
    }

    #[inline(never)]
    fn finish(&mut self, place: Place, outcome: Outcome<'_>) {
        if let Phase::Running(call) = std::mem::replace(&mut self.0, Phase::Off) {
            call.finish(place, outcome);
        }
    }

    /// Brings the thread into the call if it is cancelled.
    #[inline]
    fn begin_drop(&mut self) {
        if self.is_running() {
            self.cancel();
        }
    }

    #[cold]
    fn cancel(&mut self) {
        // A thread that is ending has no place to be in.
        if !is_alive() {
            return;
        }
        let address = self.address();
        let enter = |dropping: &RefCell<Vec<(usize, Place)>>| {
            if let Some(call) = self.running() {
                dropping.borrow_mut().push((address, call.enter()));
            }
        };
        let _ = DROPPING.try_with(enter);
    }

    /// Ends the call, whose future is dropped now.
    #[cold]
    fn end_drop(&mut self) {
        let address = self.address();
        let leave = |dropping: &RefCell<Vec<(usize, Place)>>| {
            let entered = dropping.borrow_mut().pop_if(|(call, _)| *call == address);
            entered.map(|(_, place)| place)
        };
        let place = DROPPING.try_with(leave).ok().flatten();
        self.finish(place.unwrap_or(Place::Caller), Outcome::Cancelled);
    }

    /// The name of the call while it stays where it is.
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    #[inline]
    fn is_running(&self) -> bool {
        matches!(self.0, Phase::Running(_))
    }
}

impl Drop for FutureCall {
    #[inline]
    fn drop(&mut self) {
        if self.is_running() {
            self.end_drop();
        }
    }
}

/// A poll of the future. Dropped without an ending it unwinds, and the call ends as a panic.
struct Polling<'a> {
    call: &'a mut FutureCall,
    /// Taken when the poll ends.
    place: Option<Place>,
}

impl Polling<'_> {
    /// The future goes on later.
    #[inline]
    fn leave(mut self) {
        if let (true, Some(place)) = (self.call.is_running(), self.place.take()) {
            self.call.leave(place);
        }
        std::mem::forget(self);
    }

    /// The future is done.
    #[inline]
    fn finish<'a>(mut self, outcome: impl FnOnce() -> Outcome<'a>) {
        if self.call.is_running() {
            // The user's code in it may panic; then the call ends as a panic, like the poll.
            let outcome = outcome();
            if let Some(place) = self.place.take() {
                self.call.finish(place, outcome);
            }
        }
        std::mem::forget(self);
    }
}

impl Drop for Polling<'_> {
    #[cold]
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.call.finish(place, Outcome::Panic);
        }
    }
}

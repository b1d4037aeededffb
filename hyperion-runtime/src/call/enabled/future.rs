//! An asynchronous call.

use super::callsite::Callsite;
use super::frame::Frame;
use super::origin::{Prepare, Prepared};
use super::place::Place;
use super::suspended::{Suspended, put};
use crate::call::outcome::Outcome;
use crate::level::MAX_LEVEL;
use crate::trace::local::is_alive;
use pin_project_lite::pin_project;
use std::cell::RefCell;
use std::future::Future;
use std::mem::ManuallyDrop;
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
            call: FutureCall(ManuallyDrop::new(phase)),
        }
    }
}

#[derive(Debug)]
struct FutureCall(
    /// Dropped by hand, so that a call that is over or off costs nothing at its end but a look.
    ManuallyDrop<Phase>,
);

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
        let mut polling = Polling::new(this.call);
        polling.begin();
        let poll = this.future.poll(cx);
        match &poll {
            Poll::Ready(output) => {
                let probe = *this.probe;
                polling.finish(|| probe(output));
            }
            Poll::Pending => polling.leave(),
        }
        // It has ended in one of these ways, and not by unwinding.
        std::mem::forget(polling);
        poll
    }
}

impl FutureCall {
    /// Starts the call and brings the thread into it.
    #[inline(never)]
    fn enter_first(&mut self, place: &mut Place) {
        let entered = match std::mem::replace(&mut *self.0, Phase::Off) {
            Phase::Unpolled(callsite) => Frame::enter(callsite),
            Phase::Prepared(callsite, prepare) => {
                Suspended::start_prepared(callsite, *prepare).map(Suspended::enter_first)
            }
            Phase::Off | Phase::Running(_) => None,
        };
        if let Some((frame, entered)) = entered {
            put(place, entered);
            self.follow(Phase::Running(Suspended::around(frame)));
        }
    }

    /// Brings the thread into the call again. Nothing of the call moves.
    #[inline(never)]
    fn enter_again(&mut self, place: &mut Place) {
        if let Some(call) = self.running() {
            call.enter(place);
        }
    }

    /// Goes on to `next` from a phase of which nothing is left that would have to be dropped.
    #[inline]
    fn follow(&mut self, next: Phase) {
        self.0 = ManuallyDrop::new(next);
    }

    #[inline]
    fn running(&mut self) -> Option<&mut Suspended> {
        match &mut *self.0 {
            Phase::Running(call) => Some(call),
            Phase::Unpolled(_) | Phase::Prepared(..) | Phase::Off => None,
        }
    }

    #[inline(never)]
    fn leave(&mut self, place: &mut Place) {
        if let Some(call) = self.running() {
            call.suspend(place);
        }
    }

    #[inline(never)]
    fn finish(&mut self, place: &mut Place, outcome: Outcome<'_>) {
        if let Some(call) = self.running() {
            call.finish(place, outcome);
            self.follow(Phase::Off);
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
                let mut place = Place::Caller;
                call.enter(&mut place);
                dropping.borrow_mut().push((address, place));
            }
        };
        let _ = DROPPING.try_with(enter);
    }

    /// Ends the call, whose future is dropped now.
    #[cold]
    #[inline(never)]
    fn end_drop(&mut self) {
        let address = self.address();
        let leave = |dropping: &RefCell<Vec<(usize, Place)>>| {
            let entered = dropping.borrow_mut().pop_if(|(call, _)| *call == address);
            entered.map(|(_, place)| place)
        };
        let place = DROPPING.try_with(leave).ok().flatten();
        self.finish(&mut place.unwrap_or(Place::Caller), Outcome::Cancelled);
        drop(std::mem::replace(&mut *self.0, Phase::Off));
    }

    /// The name of the call while it stays where it is.
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    #[inline]
    fn is_running(&self) -> bool {
        matches!(*self.0, Phase::Running(_))
    }
}

impl Drop for FutureCall {
    #[inline]
    fn drop(&mut self) {
        match *self.0 {
            Phase::Unpolled(_) | Phase::Off => {}
            Phase::Prepared(..) | Phase::Running(_) => self.end_drop(),
        }
    }
}

/// A poll of the future. Dropped it unwinds, and the call ends as a panic.
struct Polling<'a> {
    call: &'a mut FutureCall,
    place: Place,
}

impl<'a> Polling<'a> {
    #[inline]
    fn new(call: &'a mut FutureCall) -> Self {
        Self {
            call,
            place: Place::Caller,
        }
    }

    /// Brings the thread into the call's span, and starts the call if it has not started.
    #[inline]
    fn begin(&mut self) {
        match &*self.call.0 {
            Phase::Off => {}
            Phase::Unpolled(callsite) if callsite.enabled() == 0 => {
                self.call.follow(Phase::Off);
            }
            Phase::Unpolled(_) | Phase::Prepared(..) => self.call.enter_first(&mut self.place),
            Phase::Running(_) => self.call.enter_again(&mut self.place),
        }
    }

    /// The future goes on later.
    #[inline]
    fn leave(&mut self) {
        if self.call.is_running() {
            self.call.leave(&mut self.place);
        }
    }

    /// The future is done.
    #[inline]
    fn finish<'b>(&mut self, outcome: impl FnOnce() -> Outcome<'b>) {
        if self.call.is_running() {
            // The user's code in it may panic; then the call ends as a panic, like the poll.
            let outcome = outcome();
            self.call.finish(&mut self.place, outcome);
        }
    }
}

impl Drop for Polling<'_> {
    #[cold]
    fn drop(&mut self) {
        self.call.finish(&mut self.place, Outcome::Panic);
    }
}

//! An asynchronous call.

use super::callsite::Callsite;
use super::ending::Ending;
use super::running::{Place, Running};
use crate::call::outcome::Outcome;
use crate::state;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

/// Observes `future` from its first poll until it is done or dropped.
#[inline]
pub fn observe_future<F, P>(callsite: &'static Callsite, future: F, probe: P) -> Observed<F, P>
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_>,
{
    Observed {
        future,
        probe: Some(probe),
        call: FutureCall(Phase::Unpolled(callsite)),
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
        probe: Option<P>,
        call: FutureCall,
    }
}

#[derive(Debug)]
struct FutureCall(Phase);

#[derive(Debug)]
enum Phase {
    Unpolled(&'static Callsite),
    /// Nothing was recorded when the call started, or it has ended.
    Off,
    Running(Running),
}

impl<F, P> Future for Observed<F, P>
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polling = this.call.begin_poll();
        let poll = this.future.poll(cx);
        polling.end();
        if let (Poll::Ready(output), Phase::Running(_)) = (&poll, &this.call.0)
            && let Some(probe) = this.probe.take()
        {
            this.call.finish(probe(output).into());
        }
        poll
    }
}

impl FutureCall {
    /// Brings the thread into the call's span, and starts the call if it has not started.
    #[inline]
    fn begin_poll(&mut self) -> Polling<'_> {
        let place = match self.0 {
            Phase::Off => Place::Caller,
            Phase::Unpolled(_) if state::load() == 0 => {
                self.0 = Phase::Off;
                Place::Caller
            }
            Phase::Unpolled(_) | Phase::Running(_) => self.enter(),
        };
        Polling { call: self, place }
    }

    #[inline(never)]
    fn enter(&mut self) -> Place {
        if let Phase::Unpolled(callsite) = self.0 {
            self.0 = Running::start(callsite).map_or(Phase::Off, Phase::Running);
        }
        match &mut self.0 {
            Phase::Running(running) => running.enter(true),
            Phase::Unpolled(_) | Phase::Off => Place::Caller,
        }
    }

    #[inline(never)]
    fn leave(&mut self, place: Place) {
        if let Phase::Running(running) = &mut self.0 {
            running.leave(place);
        }
    }

    #[inline(never)]
    fn finish(&mut self, ending: Ending<'_>) {
        if let Phase::Running(running) = std::mem::replace(&mut self.0, Phase::Off) {
            running.finish(ending);
        }
    }
}

impl Drop for FutureCall {
    #[inline]
    fn drop(&mut self) {
        if let Phase::Running(_) = self.0 {
            self.finish(Ending::Cancelled);
        }
    }
}

/// A poll of the future. Dropped without [`end`](Self::end) it unwinds, and the call ends as a panic.
struct Polling<'a> {
    call: &'a mut FutureCall,
    place: Place,
}

impl Polling<'_> {
    #[inline]
    fn end(mut self) {
        self.leave();
        std::mem::forget(self);
    }

    #[inline]
    fn leave(&mut self) {
        if let Phase::Running(_) = self.call.0 {
            let place = std::mem::replace(&mut self.place, Place::Caller);
            self.call.leave(place);
        }
    }
}

impl Drop for Polling<'_> {
    #[cold]
    fn drop(&mut self) {
        self.leave();
        self.call.finish(Ending::Panic);
    }
}

//! An asynchronous call.

use super::callsite::Callsite;
use super::ending::Ending;
use super::running::{Running, SpanSlot};
use crate::call::outcome::Outcome;
use crate::state;
use opentelemetry::Context;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Poll, ready};

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
        if let Phase::Unpolled(callsite) = this.call.0 {
            this.call.0 = if state::load() == 0 {
                Phase::Off
            } else {
                Phase::Running(Running::start(callsite))
            };
        }
        if matches!(this.call.0, Phase::Off) {
            return this.future.poll(cx);
        }
        let output = ready!(this.call.during(|| this.future.poll(cx)));
        if let (Phase::Running(running), Some(probe)) = (this.call.take(), this.probe.take()) {
            running.finish(probe(&output).into());
        }
        Poll::Ready(output)
    }
}

impl FutureCall {
    fn take(&mut self) -> Phase {
        std::mem::replace(&mut self.0, Phase::Off)
    }

    /// Calls `poll` in the span of the call. If it panics, so does the call end.
    fn during<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        let Phase::Running(running) = &mut self.0 else {
            return poll();
        };
        match std::mem::replace(&mut running.span, SpanSlot::None) {
            SpanSlot::None => {
                let ends = EndsOnPanic {
                    call: self,
                    entered: None,
                };
                let output = poll();
                ends.disarm();
                output
            }
            SpanSlot::Unsampled(context) => {
                let attached = Context::clone(&context).attach();
                running.span = SpanSlot::Unsampled(context);
                let ends = EndsOnPanic {
                    call: self,
                    entered: None,
                };
                let output = poll();
                ends.disarm();
                drop(attached);
                output
            }
            SpanSlot::Recorded(span) => {
                let ends = EndsOnPanic {
                    call: self,
                    entered: Some(span.enter()),
                };
                let output = poll();
                ends.disarm();
                output
            }
        }
    }
}

/// Leaves the span after a poll, and ends the call if the poll unwound.
struct EndsOnPanic<'a> {
    call: &'a mut FutureCall,
    entered: Option<crate::trace::active::Entered>,
}

impl EndsOnPanic<'_> {
    fn disarm(mut self) {
        self.leave();
        std::mem::forget(self);
    }

    fn leave(&mut self) {
        if let (Some(entered), Phase::Running(running)) = (self.entered.take(), &mut self.call.0) {
            running.span = entered.leave().map_or(SpanSlot::None, SpanSlot::Recorded);
        }
    }
}

impl Drop for EndsOnPanic<'_> {
    fn drop(&mut self) {
        self.leave();
        if let Phase::Running(running) = self.call.take() {
            running.finish(Ending::Panic);
        }
    }
}

impl Drop for FutureCall {
    fn drop(&mut self) {
        if let Phase::Running(running) = self.take() {
            running.finish(Ending::Cancelled);
        }
    }
}

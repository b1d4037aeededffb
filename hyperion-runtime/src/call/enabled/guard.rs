//! A synchronous call.

use super::ending::Ending;
use super::fields::Fields;
use super::running::{Running, SpanSlot};
use crate::call::outcome::Outcome;
use crate::trace::active::{self, Entered};
use opentelemetry::ContextGuard;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An observed call, between its start and its ending.
///
/// Dropped without [`finish_with`](Self::finish_with) it ends as a panic if the thread unwinds, and well otherwise.
#[derive(Debug)]
pub struct Call(Option<On>);

#[derive(Debug)]
struct On {
    running: Running,
    entered: Place,
    /// A call made by a destructor during unwinding cannot tell its own panic from the one around it.
    unwinding: bool,
}

/// Where the thread is while the call runs.
#[derive(Debug)]
enum Place {
    /// Where it was before.
    Caller,
    /// In the span of the call.
    Span(Entered),
    /// In the context of a trace that is not recorded.
    Unsampled(
        #[allow(dead_code, reason = "it detaches the context when it is dropped")] ContextGuard,
    ),
}

impl Call {
    #[inline]
    pub(super) fn off() -> Self {
        Self(None)
    }

    pub(super) fn on(mut running: Running) -> Self {
        let entered = match std::mem::replace(&mut running.span, SpanSlot::None) {
            SpanSlot::None => Place::Caller,
            SpanSlot::Recorded(span) => Place::Span(span.enter()),
            SpanSlot::Unsampled(context) => Place::Unsampled(context.attach()),
        };
        Self(Some(On {
            running,
            entered,
            unwinding: std::thread::panicking(),
        }))
    }

    /// Evaluates and records the fields, if the span is recorded.
    #[inline]
    pub fn fields(&mut self, record: impl FnOnce(&mut Fields<'_>)) {
        if let Some(On {
            entered: Place::Span(_),
            ..
        }) = &self.0
        {
            active::with_current(|span| {
                span.awaits_fields = false;
                // The expressions are the user's; one that panics loses the fields and not the call.
                let _ = catch_unwind(AssertUnwindSafe(|| record(&mut Fields::of(span))));
            });
        }
    }

    /// Ends the call. Its result is looked at only if the call is observed.
    #[inline]
    pub fn finish_with<'a>(mut self, outcome: impl FnOnce() -> Outcome<'a>) {
        if let Some(on) = self.0.take() {
            on.finish(outcome().into());
        }
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if let Some(on) = self.0.take() {
            on.abandon();
        }
    }
}

impl On {
    fn finish(mut self, ending: Ending<'_>) {
        self.running.span = match self.entered {
            Place::Span(entered) => entered.leave().map_or(SpanSlot::None, SpanSlot::Recorded),
            Place::Caller | Place::Unsampled(_) => SpanSlot::None,
        };
        self.running.finish(ending);
    }

    #[cold]
    #[inline(never)]
    fn abandon(self) {
        let panicked = std::thread::panicking() && !self.unwinding;
        self.finish(if panicked { Ending::Panic } else { Ending::Ok });
    }
}

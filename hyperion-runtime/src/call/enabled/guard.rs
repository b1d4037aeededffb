//! A synchronous call.

use super::callsite::Callsite;
use super::ending::Ending;
use super::fields::{self, Fields};
use super::running::{Place, Running};
use crate::call::outcome::Outcome;
use std::mem::ManuallyDrop;

/// An observed call, between its start and its ending.
///
/// Dropped without [`finish_with`](Self::finish_with) it ends as a panic if the thread unwinds, and well otherwise.
#[derive(Debug)]
pub struct Call(Option<On>);

#[derive(Debug)]
struct On {
    running: Running,
    place: Place,
    /// A call made by a destructor during unwinding cannot tell its own panic from the one around it.
    unwinding: bool,
}

impl Call {
    #[inline]
    pub(super) fn off() -> Self {
        Self(None)
    }

    #[inline(never)]
    pub(super) fn start(callsite: &'static Callsite) -> Self {
        let mut running = Running::start(callsite);
        let place = running.enter();
        Self(Some(On {
            running,
            place,
            unwinding: std::thread::panicking(),
        }))
    }

    /// Evaluates and records the fields, if the span is recorded.
    #[inline]
    pub fn fields(&mut self, record: impl FnOnce(&mut Fields<'_>)) {
        if let Some(On {
            place: Place::Span(_),
            ..
        }) = &self.0
        {
            fields::of_current(record);
        }
    }

    /// Ends the call. Its result is looked at only if the call is observed.
    #[inline]
    pub fn finish_with<'a>(self, outcome: impl FnOnce() -> Outcome<'a>) {
        let mut call = ManuallyDrop::new(self);
        if call.0.is_some() {
            call.finish(outcome());
        }
    }

    #[inline(never)]
    fn finish(&mut self, outcome: Outcome<'_>) {
        self.end(|_| outcome.into());
    }

    #[cold]
    #[inline(never)]
    fn abandon(&mut self) {
        self.end(|unwinding| {
            if std::thread::panicking() && !unwinding {
                Ending::Panic
            } else {
                Ending::Ok
            }
        });
    }

    #[inline]
    fn end<'a>(&mut self, ending: impl FnOnce(bool) -> Ending<'a>) {
        if let Some(On {
            mut running,
            place,
            unwinding,
        }) = self.0.take()
        {
            running.leave(place);
            running.finish(ending(unwinding));
        }
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.abandon();
        }
    }
}

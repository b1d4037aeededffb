//! A synchronous call.

use super::callsite::Callsite;
use super::ending::Ending;
use super::fields::{self, Fields};
use super::running::{Place, Running};
use crate::call::outcome::Outcome;
use crate::state;

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

impl Callsite {
    /// Starts a call. While nothing is recorded this reads one word.
    #[inline]
    pub fn enter(&'static self) -> Call {
        if state::load() == 0 {
            Call(None)
        } else {
            Call::start(self)
        }
    }
}

impl Call {
    #[inline(never)]
    fn start(callsite: &'static Callsite) -> Self {
        Self(Running::start(callsite).map(|mut running| On {
            place: running.enter(false),
            running,
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
    pub fn finish_with<'a>(&mut self, outcome: impl FnOnce() -> Outcome<'a>) {
        if self.0.is_some() {
            self.finish(outcome());
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

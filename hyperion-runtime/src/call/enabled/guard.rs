//! A synchronous call.

use super::callsite::Callsite;
use super::ending::Ending;
use super::fields::Fields;
use super::frame::{Frame, Place};
use super::origin::Origin;
use super::pool::{self, Pooled, Slot, Spares};
use crate::call::labels::Chosen;
use crate::call::outcome::Outcome;
use crate::trace::active;
use std::thread::LocalKey;

/// An observed call, between its start and its ending.
///
/// Dropped without [`finish_with`](Self::finish_with) it ends as a panic if the thread unwinds, and well otherwise.
#[derive(Debug)]
pub struct Call(Option<Slot<On>>);

#[derive(Debug)]
struct On {
    frame: Frame,
    place: Place,
    /// A call made by a destructor during unwinding cannot tell its own panic from the one around it.
    unwinding: bool,
}

thread_local! {
    static SPARES: Spares<On> = const { Spares::new() };
}

impl Pooled for On {
    fn spares() -> &'static LocalKey<Spares<Self>> {
        &SPARES
    }
}

impl Callsite {
    /// Starts a call. While the call site is off this reads one word.
    #[inline]
    pub fn enter<const LEVEL: u8>(&'static self) -> Call {
        if self.is_off::<LEVEL>() {
            Call(None)
        } else {
            Call::start(self, Origin::default())
        }
    }

    /// Starts a call whose span hangs where `describe` says.
    #[inline]
    pub fn enter_from<const LEVEL: u8>(&'static self, describe: impl FnOnce(&mut Origin)) -> Call {
        if self.is_off::<LEVEL>() || self.starts() == 0 {
            Call(None)
        } else {
            Call::start(self, Origin::of(describe))
        }
    }
}

impl Call {
    #[inline(never)]
    fn start(callsite: &'static Callsite, origin: Origin) -> Self {
        let wanted = callsite.starts();
        if wanted == 0 {
            return Self(None);
        }
        Self::enter(
            Frame::start(callsite, wanted, origin),
            std::thread::panicking(),
        )
    }

    /// Brings the thread into a call that has started.
    #[inline]
    pub(super) fn enter(frame: Option<Frame>, unwinding: bool) -> Self {
        Self(frame.map(|mut frame| {
            let place = frame.enter(false);
            frame.announce();
            pool::put(On {
                frame,
                place,
                unwinding,
            })
        }))
    }

    /// Chooses the labels, if the call is on.
    #[inline]
    pub fn labels<T>(&mut self, choose: impl FnOnce() -> Chosen<T>) {
        if let Some(On { frame, place, .. }) = self.on() {
            frame.label(place, choose);
        }
    }

    /// Evaluates and records the fields, if the span is recorded.
    #[inline]
    pub fn fields(&mut self, record: impl FnOnce(&mut Fields<'_>)) {
        if let Some(On {
            place: Place::Span(_),
            ..
        }) = self.on()
        {
            active::with_current(|span| Fields::record(span, record));
        }
    }

    /// Ends the call. Its result is looked at only if the call is observed.
    #[inline]
    pub fn finish_with<'a>(&mut self, outcome: impl FnOnce() -> Outcome<'a>) {
        if self.0.is_some() {
            self.finish(outcome());
        }
    }

    #[inline]
    fn on(&mut self) -> Option<&mut On> {
        self.0.as_mut().and_then(Slot::get_mut)
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
            frame,
            place,
            unwinding,
        }) = self.0.take().and_then(pool::take)
        {
            frame.finish(place, ending(unwinding));
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

//! The state of a call while the thread is not in it.

use super::callsite::Callsite;
use super::frame::Frame;
use super::origin::{Origin, Prepare};
use super::place::{Place, SpanSlot, start_span_later};
use crate::call::labels::CallLabels;
use crate::call::outcome::Outcome;
use crate::trace::open::Open;

/// A call that the thread is not in: a future between two polls, or a span that nobody has entered.
///
/// While the thread is in it this keeps all of it but its span.
#[derive(Debug)]
pub(super) struct Suspended {
    pub(super) frame: Frame,
    pub(super) span: SpanSlot,
}

impl Suspended {
    /// A call whose span the thread is in, if it has one.
    #[inline]
    pub(super) fn around(frame: Frame) -> Self {
        Self {
            frame,
            span: SpanSlot::None,
        }
    }

    /// Starts a call with a span at a place that the user gives, which is entered later.
    #[cold]
    pub(super) fn start_from(callsite: &'static Callsite, origin: Origin) -> Option<Self> {
        let Origin { parent, links } = origin;
        let start_span = |recorder| start_span_later(callsite, recorder, parent.as_ref());
        let (frame, mut span) = Frame::start(callsite, start_span)?;
        if let SpanSlot::Recorded(span) = &mut span {
            for link in links {
                span.add_link(link, Vec::new());
            }
        }
        Some(Self { frame, span })
    }

    /// Starts a call with the settings taken when its future was made.
    #[cold]
    pub(super) fn start_prepared(callsite: &'static Callsite, prepare: Prepare) -> Option<Self> {
        let mut call = Self::start_from(callsite, prepare.origin)?;
        call.frame
            .set_labels(prepare.labels.unwrap_or(CallLabels::NONE));
        if let SpanSlot::Recorded(span) = &mut call.span {
            for (key, value) in &prepare.attributes {
                span.set(key, value.into());
            }
            call.frame.write_labels(span);
        }
        Some(call)
    }

    /// The span, while the thread is not in it.
    pub(super) fn span_mut(&mut self) -> Option<&mut Open> {
        match &mut self.span {
            SpanSlot::Recorded(span) => Some(span),
            SpanSlot::None | SpanSlot::Unsampled(_) => None,
        }
    }

    /// Brings the thread into the call for the first time.
    pub(super) fn enter_first(self) -> (Frame, Place) {
        let Self { mut frame, span } = self;
        let place = span.enter();
        frame.announce();
        (frame, place)
    }

    /// Brings the thread to where the call runs.
    #[inline]
    pub(super) fn enter(&mut self, place: &mut Place) {
        put(
            place,
            std::mem::replace(&mut self.span, SpanSlot::None).enter_again(),
        );
    }

    /// Brings the thread back, to come to the call again.
    #[inline]
    pub(super) fn suspend(&mut self, place: &mut Place) {
        if !matches!(place, Place::Caller) {
            put(&mut self.span, place.suspend());
        }
    }

    /// Ends the call, in which the thread is at `place`, or in none if the span is here.
    #[inline]
    pub(super) fn finish(&mut self, place: &mut Place, outcome: Outcome<'_>) {
        match std::mem::replace(&mut self.span, SpanSlot::None) {
            SpanSlot::None => self.frame.finish(place, outcome),
            span => {
                let place = std::mem::replace(place, Place::Caller);
                self.frame.finish_all(place, span, outcome);
            }
        }
    }
}

/// Stores `value` where nothing is that has to be dropped, which the compiler does not see.
#[inline(always)]
pub(super) fn put<T>(at: &mut T, value: T) {
    std::mem::forget(std::mem::replace(at, value));
}

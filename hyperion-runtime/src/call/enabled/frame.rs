//! The state of a call while it runs.

use super::callsite::Callsite;
use super::failure::Failure;
use super::origin::{Origin, Prepare};
use super::place::{Place, SpanSlot, start_span, start_span_under};
use super::profile::Durations;
use crate::asking::ask;
use crate::call::labels::{CallLabels, Chosen};
use crate::call::meta::Parts;
use crate::call::outcome::Outcome;
use crate::interceptor::{self, CallEnd, Started};
use crate::metrics::exemplars::InSpan;
use crate::pool::Spares;
use crate::state;
use crate::trace::active;
use crate::trace::attributes::AttributeValue;
use crate::trace::clock::Ticks;
use crate::trace::local;
use crate::trace::open::Open;
use crate::trace::recorder::{self, Recorder};
use crate::trace::settings::ExceptionSignal;
use std::time::Duration;

/// A call that is observed, from its start to its ending.
#[derive(Debug)]
pub(super) struct Frame {
    callsite: &'static Callsite,
    start: Ticks,
    span: SpanSlot,
    /// The parts that are recorded, as bits of [`state`].
    enabled: u8,
    labels: CallLabels,
    interceptors: Started,
}

thread_local! {
    static SPARES: Spares<PooledFrame> = const { Spares::new() };
}

/// A call in memory that each thread uses again, for a future or a span that moves.
#[derive(Debug)]
pub(super) struct PooledFrame(Box<Option<Frame>>);

impl PooledFrame {
    #[inline]
    pub(super) fn new(frame: Frame) -> Self {
        let mut pooled = Spares::take(&SPARES).unwrap_or_else(|| Self(Box::default()));
        *pooled.0 = Some(frame);
        pooled
    }

    /// The call; it is there until it is [taken](Self::take).
    #[inline]
    pub(super) fn get_mut(&mut self) -> Option<&mut Frame> {
        self.0.as_mut().as_mut()
    }

    /// Takes the call out and keeps the memory.
    #[inline]
    pub(super) fn take(mut self) -> Option<Frame> {
        let frame = self.0.take();
        Spares::keep(&SPARES, self);
        frame
    }
}

impl Frame {
    /// Starts a call of `callsite` and brings the thread into it, or does nothing if there is nothing to record of it.
    #[inline(always)]
    pub(super) fn enter_here(callsite: &'static Callsite) -> Option<(Self, Place)> {
        Self::begin(callsite, true, |recorder| start_span(callsite, recorder))
    }

    /// Starts a call with a span at a place that the user gives, which is entered later.
    #[cold]
    pub(super) fn start_from(callsite: &'static Callsite, origin: Origin) -> Option<Self> {
        let Origin { parent, links } = origin;
        let start = |recorder| {
            let mut slot = match &parent {
                Some(given) => start_span_under(callsite, recorder, given),
                None => start_span(callsite, recorder),
            };
            if let SpanSlot::Recorded(span) = &mut slot {
                for link in links {
                    span.add_link(link, Vec::new());
                }
            }
            slot
        };
        Self::begin(callsite, false, start).map(|(frame, _)| frame)
    }

    /// Starts a call whose span `start_span` makes, if there is anything to record. The frame, which is large, is put
    /// together last, after the thread is in the call if it `enters`.
    #[inline(always)]
    fn begin(
        callsite: &'static Callsite,
        enters: bool,
        start_span: impl FnOnce(&'static Recorder) -> SpanSlot,
    ) -> Option<(Self, Place)> {
        let enabled = callsite.starts();
        if enabled == 0 || !local::is_possible() {
            return None;
        }
        let mut span = match recorder::installed() {
            Some(recorder) if enabled & state::SPANS != 0 => start_span(recorder),
            _ => SpanSlot::None,
        };
        let start = match &span {
            SpanSlot::Recorded(span) => span.started(),
            SpanSlot::None if enabled & !state::SPANS == 0 => return None,
            SpanSlot::Unsampled(_) if enabled & !state::SPANS == 0 => Ticks::ZERO,
            SpanSlot::None | SpanSlot::Unsampled(_) => Ticks::now(),
        };
        if counts_active(callsite, enabled) {
            callsite.profile().count_active(1);
        }
        let (place, interceptors) = if enters {
            (span.enter(), announce(callsite, enabled))
        } else {
            (Place::Caller, Started::default())
        };
        let frame = Self {
            callsite,
            start,
            span,
            enabled,
            labels: CallLabels::NONE,
            interceptors,
        };
        Some((frame, place))
    }

    /// Starts a call with the settings taken when its future was made.
    #[cold]
    pub(super) fn start_prepared(callsite: &'static Callsite, prepare: Prepare) -> Option<Self> {
        let mut frame = Self::start_from(callsite, prepare.origin)?;
        let labels = prepare.labels.unwrap_or(CallLabels::NONE);
        frame.labels = labels;
        if let Some(span) = frame.span_mut() {
            for (key, value) in &prepare.attributes {
                span.set(key, value.into());
            }
            write_labels(labels, callsite, span);
        }
        Some(frame)
    }

    /// Takes the labels that `choose`, which is the user's code, gives. If it panics they are not known.
    pub(super) fn label<T>(&mut self, place: &Place, choose: impl FnOnce() -> Chosen<T>) {
        self.labels = ask(choose).map_or(CallLabels::NONE, |chosen| chosen.labels);
        if let Place::Span(_) = place {
            active::with_current(|span| write_labels(self.labels, self.callsite, span));
        }
    }

    /// Brings the thread into the call for the first time.
    pub(super) fn entered(mut self) -> (Self, Place) {
        let place = self.enter();
        self.interceptors = announce(self.callsite, self.enabled);
        (self, place)
    }

    /// The span, while the thread is not in it.
    pub(super) fn span_mut(&mut self) -> Option<&mut Open> {
        match &mut self.span {
            SpanSlot::Recorded(span) => Some(span),
            SpanSlot::None | SpanSlot::Unsampled(_) => None,
        }
    }

    /// Brings the thread to where the call runs.
    pub(super) fn enter(&mut self) -> Place {
        self.span.enter()
    }

    /// Brings the thread back, to come to the call again.
    pub(super) fn suspend(&mut self, place: Place) {
        match place {
            Place::Span(entered) => self.span = entered.suspend().into(),
            other => self.leave(other),
        }
    }

    /// Brings the thread back, for good.
    #[inline(always)]
    fn leave(&mut self, place: Place) {
        match place {
            Place::Caller => {}
            Place::Span(entered) => self.span = entered.leave().into(),
            Place::Unsampled(place) => drop(place),
        }
    }

    /// Ends the call, in which the thread is at `place`, and returns true if nothing is left that has to be dropped.
    #[inline(always)]
    pub(super) fn finish(&mut self, place: Place, outcome: Outcome<'_>) -> bool {
        match place {
            // Most calls end here.
            Place::Span(entered)
                if self.enabled == state::SPANS && matches!(outcome, Outcome::Ok) =>
            {
                entered.close(Ticks::now());
                true
            }
            Place::Caller if self.enabled == state::METRICS && matches!(outcome, Outcome::Ok) => {
                let durations = self.callsite.profile().durations(&outcome);
                let seconds = Ticks::now().seconds_since(self.start);
                self.record(durations, seconds, &InSpan::Current);
                true
            }
            place => {
                self.finish_all(place, outcome);
                false
            }
        }
    }

    #[inline(never)]
    fn finish_all(&mut self, mut place: Place, outcome: Outcome<'_>) {
        let is_recorded =
            matches!(place, Place::Span(_)) || matches!(self.span, SpanSlot::Recorded(_));
        if self.enabled & !state::SPANS == 0 && !is_recorded {
            return self.leave(place);
        }
        let end = Ticks::now();
        let seconds = end.seconds_since(self.start);
        let durations = self.callsite.profile().durations(&outcome);
        let record = self.callsite.meta().details.record;
        let failure = Failure::of(outcome, durations.error_type, record);
        if failure.is_some() || self.enabled & (state::LINES | state::INTERCEPTORS) != 0 {
            place = self.report(place, outcome, failure.as_ref(), seconds);
        }
        self.leave(place);
        let span = std::mem::replace(&mut self.span, SpanSlot::None);
        if self.enabled & state::METRICS != 0 {
            self.record(durations, seconds, &span.for_exemplars());
        }
        if let SpanSlot::Recorded(span) = span {
            if let Some(failure) = failure {
                failure.describe(span, span.exceptions());
            }
            span.close(end);
        }
    }

    /// Records the duration of the call.
    #[inline]
    fn record(&self, durations: &Durations, seconds: f64, span: &InSpan) {
        let profile = self.callsite.profile();
        profile.record(durations, seconds, &self.labels, span);
        if counts_active(self.callsite, self.enabled) {
            profile.count_active(-1);
        }
    }

    /// Reports the outcome to log lines and interceptors, inside the span.
    #[cold]
    fn report(
        &mut self,
        mut place: Place,
        outcome: Outcome<'_>,
        failure: Option<&Failure<'_>>,
        seconds: f64,
    ) -> Place {
        let profile = self.callsite.profile();
        let exceptions = recorder::installed()
            .filter(|_| self.callsite.meta().details.parts.contains(Parts::LOG))
            .map_or_else(ExceptionSignal::default, |recorder| recorder.exceptions);
        let writes = self.enabled & state::LINES != 0 || exceptions.has_logs();
        if !writes && self.interceptors.is_empty() {
            return place;
        }
        // A future that is dropped is not in its span.
        if matches!(place, Place::Caller) {
            place = self.enter();
        }
        if !self.interceptors.is_empty() {
            let end = CallEnd {
                outcome: outcome.call_outcome(),
                error_type: failure.and_then(|failure| failure.error_type),
                error_message: failure.and_then(Failure::message),
                duration: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            };
            std::mem::take(&mut self.interceptors).end_all(&profile.info(), &end);
        }
        if writes {
            profile.lines().ended(failure, seconds, exceptions);
        }
        place
    }
}

/// Announces a call to log lines and interceptors. The thread is in its span.
#[inline(always)]
fn announce(callsite: &'static Callsite, enabled: u8) -> Started {
    if enabled & (state::LINES | state::INTERCEPTORS) == 0 {
        return Started::default();
    }
    announce_to_all(callsite, enabled)
}

#[cold]
#[inline(never)]
fn announce_to_all(callsite: &'static Callsite, enabled: u8) -> Started {
    let profile = callsite.profile();
    if enabled & state::LINES != 0 {
        profile.lines().entered();
    }
    match interceptor::installed() {
        Some(installed) if enabled & state::INTERCEPTORS != 0 => {
            installed.start_all(profile.select(&installed), &profile.info())
        }
        _ => Started::default(),
    }
}

/// Returns true if the call counts among those that run.
#[inline]
fn counts_active(callsite: &'static Callsite, enabled: u8) -> bool {
    enabled & state::METRICS != 0 && callsite.meta().details.in_flight
}

fn write_labels(labels: CallLabels, callsite: &'static Callsite, span: &mut Open) {
    labels.each(callsite.meta().details.labels, |key, value| {
        span.set(key, AttributeValue::Text(value));
    });
}

//! The state of a call while it runs.

use super::callsite::Callsite;
use super::failure::Failure;
use super::place::{Place, SpanSlot, start_span};
use super::profile::Durations;
use crate::asking::ask;
use crate::call::labels::{CallLabels, Chosen, LabelList};
use crate::call::meta::Parts;
use crate::call::outcome::Outcome;
use crate::interceptor::{self, CallEnd, Started};
use crate::metrics::exemplars::InSpan;
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
    /// The list of the labels and their index, which make up [`CallLabels`], apart so that the frame is small.
    label_list: Option<&'static LabelList>,
    label_index: u32,
    /// The parts that are recorded, as bits of [`state`].
    enabled: u8,
    interceptors: Started,
}

impl Frame {
    /// Returns true if the span of a call that starts here and now is in a trace that is not recorded, and this is known at
    /// once.
    #[inline(always)]
    pub(super) fn is_still_unsampled(callsite: &'static Callsite) -> bool {
        active::is_still_unsampled()
            && !callsite.meta().details.root
            && recorder::installed().is_some_and(Recorder::follows_parents)
    }

    /// A call that starts now, and of which the duration is recorded and nothing else.
    #[inline(always)]
    pub(super) fn timed(callsite: &'static Callsite) -> Self {
        Self::new(callsite, state::METRICS, Ticks::now())
    }

    /// Starts a call of `callsite` and brings the thread into it, or does nothing if there is nothing to record of it.
    #[inline(always)]
    pub(super) fn enter(callsite: &'static Callsite) -> Option<(Self, Place)> {
        let mut context = None;
        let (enabled, span) = Self::start_parts(callsite, |recorder| {
            start_span(callsite, recorder, &mut context)
        })?;
        // Most calls are of this kind, and nothing of them moves.
        if let SpanSlot::Recorded(span) = span {
            let mut frame = Self::new(callsite, enabled, span.started());
            let place = Place::Span(span.enter(context));
            frame.announce();
            return Some((frame, place));
        }
        let mut frame = Self::of(callsite, enabled, &span)?;
        let place = span.enter();
        frame.announce();
        Some((frame, place))
    }

    /// Starts a call whose span `start_span` makes, if there is anything to record.
    pub(super) fn start(
        callsite: &'static Callsite,
        start_span: impl FnOnce(&'static Recorder) -> SpanSlot,
    ) -> Option<(Self, SpanSlot)> {
        let (enabled, span) = Self::start_parts(callsite, start_span)?;
        let frame = Self::of(callsite, enabled, &span)?;
        Some((frame, span))
    }

    /// The parts that a call records which starts now, and its span.
    #[inline(always)]
    fn start_parts(
        callsite: &'static Callsite,
        start_span: impl FnOnce(&'static Recorder) -> SpanSlot,
    ) -> Option<(u8, SpanSlot)> {
        let enabled = callsite.starts();
        if enabled == 0 || !local::is_possible() {
            return None;
        }
        let span = match recorder::installed() {
            Some(recorder) if enabled & state::SPANS != 0 => start_span(recorder),
            _ => SpanSlot::None,
        };
        Some((enabled, span))
    }

    /// A call with this span; `None` if there is nothing to do.
    #[inline(always)]
    fn of(callsite: &'static Callsite, enabled: u8, span: &SpanSlot) -> Option<Self> {
        let start = match span {
            SpanSlot::Recorded(span) => span.started(),
            SpanSlot::None if enabled & !state::SPANS == 0 => return None,
            SpanSlot::Unsampled(_) if enabled & !state::SPANS == 0 => Ticks::ZERO,
            SpanSlot::None | SpanSlot::Unsampled(_) => Ticks::now(),
        };
        Some(Self::new(callsite, enabled, start))
    }

    #[inline(always)]
    fn new(callsite: &'static Callsite, enabled: u8, start: Ticks) -> Self {
        if enabled & state::METRICS != 0 {
            count_active(callsite, 1);
        }
        Self {
            callsite,
            start,
            enabled,
            label_list: None,
            label_index: 0,
            interceptors: Started::default(),
        }
    }

    /// Announces the call to log lines and interceptors. The thread is in its span.
    #[inline(always)]
    pub(super) fn announce(&mut self) {
        if self.enabled & (state::LINES | state::INTERCEPTORS) != 0 {
            self.interceptors = announce(self.callsite, self.enabled);
        }
    }

    /// Takes the labels that `choose`, which is the user's code, gives. If it panics they are not known.
    pub(super) fn label<T>(&mut self, place: &Place, choose: impl FnOnce() -> Chosen<T>) {
        let labels = ask(choose).map_or(CallLabels::NONE, |chosen| chosen.labels);
        self.set_labels(labels);
        if let Place::Span(_) = place {
            active::with_current(|span| self.write_labels(span));
        }
    }

    /// Sets the labels that are known when the call starts.
    pub(super) fn set_labels(&mut self, labels: CallLabels) {
        self.label_list = labels.list;
        self.label_index = labels.index;
    }

    #[inline]
    fn labels(&self) -> CallLabels {
        CallLabels {
            list: self.label_list,
            index: self.label_index,
        }
    }

    /// Writes the labels to the span.
    pub(super) fn write_labels(&self, span: &mut Open) {
        self.labels()
            .each(self.callsite.meta().details.labels, |key, value| {
                span.set(key, AttributeValue::Text(value));
            });
    }

    /// Ends the call, in which the thread is at `place`. After this there is nothing to leave.
    #[inline(always)]
    pub(super) fn finish(&mut self, place: &mut Place, outcome: Outcome<'_>) {
        if matches!(outcome, Outcome::Ok) {
            // Most calls end in one of these ways.
            if self.enabled == state::SPANS
                && let Place::Span(entered) = place
            {
                return entered.close(Ticks::now());
            }
            if self.enabled == state::METRICS {
                let durations = self.callsite.profile().durations(&outcome);
                let seconds = Ticks::now().seconds_since(self.start);
                return self.record(durations, seconds, &InSpan::Current);
            }
        }
        let place = std::mem::replace(place, Place::Caller);
        self.finish_all(place, SpanSlot::None, outcome);
    }

    /// Ends the call, in which the thread is at `place`, or in none if the call still has its `span`.
    #[inline(never)]
    pub(super) fn finish_all(
        &mut self,
        mut place: Place,
        mut span: SpanSlot,
        outcome: Outcome<'_>,
    ) {
        let is_recorded = matches!(place, Place::Span(_)) || matches!(span, SpanSlot::Recorded(_));
        if self.enabled & !state::SPANS == 0 && !is_recorded {
            return;
        }
        let end = Ticks::now();
        let seconds = end.seconds_since(self.start);
        let durations = self.callsite.profile().durations(&outcome);
        let record = self.callsite.meta().details.record;
        let failure = Failure::of(outcome, durations.error_type, record);
        if failure.is_some() || self.enabled & (state::LINES | state::INTERCEPTORS) != 0 {
            self.report(&mut place, &mut span, outcome, failure.as_ref(), seconds);
        }
        if !matches!(place, Place::Caller) {
            span = place.leave();
        }
        if self.enabled & state::METRICS != 0 {
            self.record(durations, seconds, &span.for_exemplars());
        }
        if let SpanSlot::Recorded(span) = span {
            if let Some(failure) = &failure {
                failure.describe(span, span.exceptions());
            }
            span.close(end);
        }
    }

    /// Records the duration of the call.
    #[inline]
    fn record(&self, durations: &Durations, seconds: f64, span: &InSpan) {
        let profile = self.callsite.profile();
        profile.record(durations, seconds, &self.labels(), span);
        count_active(self.callsite, -1);
    }

    /// Reports the outcome to log lines and interceptors, inside the span.
    #[cold]
    fn report(
        &mut self,
        place: &mut Place,
        span: &mut SpanSlot,
        outcome: Outcome<'_>,
        failure: Option<&Failure<'_>>,
        seconds: f64,
    ) {
        let profile = self.callsite.profile();
        let exceptions = recorder::installed()
            .filter(|_| self.callsite.meta().details.parts.contains(Parts::LOG))
            .map_or_else(ExceptionSignal::default, |recorder| recorder.exceptions);
        let writes = self.enabled & state::LINES != 0 || exceptions.has_logs();
        if !writes && self.interceptors.is_empty() {
            return;
        }
        // A future that is dropped is not in its span.
        if matches!(place, Place::Caller) {
            *place = std::mem::replace(span, SpanSlot::None).enter();
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
    }
}

#[cold]
#[inline(never)]
fn announce(callsite: &'static Callsite, enabled: u8) -> Started {
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

/// Counts a call that begins to run, by 1, or ends, by -1, where running calls are counted.
#[inline]
fn count_active(callsite: &'static Callsite, change: i64) {
    if callsite.meta().details.in_flight {
        callsite.profile().count_active(change);
    }
}

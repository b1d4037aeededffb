//! A call that did not go well, as its span and its log lines tell it.

use crate::call::meta::Record;
use crate::call::outcome::{Detail, ErrorRef, Outcome};
use crate::text::ErrorTexts;
use crate::trace::record::SpanRecord;
use crate::trace::settings::{ExceptionSignal, SpanLimits};
use opentelemetry::KeyValue;
use opentelemetry::trace::Status;
use std::cell::OnceCell;
use std::fmt::Display;

/// A call that failed or was cancelled.
///
/// The error's texts are the user's code and cost what they cost, so they are made for the first that needs them, and once.
pub(super) struct Failure<'a> {
    pub(super) outcome: Outcome<'a>,
    /// The value of `error.type`; none if the call was cancelled.
    pub(super) error_type: Option<&'static str>,
    record: Record,
    texts: OnceCell<ErrorTexts>,
}

impl<'a> Failure<'a> {
    /// The failure, unless the call went well.
    ///
    /// `error_type` is the outcome's as the call's metric has it, so that metric, span and log name the same kind.
    #[inline]
    pub(super) fn of(
        outcome: Outcome<'a>,
        error_type: Option<&'static str>,
        record: Record,
    ) -> Option<Self> {
        match outcome {
            Outcome::Ok => None,
            Outcome::Error(_) | Outcome::Panic | Outcome::Cancelled => {
                Some(Self::new(outcome, error_type, record))
            }
        }
    }

    #[cold]
    fn new(outcome: Outcome<'a>, error_type: Option<&'static str>, record: Record) -> Self {
        Self {
            outcome,
            error_type,
            // What a caller says of its errors does not hold for its panics.
            record: match outcome {
                Outcome::Error(_) => record,
                Outcome::Ok | Outcome::Panic | Outcome::Cancelled => Record::Status,
            },
            texts: OnceCell::new(),
        }
    }

    /// The type and the texts of the exception, if the call returned an error and its details are to be recorded.
    pub(super) fn exception(&self) -> Option<(&'static str, &ErrorTexts)> {
        self.exception_type().map(|name| (name, self.texts()))
    }

    /// The type of the exception, if there is one. This does not ask the error for its texts.
    pub(super) fn exception_type(&self) -> Option<&'static str> {
        match (&self.outcome, self.record) {
            (Outcome::Error(error), Record::Event) => error.type_name,
            _ => None,
        }
    }

    /// The message of the error, made by the error whenever it is shown.
    pub(super) fn message(&self) -> Option<&dyn Display> {
        match &self.outcome {
            Outcome::Error(ErrorRef { detail, .. }) => match detail {
                Detail::Error(error) => Some(error),
                Detail::Display(error) => Some(error),
                Detail::Opaque => None,
            },
            Outcome::Ok | Outcome::Panic | Outcome::Cancelled => None,
        }
    }

    fn texts(&self) -> &ErrorTexts {
        self.texts.get_or_init(|| match self.outcome {
            Outcome::Error(error) => match error.detail {
                Detail::Error(error) => ErrorTexts::of(&error, Some(error)),
                Detail::Display(error) => ErrorTexts::of(error, None),
                Detail::Opaque => ErrorTexts::default(),
            },
            Outcome::Ok | Outcome::Panic | Outcome::Cancelled => ErrorTexts::default(),
        })
    }

    /// Writes the outcome to the call's span.
    pub(super) fn describe(
        self,
        span: &mut SpanRecord,
        limits: &SpanLimits,
        exceptions: ExceptionSignal,
    ) {
        let outcome = self.outcome.call_outcome().as_str();
        span.set_attribute(KeyValue::new("outcome", outcome), limits);
        let (Some(kind), Record::Event | Record::Status) = (self.error_type, self.record) else {
            return;
        };
        span.set_attribute(KeyValue::new("error.type", kind), limits);
        if exceptions.has_events()
            && let Some((type_name, texts)) = self.exception()
        {
            span.set_last_event("exception", texts.attributes(Some(type_name)), limits);
        }
        span.set_status(self.status());
    }

    fn status(mut self) -> Status {
        if matches!(self.outcome, Outcome::Panic) {
            return Status::error("the call panicked");
        }
        self.texts();
        let message = self.texts.take().and_then(|texts| texts.message);
        Status::error(message.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::Event;
    use std::cell::Cell;
    use std::error::Error;
    use std::fmt;

    /// Counts how often it is shown.
    #[derive(Debug)]
    struct Refused {
        shown: Cell<u32>,
        source: Option<fmt::Error>,
    }

    impl fmt::Display for Refused {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.shown.set(self.shown.get() + 1);
            f.write_str("refused")
        }
    }

    impl Error for Refused {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.source.as_ref().map(|source| source as _)
        }
    }

    fn refused() -> Refused {
        Refused {
            shown: Cell::new(0),
            source: None,
        }
    }

    fn failed(error: &Refused) -> Outcome<'_> {
        Outcome::Error(ErrorRef {
            kind: "declined",
            type_name: Some("bank::Refused"),
            detail: Detail::Error(error),
        })
    }

    const EVENTS: ExceptionSignal = ExceptionSignal::Events;

    fn span_of(outcome: Outcome<'_>, record: Record, exceptions: ExceptionSignal) -> SpanRecord {
        let mut span = SpanRecord::sample();
        let kind = outcome.error_type();
        if let Some(failure) = Failure::of(outcome, kind, record) {
            failure.describe(&mut span, &SpanLimits::default(), exceptions);
        }
        span
    }

    fn status(span: &SpanRecord) -> Status {
        span.extra
            .as_ref()
            .map_or(Status::Unset, |extra| extra.status.clone())
    }

    fn event(span: &SpanRecord) -> Option<&Event> {
        span.extra.as_ref()?.last_event.as_ref()
    }

    fn attributes(attributes: &[KeyValue]) -> Vec<(&str, String)> {
        attributes
            .iter()
            .map(|attribute| (attribute.key.as_str(), attribute.value.to_string()))
            .collect()
    }

    fn marks(outcome: &str, kind: &str) -> Vec<(&'static str, String)> {
        vec![
            ("outcome", outcome.to_owned()),
            ("error.type", kind.to_owned()),
        ]
    }

    #[test]
    fn a_call_that_goes_well_leaves_no_mark() {
        let span = span_of(Outcome::Ok, Record::Event, EVENTS);
        assert_eq!((span.attributes.len(), status(&span)), (0, Status::Unset));
    }

    #[test]
    fn an_exception_bears_the_type_and_the_span_the_kind() {
        let error = Refused {
            source: Some(fmt::Error),
            ..refused()
        };
        let span = span_of(failed(&error), Record::Event, EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "declined"));
        assert_eq!(status(&span), Status::error("refused"));
        let event = event(&span).expect("an exception");
        let chain = "refused\n\nCaused by:\n    0: an error occurred when formatting an argument";
        assert_eq!(event.name, "exception");
        assert_eq!(
            attributes(&event.attributes),
            [
                ("exception.type", "bank::Refused".to_owned()),
                ("exception.message", "refused".to_owned()),
                ("exception.stacktrace", chain.to_owned()),
            ]
        );
    }

    #[test]
    fn the_kind_is_the_one_that_the_metric_has() {
        let error = refused();
        let mut span = SpanRecord::sample();
        Failure::of(failed(&error), Some("_OTHER"), Record::Event)
            .expect("it failed")
            .describe(&mut span, &SpanLimits::default(), EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "_OTHER"));
        let event = event(&span).expect("an exception");
        let type_name = ("exception.type", "bank::Refused".to_owned());
        assert!(attributes(&event.attributes).contains(&type_name));
    }

    #[test]
    fn a_status_is_recorded_without_the_exception() {
        let error = refused();
        let span = span_of(failed(&error), Record::Status, EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "declined"));
        assert_eq!(status(&span), Status::error("refused"));
        assert!(event(&span).is_none());
        assert_eq!(error.shown.get(), 1);
    }

    #[test]
    fn an_error_that_is_not_recorded_is_not_even_shown() {
        let error = refused();
        let span = span_of(failed(&error), Record::None, EVENTS);
        assert_eq!(
            attributes(&span.attributes),
            [("outcome", "error".to_owned())]
        );
        assert_eq!(status(&span), Status::Unset);
        assert!(event(&span).is_none());
        assert_eq!(error.shown.get(), 0);
    }

    #[test]
    fn an_exception_that_goes_to_logs_is_no_event() {
        let error = refused();
        let logs = ExceptionSignal::Logs;
        let span = span_of(failed(&error), Record::Event, logs);
        assert!(event(&span).is_none());
        assert_eq!(status(&span), Status::error("refused"));
    }

    #[test]
    fn an_error_is_shown_once_for_all() {
        let error = refused();
        let failure =
            Failure::of(failed(&error), Some("declined"), Record::Event).expect("it failed");
        assert_eq!(error.shown.get(), 0, "nobody has asked");
        for _ in 0..2 {
            let (type_name, texts) = failure.exception().expect("an exception");
            assert_eq!(type_name, "bank::Refused");
            assert_eq!(
                (texts.message.as_deref(), &texts.chain),
                (Some("refused"), &None)
            );
        }
        failure.describe(&mut SpanRecord::sample(), &SpanLimits::default(), EVENTS);
        assert_eq!(error.shown.get(), 1);
    }

    #[test]
    fn a_call_that_fails_without_an_error_has_no_exception() {
        let outcome = Outcome::because("is_refused");
        let span = span_of(outcome, Record::Event, EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "is_refused"));
        assert_eq!(status(&span), Status::error(""));
        assert!(event(&span).is_none());
    }

    #[test]
    fn a_panic_always_marks_its_span() {
        for record in [Record::Event, Record::Status, Record::None] {
            let span = span_of(Outcome::Panic, record, EVENTS);
            assert_eq!(attributes(&span.attributes), marks("panic", "panic"));
            assert_eq!(status(&span), Status::error("the call panicked"));
            assert!(event(&span).is_none());
        }
    }

    #[test]
    fn a_cancelled_call_is_no_error() {
        let span = span_of(Outcome::Cancelled, Record::Event, EVENTS);
        assert_eq!(
            attributes(&span.attributes),
            [("outcome", "cancelled".to_owned())]
        );
        assert_eq!(status(&span), Status::Unset);
    }
}

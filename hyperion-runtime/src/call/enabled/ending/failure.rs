//! What is told of a call that did not go well.

use super::Ending;
use crate::call::outcome::Detail;
use crate::call::record_mode::Record;
use crate::text::ErrorTexts;
use crate::trace::exceptions::ExceptionSignal;
use crate::trace::limits::SpanLimits;
use crate::trace::record::SpanRecord;
use opentelemetry::KeyValue;
use opentelemetry::trace::Status;
use std::cell::OnceCell;

/// A call that failed or was cancelled, as its span and its log lines tell it.
///
/// The error's texts are the user's code and cost what they cost, so they are made for the first that needs them, and once.
pub(in crate::call::observed) struct Failure<'a> {
    /// How the call ended.
    pub(in crate::call::observed) ending: Ending<'a>,
    /// The value of `error.type`; none if the call was cancelled.
    pub(in crate::call::observed) kind: Option<&'static str>,
    record: Record,
    texts: OnceCell<ErrorTexts>,
}

/// An error as the semantic conventions describe an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::call::observed) struct Exception<'a> {
    /// `exception.type`
    pub(in crate::call::observed) type_name: &'static str,
    /// `exception.message`
    pub(in crate::call::observed) message: Option<&'a str>,
    /// `exception.stacktrace`: an error has no stack, but sources.
    pub(in crate::call::observed) chain: Option<&'a str>,
}

impl<'a> Failure<'a> {
    #[cold]
    pub(super) fn new(ending: Ending<'a>, kind: Option<&'static str>, record: Record) -> Self {
        // What a caller says of its errors does not hold for its panics.
        let record = match ending {
            Ending::Error(_) => record,
            Ending::Ok | Ending::Panic | Ending::Cancelled => Record::Status,
        };
        Self {
            ending,
            kind,
            record,
            texts: OnceCell::new(),
        }
    }

    /// The exception, if the call returned an error and its details are to be recorded.
    pub(in crate::call::observed) fn exception(&self) -> Option<Exception<'_>> {
        self.type_name().map(|type_name| {
            let texts = self.texts();
            Exception {
                type_name,
                message: texts.message.as_deref(),
                chain: texts.chain.as_deref(),
            }
        })
    }

    /// The type of the exception, if there is one. This does not ask the error for its texts.
    pub(in crate::call::observed) fn type_name(&self) -> Option<&'static str> {
        match (&self.ending, self.record) {
            (Ending::Error(error), Record::Event) => error.type_name,
            _ => None,
        }
    }

    fn texts(&self) -> &ErrorTexts {
        self.texts.get_or_init(|| match self.ending {
            Ending::Error(error) => match error.detail {
                Detail::Error(error) => ErrorTexts::of_error(error),
                Detail::Display(error) => ErrorTexts::of_message(error),
                Detail::Opaque => ErrorTexts::default(),
            },
            Ending::Ok | Ending::Panic | Ending::Cancelled => ErrorTexts::default(),
        })
    }

    /// Writes the ending to the call's span.
    pub(in crate::call::observed) fn describe(
        self,
        span: &mut SpanRecord,
        limits: &SpanLimits,
        exceptions: ExceptionSignal,
    ) {
        span.set_attribute(KeyValue::new("outcome", self.ending.outcome()), limits);
        let (Some(kind), Record::Event | Record::Status) = (self.kind, self.record) else {
            return;
        };
        span.set_attribute(KeyValue::new("error.type", kind), limits);
        if exceptions.has_events()
            && let Some(exception) = self.exception()
        {
            span.set_last_event("exception", exception.attributes(), limits);
        }
        span.set_status(self.status());
    }

    fn status(mut self) -> Status {
        if matches!(self.ending, Ending::Panic) {
            return Status::error("the call panicked");
        }
        self.texts();
        let message = self.texts.take().and_then(|texts| texts.message);
        Status::error(message.unwrap_or_default())
    }
}

impl Exception<'_> {
    fn attributes(&self) -> Vec<KeyValue> {
        let mut attributes = vec![KeyValue::new("exception.type", self.type_name)];
        let texts = [
            ("exception.message", self.message),
            ("exception.stacktrace", self.chain),
        ];
        attributes.extend(
            texts
                .into_iter()
                .filter_map(|(key, text)| Some(KeyValue::new(key, text?.to_owned()))),
        );
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::outcome::{ErrorRef, Outcome};
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

    fn ending(error: &Refused) -> Ending<'_> {
        Ending::Error(ErrorRef {
            kind: "declined",
            type_name: Some("bank::Refused"),
            detail: Detail::Error(error),
        })
    }

    const EVENTS: ExceptionSignal = ExceptionSignal::Events;

    fn span_of(ending: Ending<'_>, record: Record, exceptions: ExceptionSignal) -> SpanRecord {
        let mut span = SpanRecord::sample();
        let kind = ending.error_type();
        if let Some(failure) = ending.failure(kind, record) {
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
        let span = span_of(Ending::Ok, Record::Event, EVENTS);
        assert_eq!((span.attributes.len(), status(&span)), (0, Status::Unset));
    }

    #[test]
    fn an_exception_bears_the_type_and_the_span_the_kind() {
        let error = Refused {
            source: Some(fmt::Error),
            ..refused()
        };
        let span = span_of(ending(&error), Record::Event, EVENTS);
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
        ending(&error)
            .failure(Some("_OTHER"), Record::Event)
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
        let span = span_of(ending(&error), Record::Status, EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "declined"));
        assert_eq!(status(&span), Status::error("refused"));
        assert!(event(&span).is_none());
        assert_eq!(error.shown.get(), 1);
    }

    #[test]
    fn an_error_that_is_not_recorded_is_not_even_shown() {
        let error = refused();
        let span = span_of(ending(&error), Record::None, EVENTS);
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
        let span = span_of(ending(&error), Record::Event, logs);
        assert!(event(&span).is_none());
        assert_eq!(status(&span), Status::error("refused"));
    }

    #[test]
    fn an_error_is_shown_once_for_all() {
        let error = refused();
        let failure = ending(&error)
            .failure(Some("declined"), Record::Event)
            .expect("it failed");
        assert_eq!(error.shown.get(), 0, "nobody has asked");
        let exception = Exception {
            type_name: "bank::Refused",
            message: Some("refused"),
            chain: None,
        };
        assert_eq!(failure.exception(), Some(exception));
        assert_eq!(failure.exception(), Some(exception));
        failure.describe(&mut SpanRecord::sample(), &SpanLimits::default(), EVENTS);
        assert_eq!(error.shown.get(), 1);
    }

    #[test]
    fn a_call_that_fails_without_an_error_has_no_exception() {
        let ending = Ending::from(Outcome::because("is_refused"));
        let span = span_of(ending, Record::Event, EVENTS);
        assert_eq!(attributes(&span.attributes), marks("error", "is_refused"));
        assert_eq!(status(&span), Status::error(""));
        assert!(event(&span).is_none());
    }

    #[test]
    fn a_panic_always_marks_its_span() {
        for record in [Record::Event, Record::Status, Record::None] {
            let span = span_of(Ending::Panic, record, EVENTS);
            assert_eq!(attributes(&span.attributes), marks("panic", "panic"));
            assert_eq!(status(&span), Status::error("the call panicked"));
            assert!(event(&span).is_none());
        }
    }

    #[test]
    fn a_cancelled_call_is_no_error() {
        let span = span_of(Ending::Cancelled, Record::Event, EVENTS);
        assert_eq!(
            attributes(&span.attributes),
            [("outcome", "cancelled".to_owned())]
        );
        assert_eq!(status(&span), Status::Unset);
    }
}

//! The marks that a call which did not go well leaves.

use super::*;
use crate::trace::open::tests::{sample, with_record};
use opentelemetry::KeyValue;
use opentelemetry::trace::Status;
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

fn span_of(outcome: Outcome<'_>, record: Record) -> Box<Open> {
    span_with(outcome, record, ExceptionSignal::Events)
}

fn span_with(outcome: Outcome<'_>, record: Record, exceptions: ExceptionSignal) -> Box<Open> {
    let mut span = sample();
    let kind = outcome.error_type();
    if let Some(failure) = Failure::of(outcome, kind, record) {
        failure.describe(&mut span, exceptions);
    }
    span
}

/// The span as others see it: its attributes, its status, and the attributes of its exception.
struct Seen {
    attributes: Vec<(String, String)>,
    status: Status,
    exception: Option<Vec<(String, String)>>,
}

fn seen(span: Box<Open>) -> Seen {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let text = |attribute: KeyValue| pair(attribute.key.as_str(), &attribute.value.as_str());
    with_record(span, |record| {
        let failure = record.failure();
        let extra = record.extra();
        let event = extra.and_then(|extra| extra.last_event.as_ref());
        let told = failure.and_then(|failure| {
            let type_name = pair("exception.type", failure.exception_type?);
            Some(vec![type_name, pair("exception.message", failure.message)])
        });
        Seen {
            attributes: record.attributes().map(KeyValue::from).map(text).collect(),
            status: match (failure, extra) {
                (Some(failure), _) => Status::error(failure.message.to_owned()),
                (None, Some(extra)) => extra.status.clone(),
                (None, None) => Status::Unset,
            },
            exception: told.or_else(|| {
                let attributes = event?.attributes.iter().cloned();
                Some(attributes.map(text).collect())
            }),
        }
    })
}

fn strings<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

fn marks(outcome: &str, kind: &str) -> Vec<(String, String)> {
    strings([("outcome", outcome), ("error.type", kind)])
}

#[test]
fn a_call_that_goes_well_leaves_no_mark() {
    let span = seen(span_of(Outcome::Ok, Record::Event));
    assert_eq!((span.attributes.len(), span.status), (0, Status::Unset));
}

#[test]
fn an_exception_bears_the_type_and_the_span_the_kind() {
    let error = Refused {
        source: Some(fmt::Error),
        ..refused()
    };
    let span = seen(span_of(failed(&error), Record::Event));
    assert_eq!(span.attributes, marks("error", "declined"));
    assert_eq!(span.status, Status::error("refused"));
    let chain = "refused\n\nCaused by:\n    0: an error occurred when formatting an argument";
    assert_eq!(
        span.exception.expect("an exception"),
        strings([
            ("exception.type", "bank::Refused"),
            ("exception.message", "refused"),
            ("exception.stacktrace", chain),
        ])
    );
}

#[test]
fn the_kind_is_the_one_that_the_metric_has() {
    let error = refused();
    let mut span = sample();
    Failure::of(failed(&error), Some("_OTHER"), Record::Event)
        .expect("it failed")
        .describe(&mut span, ExceptionSignal::Events);
    let span = seen(span);
    assert_eq!(span.attributes, marks("error", "_OTHER"));
    assert_eq!(
        span.exception.expect("an exception"),
        strings([
            ("exception.type", "bank::Refused"),
            ("exception.message", "refused"),
        ])
    );
}

#[test]
fn a_status_is_recorded_without_the_exception() {
    let error = refused();
    let span = seen(span_of(failed(&error), Record::Status));
    assert_eq!(span.attributes, marks("error", "declined"));
    assert_eq!(span.status, Status::error("refused"));
    assert!(span.exception.is_none());
    assert_eq!(error.shown.get(), 1);
}

#[test]
fn an_error_that_is_not_recorded_is_not_even_shown() {
    let error = refused();
    let span = seen(span_of(failed(&error), Record::None));
    assert_eq!(span.attributes, strings([("outcome", "error")]));
    assert_eq!(span.status, Status::Unset);
    assert!(span.exception.is_none());
    assert_eq!(error.shown.get(), 0);
}

#[test]
fn an_exception_that_goes_to_logs_is_no_event() {
    let error = refused();
    let span = seen(span_with(
        failed(&error),
        Record::Event,
        ExceptionSignal::Logs,
    ));
    assert!(span.exception.is_none());
    assert_eq!(span.status, Status::error("refused"));
}

#[test]
fn an_error_is_shown_once_for_all() {
    let error = refused();
    let failure = Failure::of(failed(&error), Some("declined"), Record::Event).expect("it failed");
    assert_eq!(error.shown.get(), 0, "nobody has asked");
    for _ in 0..2 {
        let (type_name, texts) = failure.exception().expect("an exception");
        assert_eq!(type_name, "bank::Refused");
        assert_eq!(
            (texts.message.as_deref(), &texts.chain),
            (Some("refused"), &None)
        );
    }
    failure.describe(&mut sample(), ExceptionSignal::Events);
    assert_eq!(error.shown.get(), 1);
}

#[test]
fn a_call_that_fails_without_an_error_has_no_exception() {
    let outcome = Outcome::Ok.error_if("is_refused", || true);
    let span = seen(span_of(outcome, Record::Event));
    assert_eq!(span.attributes, marks("error", "is_refused"));
    assert_eq!(span.status, Status::error(""));
    assert!(span.exception.is_none());
}

#[test]
fn an_error_that_is_an_answer_leaves_its_kind_and_nothing_else() {
    let error = refused();
    let span = seen(span_of(failed(&error).accepted(), Record::Event));
    assert_eq!(span.attributes, marks("ok", "declined"));
    assert_eq!(span.status, Status::Unset);
    assert!(span.exception.is_none());
    assert_eq!(error.shown.get(), 0);
    let span = seen(span_of(failed(&error).accepted(), Record::None));
    assert_eq!(span.attributes, strings([("outcome", "ok")]));
}

#[test]
fn a_panic_always_marks_its_span() {
    for record in [Record::Event, Record::Status, Record::None] {
        let span = seen(span_of(Outcome::Panic, record));
        assert_eq!(span.attributes, marks("panic", "panic"));
        assert_eq!(span.status, Status::error("the call panicked"));
        assert!(span.exception.is_none());
    }
}

#[test]
fn a_cancelled_call_is_no_error() {
    let span = seen(span_of(Outcome::Cancelled, Record::Event));
    assert_eq!(span.attributes, strings([("outcome", "cancelled")]));
    assert_eq!(span.status, Status::Unset);
}

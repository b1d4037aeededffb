//! The returned values that are errors, their kinds, and what is written of them.

mod support;

use hyperion::{ErrorType, observe};
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;
use std::task::Poll;
use support::{attribute, kept, span, spans_in, spans_in_async, text};

#[derive(Debug, ErrorType)]
enum UserError {
    NotFound,
    #[error_type(rename = "locked_out")]
    Locked,
    #[error_type(inner)]
    Storage(StorageError),
}

#[derive(Debug, ErrorType)]
#[error_type(rename_all = "snake_case")]
enum StorageError {
    ConnectionLost,
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user: {self:?}")
    }
}

impl std::error::Error for UserError {}

impl UserError {
    fn is_expected(&self) -> bool {
        matches!(self, Self::NotFound)
    }
}

#[observe(component = "Kinds")]
fn fails(error: UserError) -> Result<(), UserError> {
    Err(error)
}

/// The kinds of error that the metric of a method has.
fn kinds(component: &str, method: &str) -> Vec<(String, u64)> {
    let mut kinds: Vec<_> = kept()
        .calls(component, method, "error")
        .into_iter()
        .map(|point| {
            let kind = point.labels.iter().find(|(key, _)| key == "error.type");
            (kind.unwrap().1.to_string(), point.count())
        })
        .collect();
    kinds.sort();
    kinds
}

#[test]
fn one_kind_stands_on_span_and_metric() {
    let ((), spans) = spans_in(|| {
        for error in [
            UserError::NotFound,
            UserError::Locked,
            UserError::Locked,
            UserError::Storage(StorageError::ConnectionLost),
        ] {
            assert!(fails(error).is_err());
        }
    });
    let of_spans: Vec<String> = spans.iter().map(|span| text(span, "error.type")).collect();
    assert_eq!(
        of_spans,
        ["NotFound", "locked_out", "locked_out", "connection_lost"]
    );
    assert_eq!(
        kinds("Kinds", "fails"),
        [
            ("NotFound".to_owned(), 1),
            ("connection_lost".to_owned(), 1),
            ("locked_out".to_owned(), 2),
        ]
    );
    let exception = exception(&spans[0]).expect("an exception is recorded");
    assert_eq!(exception, "errors::UserError user: NotFound");
}

/// Type and message of the exception that a span records.
fn exception(span: &SpanData) -> Option<String> {
    let event = span.events.iter().find(|event| event.name == "exception")?;
    let value = |key| {
        let attribute = event
            .attributes
            .iter()
            .find(|attribute| attribute.key.as_str() == key);
        attribute.unwrap().value.to_string()
    };
    Some(format!(
        "{} {}",
        value("exception.type"),
        value("exception.message")
    ))
}

#[test]
fn kinds_beyond_the_bound_are_others_everywhere() {
    struct Numbered(&'static str);
    impl ErrorType for Numbered {
        fn error_type(&self) -> &'static str {
            self.0
        }
    }
    #[observe(component = "Kinds")]
    fn many(error: Numbered) -> Result<(), Numbered> {
        Err(error)
    }
    let ((), spans) = spans_in(|| {
        for number in 0..40 {
            let _ = many(Numbered(format!("E{number:02}").leak()));
        }
    });
    let kinds = kinds("Kinds", "many");
    assert_eq!(kinds.len(), 33);
    assert!(kinds.contains(&("_OTHER".to_owned(), 8)), "{kinds:?}");
    assert_eq!(text(&spans[31], "error.type"), "E31");
    assert_eq!(text(&spans[32], "error.type"), "_OTHER");
}

#[observe(component = "Rules", err(ok_if = UserError::is_expected))]
fn expected(error: UserError) -> Result<(), UserError> {
    Err(error)
}

#[observe(component = "Rules", err(error_if = Option::is_none))]
async fn required(value: Option<u8>) -> Option<u8> {
    tokio::task::yield_now().await;
    value
}

#[observe(component = "Rules", err(error_if = |code| *code >= 500))]
fn status(code: u16) -> u16 {
    code
}

#[tokio::test]
async fn a_call_says_what_is_an_error() {
    let ((), spans) = spans_in(|| {
        assert!(expected(UserError::NotFound).is_err());
        assert!(expected(UserError::Locked).is_err());
        assert_eq!((status(200), status(503)), (200, 503));
    });
    assert_eq!(spans[0].status, Status::Unset);
    assert_eq!(text(&spans[1], "error.type"), "locked_out");
    assert_eq!(spans[2].status, Status::Unset);
    assert_eq!(text(&spans[3], "error.type"), "_OTHER");
    assert_eq!(kept().count("Rules", "expected", "ok"), 1);
    assert_eq!(kept().count("Rules", "expected", "error"), 1);

    let (values, spans) =
        spans_in_async(async { (required(Some(1)).await, required(None).await) }).await;
    assert_eq!(values, (Some(1), None));
    assert_eq!(spans[0].status, Status::Unset);
    assert_eq!(text(&spans[1], "error.type"), "is_none");
    assert!(exception(&spans[1]).is_none(), "there is no error to show");
}

#[observe(component = "Rules", err(ok_if = |_| panic!("no answer")))]
fn asked_in_vain(error: UserError) -> Result<(), UserError> {
    Err(error)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a predicate takes a reference"
)]
fn is_too_much(_code: &u16) -> bool {
    panic!("no answer")
}

#[observe(component = "Rules", err(error_if = is_too_much))]
async fn asked_in_vain_later(code: u16) -> u16 {
    code
}

#[tokio::test]
async fn a_predicate_that_panics_says_nothing() {
    let (value, spans) = spans_in(|| asked_in_vain(UserError::Locked));
    assert!(matches!(value, Err(UserError::Locked)));
    assert_eq!(text(&spans[0], "error.type"), "locked_out");
    assert_eq!(kept().count("Rules", "asked_in_vain", "error"), 1);

    let (value, spans) = spans_in_async(asked_in_vain_later(503)).await;
    assert_eq!(value, 503);
    assert_eq!(spans[0].status, Status::Unset);
    assert_eq!(kept().count("Rules", "asked_in_vain_later", "ok"), 1);
}

#[observe(component = "Written", err(record = status))]
fn without_event() -> Result<(), UserError> {
    Err(UserError::Locked)
}

#[observe(component = "Written", err(record = none))]
fn without_mark() -> Result<(), UserError> {
    Err(UserError::Locked)
}

#[test]
fn a_call_says_what_is_written_of_an_error() {
    let ((), spans) = spans_in(|| {
        let _ = without_event();
        let _ = without_mark();
    });
    let status = span(&spans, "Written.without_event");
    assert_eq!(status.status, Status::error("user: Locked"));
    assert_eq!(text(status, "error.type"), "locked_out");
    assert!(status.events.is_empty());
    let none = span(&spans, "Written.without_mark");
    assert_eq!(none.status, Status::Unset);
    assert!(none.events.is_empty() && attribute(none, "error.type").is_none());
    assert_eq!(
        kinds("Written", "without_mark"),
        [("locked_out".to_owned(), 1)],
        "the metric counts it"
    );
}

#[test]
fn values_around_a_result_are_looked_into() {
    #[observe]
    fn nested(
        value: Result<Result<u8, UserError>, fmt::Error>,
    ) -> Result<Result<u8, UserError>, fmt::Error> {
        value
    }
    #[observe]
    fn poll(value: Poll<Result<u8, UserError>>) -> Poll<Result<u8, UserError>> {
        value
    }
    #[observe]
    fn next(value: Poll<Option<Result<u8, UserError>>>) -> Poll<Option<Result<u8, UserError>>> {
        value
    }
    #[observe]
    fn option(value: Option<u8>) -> Option<u8> {
        value
    }
    #[observe]
    fn flow(value: ControlFlow<UserError, u8>) -> ControlFlow<UserError, u8> {
        value
    }
    #[observe]
    fn infallible() -> Result<u8, Infallible> {
        Ok(1)
    }
    let ((), spans) = spans_in(|| {
        let _ = nested(Ok(Err(UserError::Locked)));
        let _ = nested(Err(fmt::Error));
        let _ = poll(Poll::Ready(Err(UserError::Locked)));
        let _ = next(Poll::Ready(Some(Err(UserError::Locked))));
        let _ = nested(Ok(Ok(1)));
        let _ = poll(Poll::Pending);
        let _ = next(Poll::Ready(None));
        let _ = option(None);
        let _ = flow(ControlFlow::Break(UserError::Locked));
        let _ = infallible();
    });
    let kinds: Vec<Option<String>> = spans
        .iter()
        .map(|span| attribute(span, "error.type").map(ToString::to_string))
        .collect();
    let failed = |kind: &str| Some(kind.to_owned());
    assert_eq!(
        kinds,
        [
            failed("locked_out"),
            failed("core::fmt::Error"),
            failed("locked_out"),
            failed("locked_out"),
            None,
            None,
            None,
            None,
            None,
            None,
        ]
    );
}

#[observe(component = "Named", err(error_if = |status: &u16| (*status >= 500).then_some(*status)))]
fn proxy(status: u16) -> u16 {
    status
}

struct Reply {
    timed_out: bool,
}

impl Reply {
    fn failure(&self) -> Option<&'static str> {
        self.timed_out.then_some("timeout")
    }
}

#[observe(component = "Named", err(error_if = Reply::failure))]
async fn ask_remote(timed_out: bool) -> Reply {
    Reply { timed_out }
}

#[tokio::test]
async fn a_condition_names_the_kind_of_the_failure() {
    let ((), spans) = spans_in(|| {
        for status in [200, 502, 404, 503, 1000] {
            assert_eq!(proxy(status), status);
        }
    });
    let of_spans: Vec<_> = spans
        .iter()
        .map(|span| attribute(span, "error.type").map(ToString::to_string))
        .collect();
    let kind = |kind: &str| Some(kind.to_owned());
    assert_eq!(
        of_spans,
        [None, kind("502"), None, kind("503"), kind("_OTHER")]
    );
    assert_eq!(spans[1].status, Status::error(""));
    let (_, spans) = spans_in_async(ask_remote(true)).await;
    assert_eq!(text(&spans[0], "error.type"), "timeout");
    let (_, spans) = spans_in_async(ask_remote(false)).await;
    assert_eq!(spans[0].status, Status::Unset);
    assert_eq!(kinds("Named", "ask_remote"), [("timeout".to_owned(), 1)]);
}

#[observe(component = "Passed", err(ok_if = UserError::is_expected))]
fn passes(error: UserError) -> Result<(), UserError> {
    Err(error)
}

#[observe(component = "Passed", err(ok_if = UserError::is_expected, error_if = Result::is_err))]
fn is_asked_all_the_same() -> Result<(), UserError> {
    Err(UserError::NotFound)
}

#[test]
fn an_error_that_is_an_answer_is_counted_by_its_kind() {
    let ((), spans) = spans_in(|| {
        for error in [UserError::NotFound, UserError::NotFound, UserError::Locked] {
            assert!(passes(error).is_err());
        }
    });
    assert_eq!(spans[0].status, Status::Unset);
    assert!(spans[0].events.is_empty());
    assert_eq!(text(&spans[0], "outcome"), "ok");
    assert_eq!(text(&spans[0], "error.type"), "NotFound");
    assert_eq!(text(&spans[2], "outcome"), "error");
    let points = kept().calls("Passed", "passes", "ok");
    let [point] = points.as_slice() else {
        panic!("one kind: {points:?}")
    };
    assert_eq!(point.count(), 2);
    let kind = point.labels.iter().find(|(key, _)| key == "error.type");
    assert_eq!(
        kind.map(|(_, kind)| kind.to_string()).as_deref(),
        Some("NotFound")
    );
    let (_, spans) = spans_in(is_asked_all_the_same);
    assert_eq!(text(&spans[0], "error.type"), "is_err");
}

//! Errors that hide what they are: boxes, `anyhow` and `eyre`, generic types, and those that only have a `Debug`.

mod support;

use hyperion::observe;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use std::error::Error;
use std::fmt;
use support::{kept, span, spans_in, spans_in_async, text};

/// The one exception of a span: its type, its message, and its message with those of its sources.
fn exception(span: &SpanData) -> (String, String, Option<String>) {
    let [event] = span.events.events.as_slice() else {
        panic!("one event: {:?}", span.events)
    };
    assert_eq!(event.name, "exception");
    let value = |key| {
        let mut attributes = event.attributes.iter();
        let found = attributes.find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| attribute.value.to_string())
    };
    let of = |key| value(key).expect(key);
    let chain = value("exception.stacktrace");
    (of("exception.type"), of("exception.message"), chain)
}

const CHAIN: &str = "starting\n\nCaused by:\n    0: reading the configuration\n    1: not valid";

fn invalid() -> std::io::Error {
    std::io::Error::other("not valid")
}

fn with_anyhow() -> anyhow::Result<u8> {
    use anyhow::Context as _;
    Err(invalid())
        .context("reading the configuration")
        .context("starting")
}

#[observe]
fn start() -> anyhow::Result<u8> {
    with_anyhow()
}

#[observe]
async fn start_later() -> anyhow::Result<u8> {
    tokio::task::yield_now().await;
    with_anyhow()
}

#[observe]
fn start_with_eyre() -> eyre::Result<()> {
    use eyre::WrapErr as _;
    Err(invalid())
        .wrap_err("reading the configuration")
        .wrap_err("starting")
}

#[observe]
fn joined() -> Result<anyhow::Result<u8>, fmt::Error> {
    Ok(with_anyhow())
}

#[test]
fn a_chain_of_anyhow_or_eyre_is_whole() {
    let ((), spans) = spans_in(|| {
        assert!(start().is_err());
        assert!(start_with_eyre().is_err());
        assert!(joined().is_ok());
    });
    for (span, error_type) in spans
        .iter()
        .zip(["anyhow::Error", "eyre::Report", "anyhow::Error"])
    {
        assert_eq!(text(span, "error.type"), error_type);
        assert_eq!(span.status, Status::error("starting"));
        let expected = (
            error_type.to_owned(),
            "starting".to_owned(),
            Some(CHAIN.to_owned()),
        );
        assert_eq!(exception(span), expected);
    }
    assert_eq!(spans.len(), 3);
}

#[tokio::test]
async fn so_it_is_in_a_future() {
    let (_, spans) = spans_in_async(start_later()).await;
    assert_eq!(exception(&spans[0]).2.as_deref(), Some(CHAIN));
}

#[derive(Debug)]
struct Wrapped<E>(E);

impl<E> fmt::Display for Wrapped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl<E: Error> Error for Wrapped<E> {}

#[test]
fn a_long_name_of_a_type_makes_a_short_kind() {
    #[observe(component = "Short")]
    fn boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err("refused".into())
    }
    #[observe(component = "Short")]
    fn generic() -> Result<(), Wrapped<Wrapped<fmt::Error>>> {
        Err(Wrapped(Wrapped(fmt::Error)))
    }
    let ((), spans) = spans_in(|| assert!(boxed().is_err() && generic().is_err()));
    assert_eq!(text(span(&spans, "Short.boxed"), "error.type"), "dyn Error");
    let generic = span(&spans, "Short.generic");
    assert_eq!(text(generic, "error.type"), "error_chains::Wrapped");
    let full = "error_chains::Wrapped<error_chains::Wrapped<core::fmt::Error>>";
    assert_eq!(exception(generic).0, full, "the exception has all of it");
    let points = kept().calls("Short", "boxed", "error");
    let kinds = points.iter().flat_map(|point| &point.labels);
    assert!(
        kinds
            .filter(|(key, _)| key == "error.type")
            .all(|(_, kind)| *kind == *"dyn Error")
    );
}

/// As an axum handler's error often is.
#[derive(Debug)]
struct AppError(#[expect(dead_code, reason = "it is shown")] &'static str);

#[observe(component = "Shown", err(record = debug))]
fn handler() -> Result<(), AppError> {
    Err(AppError("no such parcel"))
}

#[observe(component = "Shown", err(record = debug))]
async fn later() -> Result<Result<u8, AppError>, fmt::Error> {
    Ok(Err(AppError("later")))
}

#[observe(component = "Shown", err(record = debug))]
impl AppError {
    fn number() -> u32 {
        7
    }
}

#[tokio::test]
async fn an_error_with_only_debug_is_recorded_by_it_when_asked() {
    let (_, spans) = spans_in(|| (handler(), AppError::number()));
    let handled = span(&spans, "Shown.handler");
    let shown = "AppError(\"no such parcel\")";
    assert_eq!(handled.status, Status::error(shown));
    let expected = ("error_chains::AppError".to_owned(), shown.to_owned(), None);
    assert_eq!(exception(handled), expected);
    assert_eq!(span(&spans, "Shown.number").status, Status::Unset);
    let (_, spans) = spans_in_async(later()).await;
    assert_eq!(spans[0].status, Status::error("AppError(\"later\")"));
}

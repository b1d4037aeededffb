//! Code of users that is asked for what is recorded, and calls what asks it.

mod support;

use hyperion::{ErrorType, Label, observe};
use std::error::Error;
use std::fmt;
use support::{names, spans_in};

/// What calls a function that records it.
struct Circular;

#[observe(component = "Asked", fields(shown = %Circular))]
fn shown() -> u32 {
    1
}

impl fmt::Display for Circular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shown {} times", shown())
    }
}

#[derive(Debug)]
struct CircularError;

#[observe(component = "Asked")]
fn fails() -> Result<(), CircularError> {
    Err(CircularError)
}

impl fmt::Display for CircularError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {}", fails().is_err())
    }
}

impl Error for CircularError {}

struct CircularLabel;

#[observe(component = "Asked", labels(tier = CircularLabel))]
fn labelled() -> usize {
    1
}

impl Label for CircularLabel {
    const CARDINALITY: usize = 2;

    fn index(&self) -> usize {
        labelled()
    }

    fn value(index: usize) -> &'static str {
        ["low", "high"].get(index).copied().unwrap_or("_OTHER")
    }
}

#[observe(component = "Asked", err(error_if = |answer| judged() != *answer))]
fn judged() -> u32 {
    1
}

struct CircularKind;

#[observe(component = "Asked")]
fn of_a_kind() -> Result<(), CircularKind> {
    Err(CircularKind)
}

impl ErrorType for CircularKind {
    fn error_type(&self) -> &'static str {
        let _ = of_a_kind();
        "circular"
    }
}

#[test]
fn what_is_asked_may_call_what_asks_it() {
    let ((), spans) = spans_in(|| {
        assert_eq!(shown(), 1);
        assert!(fails().is_err());
        assert_eq!(labelled(), 1);
        assert_eq!(judged(), 1);
        assert!(of_a_kind().is_err());
    });
    let count = |name| names(&spans).iter().filter(|other| **other == name).count();
    for name in [
        "Asked.shown",
        "Asked.fails",
        "Asked.labelled",
        "Asked.judged",
        "Asked.of_a_kind",
    ] {
        // Those that are asked for what others record are recorded as well, and not without end.
        assert!((2..=8).contains(&count(name)), "{} of {name}", count(name));
    }
}

#[test]
fn a_call_in_a_field_is_a_call_like_any() {
    #[observe(component = "Fields", fields(found = found(id)))]
    fn looks_up(id: u32) -> u32 {
        id
    }
    #[observe(component = "Fields", fields(id))]
    fn found(id: u32) -> bool {
        id > 0
    }
    let (_, spans) = spans_in(|| looks_up(7));
    assert_eq!(names(&spans), ["Fields.found", "Fields.looks_up"]);
    let found = support::span(&spans, "Fields.found");
    assert_eq!(support::text(found, "id"), "7");
    let looks_up = support::span(&spans, "Fields.looks_up");
    assert_eq!(support::text(looks_up, "found"), "true");
}

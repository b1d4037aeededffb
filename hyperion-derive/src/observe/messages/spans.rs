use super::{check, messages};
use crate::observe::span;

fn of(tokens: &str) -> Vec<String> {
    messages(span(tokens.parse().expect("these are tokens")))
}

#[test]
fn correct_spans_have_no_message() {
    for tokens in [
        "\"load\"",
        "\"load\",",
        "\"load\", kind = client, level = debug, component = \"Users\", root, links = a, fields(id, n = ?n)",
    ] {
        assert_eq!(of(tokens), [] as [String; 0], "{tokens}");
    }
}

#[test]
fn a_span_begins_with_its_name() {
    check(
        &[
            ("", "a span needs a name: `span!(\"load\")`"),
            ("\"\"", "the name of a span is empty"),
            (
                "name",
                "a span begins with its name, a string literal: `span!(\"load\")`",
            ),
            (
                "kind = client",
                "a span begins with its name, a string literal: `span!(\"load\")`",
            ),
            (
                "name = \"load\", kind = client",
                "the name of a span comes first: `span!(\"…\")`",
            ),
            (
                "Level::INFO, \"load\"",
                "the name comes first, and the level has a key: `level = info`",
            ),
            (
                "tracing::Level::DEBUG, \"load\", root",
                "the name comes first, and the level has a key: `level = debug`",
            ),
            ("\"load\" root", "expected `,`"),
            (
                "\"load\", \"other\"",
                "the name is given already; every other argument has a key, such as `kind = client`",
            ),
        ],
        of,
    );
}

#[test]
fn arguments_of_calls_have_no_place_in_a_span() {
    check(
        &[
            (
                "\"a\", name = \"b\"",
                "the name of a span comes first: `span!(\"…\")`",
            ),
            (
                "\"a\", labels(a = b)",
                "`span!` has no metrics; `labels` is an argument of `#[observe]`",
            ),
            (
                "\"a\", in_flight",
                "`span!` has no metrics; `in_flight` is an argument of `#[observe]`",
            ),
            (
                "\"a\", log = info",
                "`span!` writes no log lines; `log` is an argument of `#[observe]`",
            ),
            (
                "\"a\", err(ok_if = b)",
                "`span!` returns nothing that could be an error; `err` is an argument of `#[observe]`",
            ),
            (
                "\"a\", only(trace)",
                "`span!` is a span and nothing else; `only` is an argument of `#[observe]`",
            ),
            (
                "\"a\", skip",
                "`span!` is there or is not; `skip` is an argument of `#[observe]`",
            ),
            (
                "\"a\", id = %id",
                "span attributes stand in a list of their own: `fields(id = %…)`",
            ),
            (
                "\"a\", knid = client",
                "unknown argument `knid`, expected `kind`",
            ),
            (
                "\"a\", root, parent = b",
                "a span with a `parent` is no `root`, remove one",
            ),
        ],
        of,
    );
}

#[test]
fn every_mistake_is_reported() {
    assert_eq!(of("name, knid = client, log = info").len(), 3);
}

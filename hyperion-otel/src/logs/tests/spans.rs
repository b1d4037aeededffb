//! Spans of `tracing` on lines.
// `expect-test` writes raw strings as it likes.
#![allow(clippy::needless_raw_string_hashes)]

use super::*;

/// Logs inside two spans, of which the inner one learns a field later and gets another value for one.
fn in_tracing_spans() {
    let request =
        tracing::info_span!(target: "users", "request", id = 7, path = "/a b", name = "mine");
    let _request = request.enter();
    let query =
        tracing::info_span!("query", rows = tracing::field::Empty, table = %"users", part = 1);
    let _query = query.enter();
    query.record("rows", 3u64);
    query.record("part", 2);
    tracing::info!(target: "users", { spans = 1, id = 8 }, "found");
}

#[test]
fn fields_of_enclosing_spans_stand_on_the_line() {
    check(
        LogFormat::Json,
        || in_span(in_tracing_spans),
        &expect![[r#"
            {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"found","fields.spans":1,"id":8,"spans":[{"name":"request","id":7,"path":"/a b","fields.name":"mine"},{"name":"query","table":"users","part":2,"rows":3}],"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"00f067aa0ba902b7","trace_flags":"01"}
        "#]],
    );
    check(
        LogFormat::Text,
        || in_span(in_tracing_spans),
        &expect![[r#"
            2026-11-22T12:00:00.123Z  INFO request{id=7 path="/a b" name=mine}:query{table=users part=2 rows=3}: users: found spans=1 id=8 trace_id=0af7651916cd43dd8448eb211c80319c span_id=00f067aa0ba902b7
        "#]],
    );
    let colored = written(LogFormat::Text, true, in_tracing_spans).concat();
    expect![[r#"\u{1b}[2m2026-11-22T12:00:00.123Z\u{1b}[0m \u{1b}[32m INFO\u{1b}[0m request{\u{1b}[2mid=\u{1b}[0m7 \u{1b}[2mpath=\u{1b}[0m\"/a b\" \u{1b}[2mname=\u{1b}[0mmine}:query{\u{1b}[2mtable=\u{1b}[0musers \u{1b}[2mpart=\u{1b}[0m2 \u{1b}[2mrows=\u{1b}[0m3}: users: found \u{1b}[2mspans=\u{1b}[0m1 \u{1b}[2mid=\u{1b}[0m8\n"#]].assert_eq(&colored.escape_debug().to_string());
}

#[test]
fn a_line_names_the_spans_of_its_event_and_no_others() {
    check(
        LogFormat::Json,
        || {
            let named = tracing::info_span!("named", id = 1);
            let around = tracing::info_span!("around");
            around.in_scope(|| {
                tracing::info!(target: "users", parent: &named, "in the one that is named");
                tracing::info!(target: "users", parent: None, "in none");
            });
            tracing::info!(target: "users", "after all");
        },
        &expect![[r#"
            {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"in the one that is named","spans":[{"name":"named","id":1}]}
            {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"in none"}
            {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"after all"}
        "#]],
    );
}

#[test]
fn what_a_span_holds_and_a_line_shows_is_bounded() {
    let log = || {
        let guards: Vec<_> = (0..40)
            .map(|depth| tracing::info_span!("deep", depth).entered())
            .collect();
        let long =
            tracing::info_span!("long", text = "é".repeat(10_000), shown = ?"x".repeat(10_000))
                .entered();
        tracing::info!(target: "users", "far inside");
        drop(long);
        guards.into_iter().rev().for_each(drop);
    };
    let json = written(LogFormat::Json, false, log).concat();
    let line = parsed(&json).expect("it is an object");
    let spans = line["spans"].as_array().expect("there are spans");
    assert_eq!(spans.len(), 17);
    assert_eq!(spans[0], json!({"omitted": 25}));
    assert_eq!(spans[1], json!({"name": "deep", "depth": 25}));
    assert!(json.len() < 4000, "{}", json.len());
    assert_eq!(
        spans[16]["text"].as_str().map(|text| text.ends_with("é…")),
        Some(true)
    );
    let text = written(LogFormat::Text, false, log).concat();
    assert!(
        text.contains("INFO 25 more:deep{depth=25}:deep{depth=26}:"),
        "{text}"
    );
}

#[test]
fn fields_of_a_span_are_formatted_once_and_only_if_somebody_wants_the_span() {
    use std::cell::Cell;
    use tracing_subscriber::filter::LevelFilter;

    struct Counted<'a>(&'a Cell<u32>);

    impl fmt::Display for Counted<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            f.write_str("counted")
        }
    }

    let formatted = Cell::new(0);
    let output = Written::default();
    let filtered = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(layer(LogFormat::Json, output.clone()));
    tracing::subscriber::with_default(filtered, || {
        tracing::debug_span!("off", value = %Counted(&formatted)).in_scope(|| tracing::info!("on"));
        assert_eq!(formatted.get(), 0);
        let _on = tracing::info_span!("on", value = %Counted(&formatted)).entered();
        tracing::debug!("off");
        tracing::info!("one");
        tracing::info!("two");
        assert_eq!(formatted.get(), 1);
    });
    let lines = output.lines();
    assert_eq!(lines.len(), 3);
    assert!(
        !lines[0].contains(r#""spans":"#)
            && lines[2].contains(r#"{"name":"on","value":"counted"}"#)
    );
}

#[test]
fn a_field_of_a_span_that_cannot_be_formatted_leaves_a_marker() {
    let log = || {
        let span = tracing::info_span!("odd", panics = ?Panics, fails = %Fails, later = tracing::field::Empty);
        span.record("later", tracing::field::debug(Panics));
        span.in_scope(|| tracing::info!(target: "users", "still here"));
    };
    check(
        LogFormat::Json,
        log,
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"still here","spans":[{"name":"odd","panics":"<panicked while it was formatted>","fails":"half of <failed to be formatted>","later":"<panicked while it was formatted>"}]}
    "#]],
    );
}

#[test]
fn a_line_of_a_span_that_goes_elsewhere_has_the_ids_of_where_it_was_made() {
    let output = Written::default();
    let subscriber = tracing_subscriber::registry().with(layer(LogFormat::Json, output.clone()));
    let dispatch = tracing::Dispatch::new(subscriber);
    let elsewhere = dispatch.clone();
    tracing::dispatcher::with_default(&dispatch, || {
        in_span(|| {
            let span = tracing::info_span!("query");
            let work = move || {
                tracing::dispatcher::with_default(&elsewhere, || {
                    span.in_scope(|| tracing::info_span!("row").in_scope(|| tracing::info!("one")));
                    tracing::info!(parent: &span, "two");
                    tracing::info!("three");
                });
            };
            std::thread::spawn(work).join().expect("it ends");
        });
    });
    let has_ids = |line: &String| line.contains(r#""span_id":"00f067aa0ba902b7""#);
    let lines = output.lines();
    assert_eq!(
        lines.iter().map(has_ids).collect::<Vec<_>>(),
        [true, true, false],
        "{lines:?}"
    );
}

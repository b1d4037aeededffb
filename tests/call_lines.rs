//! `log = level`: lines at the start and the end of a call, with the ids of its span.
#![allow(clippy::unused_self, reason = "what is called holds nothing")]

mod support;

use hyperion::config::{Config, ExceptionSignal, LogFormat};
use hyperion::observe;
use std::fmt;
use support::lines::Lines;
use support::{Kept, install};

#[derive(Debug, hyperion::ErrorType)]
enum Refused {
    Full,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no room")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&fmt::Error)
    }
}

struct Store;

#[observe(log = debug)]
impl Store {
    fn put(&self, room: bool) -> Result<u8, Refused> {
        if room { Ok(1) } else { Err(Refused::Full) }
    }

    #[observe(exclude(log))]
    fn quiet(&self) -> Result<u8, Refused> {
        Err(Refused::Full)
    }

    #[observe(log = info)]
    async fn later(&self) {
        tokio::task::yield_now().await;
    }
}

#[observe(component = "Store")]
fn without_lines() -> Result<u8, Refused> {
    Err(Refused::Full)
}

/// Level, message, outcome and kind of every line, which has the ids of the span of its call.
fn written(kept: &Kept, calls: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.subscriber(), calls);
    let spans = kept.all_spans();
    lines
        .all()
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            let id = text("span_id");
            assert!(
                spans
                    .iter()
                    .any(|span| span.span_context.span_id().to_string() == id),
                "a line with the id of no span: {line}"
            );
            assert_eq!(text("target"), "call_lines");
            assert_eq!(text("component"), "Store");
            [
                text("level"),
                text("message"),
                text("outcome"),
                text("error.type"),
                text("exception.message"),
            ]
            .join(" | ")
        })
        .collect()
}

/// The line of a call that fails, with `_` for what differs from run to run.
fn failure_in(format: LogFormat) -> String {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.subscriber_in(format), || {
        let _ = without_lines();
    });
    let varies = |word: &str| {
        let word = word.trim_start_matches(':');
        let is_id = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_time = word.ends_with('Z') && word.contains(':');
        let is_duration = word.contains(['.', 'e']) && word.parse::<f64>().is_ok();
        is_id || is_time || is_duration
    };
    let written = lines.text();
    let is_between = |letter: char| "\"=, \n{}".contains(letter);
    written
        .split_inclusive(is_between)
        .map(|word| match word.strip_suffix(is_between) {
            Some(bare) if varies(bare) => {
                word.replace(bare, if bare.starts_with(':') { ":_" } else { "_" })
            }
            _ => word.to_owned(),
        })
        .collect()
}

/// One test, since where exceptions go is a matter of the process.
#[test]
fn calls_write_lines() {
    let mut config = Config::default();
    config.tracing.exceptions = ExceptionSignal::Both;
    let kept = install(config);
    let lines = written(&kept, || {
        let _ = Store.put(true);
        let _ = Store.put(false);
        let _ = Store.quiet();
        futures::executor::block_on(Store.later());
        let _ = without_lines();
    });
    assert_eq!(
        lines,
        [
            "DEBUG | Store.put started | - | - | -",
            "DEBUG | Store.put succeeded | ok | - | -",
            "DEBUG | Store.put started | - | - | -",
            "ERROR | Store.put failed | error | Full | no room",
            "INFO | Store.later started | - | - | -",
            "INFO | Store.later succeeded | ok | - | -",
            "ERROR | Store.without_lines failed | error | Full | no room",
        ]
    );
    let events: Vec<usize> = kept
        .all_spans()
        .iter()
        .map(|span| {
            span.events
                .iter()
                .filter(|event| event.name == "exception")
                .count()
        })
        .collect();
    assert_eq!(
        events,
        [0, 1, 1, 0, 1],
        "the exceptions are on the spans too"
    );
    assert_eq!(
        failure_in(LogFormat::Json),
        "{\"timestamp\":\"_\",\"level\":\"ERROR\",\"target\":\"call_lines\",\"message\":\"Store.without_lines failed\",\
         \"component\":\"Store\",\"method\":\"without_lines\",\"outcome\":\"error\",\"error.type\":\"Full\",\"duration\":_,\
         \"exception.type\":\"call_lines::Refused\",\"exception.message\":\"no room\",\"exception.stacktrace\":\"no room\\n\\nCaused by:\\n    0: an error \
         occurred when formatting an argument\",\
         \"trace_id\":\"_\",\"span_id\":\"_\",\"trace_flags\":\"03\"}\n"
    );
    assert_eq!(
        failure_in(LogFormat::Text),
        "_ ERROR call_lines: Store.without_lines failed component=Store method=without_lines outcome=error error.type=Full \
         duration=_ exception.type=call_lines::Refused exception.message=\"no room\" exception.stacktrace=\"no room\\n\\nCaused by:\\n    0: an error \
         occurred when formatting an argument\" \
         trace_id=_ span_id=_\n"
    );
}

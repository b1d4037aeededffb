// `expect-test` writes raw strings as it likes.
#![allow(clippy::needless_raw_string_hashes)]

use super::{Lines, LinesOf};
use crate::call::enabled::failure::Failure;
use crate::call::meta::Record;
use crate::call::outcome::{Detail, ErrorRef, Outcome};
use crate::level::Level;
use crate::trace::settings::ExceptionSignal;
use expect_test::expect;
use std::cell::Cell;
use std::error::Error;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber, span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;

const EVENTS: ExceptionSignal = ExceptionSignal::Events;

const LOGS: ExceptionSignal = ExceptionSignal::Logs;

fn lines(level: Option<Level>) -> &'static Lines {
    Lines::new(LinesOf {
        component: "UserService",
        method: "get_user",
        module: "shop::users",
        file: "src/users.rs",
        line: 7,
        level,
    })
}

/// An error that counts how often it is shown.
#[derive(Debug)]
struct Refused {
    shown: Cell<u32>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.set(self.shown.get() + 1);
        f.write_str("no money")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&fmt::Error)
    }
}

fn refused() -> Refused {
    Refused {
        shown: Cell::new(0),
    }
}

fn error(error: &Refused) -> Outcome<'_> {
    Outcome::Error(ErrorRef {
        kind: "declined",
        type_name: Some("shop::Refused"),
        detail: Detail::Error(error),
    })
}

/// Ends a call that took a quarter of a second.
fn end(lines: &'static Lines, outcome: Outcome<'_>, record: Record, exceptions: ExceptionSignal) {
    let failure = Failure::of(outcome, outcome.error_type(), record);
    lines.ended(failure.as_ref(), 0.25, exceptions);
}

/// Keeps each event as a line, if it is at `level` or above it.
#[derive(Clone)]
struct Collector {
    level: tracing::Level,
    events: Arc<Mutex<Vec<String>>>,
}

impl Collector {
    fn new(level: tracing::Level) -> Self {
        Self {
            level,
            events: Arc::default(),
        }
    }

    fn take(&self) -> String {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *events).join("\n")
    }
}

/// The events of `log` at a subscriber that takes those of `level`.
fn collected(level: tracing::Level, log: impl FnOnce()) -> String {
    let collector = Collector::new(level);
    tracing::subscriber::with_default(collector.clone(), log);
    collector.take()
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with("shop")
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut text = Text(format!(
            "{} {} {} {}:{}",
            metadata.level(),
            metadata.target(),
            metadata.name(),
            metadata.file().unwrap_or_default(),
            metadata.line().unwrap_or_default(),
        ));
        event.record(&mut text);
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(text.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_call_writes_its_start_and_its_end() {
    let lines = lines(Some(Level::Debug));
    let error_of = refused();
    let written = collected(tracing::Level::DEBUG, || {
        lines.entered();
        end(lines, Outcome::Ok, Record::Event, EVENTS);
        end(lines, error(&error_of), Record::Event, EVENTS);
        end(lines, Outcome::Panic, Record::Event, EVENTS);
        end(lines, Outcome::Cancelled, Record::Event, EVENTS);
    });
    expect![[r#"
        DEBUG shop::users call src/users.rs:7 message=UserService.get_user started component="UserService" method="get_user"
        DEBUG shop::users call src/users.rs:7 message=UserService.get_user succeeded component="UserService" method="get_user" outcome="ok" duration=0.25
        ERROR shop::users exception src/users.rs:7 message=UserService.get_user failed component="UserService" method="get_user" outcome="error" error.type="declined" duration=0.25 exception.type="shop::Refused" exception.message="no money" exception.stacktrace="no money\n\nCaused by:\n    0: an error occurred when formatting an argument"
        ERROR shop::users exception src/users.rs:7 message=UserService.get_user panicked component="UserService" method="get_user" outcome="panic" error.type="panic" duration=0.25
        DEBUG shop::users call src/users.rs:7 message=UserService.get_user was cancelled component="UserService" method="get_user" outcome="cancelled" duration=0.25"#]]
    .assert_eq(&written);
}

#[test]
fn every_level_is_the_one_of_tracing() {
    let levels = [
        (Level::Error, "ERROR"),
        (Level::Warn, "WARN"),
        (Level::Info, "INFO"),
        (Level::Debug, "DEBUG"),
        (Level::Trace, "TRACE"),
    ];
    for (level, name) in levels {
        let lines = lines(Some(level));
        let written = collected(tracing::Level::TRACE, || lines.entered());
        assert!(
            written.starts_with(&format!("{name} shop::users")),
            "{written}"
        );
    }
}

#[test]
fn what_nobody_wants_is_not_made() {
    let lines = lines(Some(Level::Trace));
    let error_of = refused();
    let written = collected(tracing::Level::DEBUG, || {
        lines.entered();
        end(lines, Outcome::Ok, Record::Event, EVENTS);
    });
    assert_eq!(written, "");
    let nothing = tracing_subscriber::registry().with(EnvFilter::new("off"));
    tracing::subscriber::with_default(nothing, || {
        end(lines, error(&error_of), Record::Event, LOGS);
    });
    assert_eq!(error_of.shown.get(), 0);
}

#[test]
fn a_subscriber_that_comes_later_is_asked_anew() {
    let lines = lines(Some(Level::Info));
    lines.entered();
    assert_eq!(collected(tracing::Level::ERROR, || lines.entered()), "");
    assert_ne!(collected(tracing::Level::INFO, || lines.entered()), "");
    assert_eq!(collected(tracing::Level::ERROR, || lines.entered()), "");
}

#[test]
fn directives_find_lines_by_their_module() {
    let written = |directives: &str| {
        let collector = Collector::new(tracing::Level::TRACE);
        let subscriber = collector.clone().with(EnvFilter::new(directives));
        let lines = lines(Some(Level::Debug));
        tracing::subscriber::with_default(subscriber, || lines.entered());
        collector.take()
    };
    assert_ne!(written("off,shop::users=debug"), "");
    assert_ne!(written("shop=debug"), "");
    assert_eq!(written("debug,shop::users=info"), "");
    assert_eq!(written("off,shop::orders=debug"), "");
}

#[test]
fn exceptions_are_written_where_logs_carry_them() {
    let silent = lines(None);
    let error_of = refused();
    let written = |outcome, record, exceptions| {
        collected(tracing::Level::TRACE, || {
            silent.entered();
            end(silent, outcome, record, exceptions);
        })
    };
    let exception = written(error(&error_of), Record::Event, LOGS);
    assert!(
        exception.starts_with("ERROR shop::users exception")
            && exception.contains(r#"error.type="declined""#)
            && exception.contains(r#"exception.message="no money""#),
        "{exception}"
    );
    assert_eq!(written(error(&error_of), Record::Event, EVENTS), "");
    assert_eq!(written(error(&error_of), Record::Status, LOGS), "");
    assert_eq!(written(Outcome::Ok, Record::Event, LOGS), "");
    assert_eq!(written(Outcome::Panic, Record::Event, LOGS), "");
    assert_eq!(written(Outcome::Cancelled, Record::Event, LOGS), "");
    let because = Outcome::Ok.error_if("is_empty", || true);
    assert_eq!(written(because, Record::Event, LOGS), "");
}

#[test]
fn a_call_that_fails_is_one_event() {
    let lines = lines(Some(Level::Info));
    let error_of = refused();
    let written = collected(tracing::Level::TRACE, || {
        end(lines, error(&error_of), Record::Event, LOGS);
    });
    assert_eq!(written.lines().count(), 1, "{written}");
    assert_eq!(error_of.shown.get(), 2, "in its message and in its chain");
}

#[test]
fn a_line_says_no_more_of_an_error_than_is_recorded() {
    let lines = lines(Some(Level::Info));
    let error_of = refused();
    for record in [Record::Status, Record::None] {
        let written = collected(tracing::Level::TRACE, || {
            end(lines, error(&error_of), record, LOGS);
        });
        assert!(
            written.contains(r#"outcome="error" error.type="declined""#)
                && !written.contains("exception."),
            "{written}"
        );
    }
    assert_eq!(error_of.shown.get(), 0);
}

#[test]
fn a_line_names_the_kind_of_an_error_that_is_an_answer() {
    let lines = lines(Some(Level::Info));
    let error_of = refused();
    let written = collected(tracing::Level::TRACE, || {
        end(lines, error(&error_of).accepted(), Record::Event, LOGS);
    });
    assert!(
        written.starts_with("INFO")
            && written.contains("succeeded")
            && written.contains(r#"outcome="ok" error.type="declined""#)
            && !written.contains("exception."),
        "{written}"
    );
}

#[test]
fn a_subscriber_that_panics_costs_its_line() {
    struct Panics;
    impl Subscriber for Panics {
        // To panic here would break `tracing` itself.
        fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
            Interest::sometimes()
        }

        fn enabled(&self, _: &Metadata<'_>) -> bool {
            panic!("in the subscriber")
        }

        fn event(&self, _: &Event<'_>) {}

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }
    let lines = lines(Some(Level::Info));
    tracing::subscriber::with_default(Panics, || lines.entered());
}

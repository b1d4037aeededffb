// `expect-test` writes raw strings as it likes.
#![allow(clippy::needless_raw_string_hashes)]

#[cfg(feature = "otlp")]
mod records;
mod spans;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use expect_test::{Expect, expect};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use super::{LogLayer, LostLines, layer};
use crate::config::LogFormat;

/// An output that keeps each call of `write` apart.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

impl Written {
    fn lines(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8(bytes.to_vec()).map_err(io::Error::other)?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(1_795_348_800_123_456)
}

fn with<R>(layer: LogLayer<Written>, log: impl FnOnce() -> R) -> R {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log)
}

/// The lines that `log` writes, each in one call.
fn written(format: LogFormat, color: bool, log: impl FnOnce()) -> Vec<String> {
    let output = Written::default();
    with(
        layer(format, output.clone())
            .with_clock(noon)
            .with_color(color),
        log,
    );
    output.lines()
}

#[track_caller]
fn check(format: LogFormat, log: impl FnOnce(), expected: &Expect) {
    expected.assert_eq(&written(format, false, log).concat());
}

/// Runs `log` inside a span.
fn in_span(log: impl FnOnce()) {
    let span = SpanContext::new(
        TraceId::from(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c),
        SpanId::from(0x00f0_67aa_0ba9_02b7),
        TraceFlags::SAMPLED,
        false,
        TraceState::default(),
    );
    let _active = Context::new().with_remote_span_context(span).attach();
    log();
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of ")?;
        panic!("in the user's Debug")
    }
}

struct Fails;

impl fmt::Display for Fails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of ")?;
        Err(fmt::Error)
    }
}

#[derive(Debug)]
struct Broken(io::Error);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is broken")
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// An event with a field of each kind.
fn log_everything() {
    let error = Broken(io::Error::other("disk full"));
    tracing::info!(
        target: "users",
        text = "plain",
        quoted = "two words",
        truth = true,
        negative = -1_i64,
        positive = u64::MAX,
        huge = u128::MAX,
        ratio = 0.5,
        whole = 1.0,
        nan = f64::NAN,
        infinite = f64::NEG_INFINITY,
        debug = ?Some("x"),
        display = %1,
        user.id = 7,
        r#type = "raw",
        error = &error as &(dyn std::error::Error + 'static),
        "fetching {}",
        "user",
    );
}

#[test]
fn json_keeps_types() {
    check(
        LogFormat::Json,
        log_everything,
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"fetching user","text":"plain","quoted":"two words","truth":true,"negative":-1,"positive":18446744073709551615,"huge":"340282366920938463463374607431768211455","ratio":0.5,"whole":1.0,"nan":"NaN","infinite":"-inf","debug":"Some(\"x\")","display":"1","user.id":7,"type":"raw","error":"the store is broken: disk full"}
    "#]],
    );
}

#[test]
fn text_is_for_people() {
    check(
        LogFormat::Text,
        log_everything,
        &expect![[r#"
        2026-11-22T12:00:00.123Z  INFO users: fetching user text=plain quoted="two words" truth=true negative=-1 positive=18446744073709551615 huge=340282366920938463463374607431768211455 ratio=0.5 whole=1 nan=NaN infinite=-inf debug=Some("x") display=1 user.id=7 type=raw error=the store is broken: disk full
    "#]],
    );
}

#[test]
fn lines_carry_the_ids_of_the_active_span() {
    let log = || in_span(|| tracing::warn!(target: "users", "slow"));
    check(
        LogFormat::Json,
        log,
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"WARN","target":"users","message":"slow","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"00f067aa0ba902b7","trace_flags":"01"}
    "#]],
    );
    check(
        LogFormat::Text,
        log,
        &expect![[r#"
        2026-11-22T12:00:00.123Z  WARN users: slow trace_id=0af7651916cd43dd8448eb211c80319c span_id=00f067aa0ba902b7
    "#]],
    );
}

#[test]
fn without_a_valid_span_there_are_no_ids() {
    let log = || {
        let _active = Context::new()
            .with_remote_span_context(SpanContext::NONE)
            .attach();
        tracing::warn!(target: "users", "slow");
    };
    assert!(
        !written(LogFormat::Json, false, log)
            .concat()
            .contains("trace_id")
    );
    assert!(
        !written(LogFormat::Text, false, log)
            .concat()
            .contains("trace_id")
    );
}

#[test]
fn names_of_ours_stay_ours() {
    let log = || {
        tracing::info!(
            target: "users",
            level = "gold",
            timestamp = 1,
            target = "t",
            trace_id = "mine",
            "upgraded"
        );
    };
    check(
        LogFormat::Json,
        || in_span(log),
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"upgraded","fields.level":"gold","fields.timestamp":1,"fields.target":"t","fields.trace_id":"mine","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"00f067aa0ba902b7","trace_flags":"01"}
    "#]],
    );
}

#[test]
fn lines_carry_the_baggage_that_is_asked_for() {
    let write = |format| {
        let output = Written::default();
        let keys = ["tenant.id", "absent", "level", "note"].map(str::to_owned);
        let layer = layer(format, output.clone())
            .with_clock(noon)
            .with_baggage(keys);
        let baggage = [
            KeyValue::new("tenant.id", "acme"),
            KeyValue::new("secret", "hidden"),
            KeyValue::new("level", "9"),
            KeyValue::new("note", "two\nlines"),
        ];
        let log = || {
            let _active = Context::current_with_baggage(baggage).attach();
            tracing::info!(target: "users", { tenant.id = "mine" }, "slow");
        };
        with(layer, log);
        output.lines().concat()
    };
    expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"slow","fields.tenant.id":"mine","tenant.id":"acme","baggage.level":"9","note":"two\nlines"}
    "#]]
    .assert_eq(&write(LogFormat::Json));
    expect![[r#"
        2026-11-22T12:00:00.123Z  INFO users: slow tenant.id=mine tenant.id=acme level=9 note="two\nlines"
    "#]]
    .assert_eq(&write(LogFormat::Text));
}

#[test]
fn no_value_breaks_out_of_its_line() {
    let log = || {
        tracing::info!(
            target: "users",
            text = "a\n\"b\"\u{1b}[2J",
            display = %"c\nd\u{7}",
            "first\nsecond \u{1b}[31mred\r\n"
        );
    };
    check(
        LogFormat::Json,
        log,
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"first\nsecond \u001b[31mred\r\n","text":"a\n\"b\"\u001b[2J","display":"c\nd\u0007"}
    "#]],
    );
    check(
        LogFormat::Text,
        log,
        &expect![[r#"
        2026-11-22T12:00:00.123Z  INFO users: first
            second \u{1b}[31mred text="a\n\"b\"\u{1b}[2J" display=c\nd\u{7}
    "#]],
    );
}

#[test]
fn text_is_written_in_its_own_direction() {
    let log =
        || tracing::info!(target: "users", name = "\u{202e}nimda", display = %"\u{2066}x", "hello");
    let line = written(LogFormat::Text, false, log).concat();
    assert!(
        line.ends_with("hello name=\"\\u{202e}nimda\" display=\\u{2066}x\n"),
        "{line}"
    );
}

#[test]
fn values_that_cannot_be_formatted_leave_a_marker() {
    let log = || tracing::info!(target: "users", panics = ?Panics, fails = %Fails, after = 1, "still here");
    check(
        LogFormat::Json,
        log,
        &expect![[r#"
        {"timestamp":"2026-11-22T12:00:00.123456Z","level":"INFO","target":"users","message":"still here","panics":"<panicked while it was formatted>","fails":"half of <failed to be formatted>","after":1}
    "#]],
    );
    check(
        LogFormat::Text,
        log,
        &expect![[r#"
        2026-11-22T12:00:00.123Z  INFO users: still here panics=<panicked while it was formatted> fails=half of <failed to be formatted> after=1
    "#]],
    );
}

#[test]
fn text_is_coloured_when_told() {
    let log = || in_span(|| tracing::error!(target: "users", id = 7, "gone"));
    let line = written(LogFormat::Text, true, log).concat();
    expect![[r#"\u{1b}[2m2026-11-22T12:00:00.123Z\u{1b}[0m \u{1b}[1m\u{1b}[31mERROR\u{1b}[0m users: gone \u{1b}[2mid=\u{1b}[0m7 \u{1b}[2mtrace_id=0af7651916cd43dd8448eb211c80319c span_id=00f067aa0ba902b7\u{1b}[0m\n"#]].assert_eq(&line.escape_debug().to_string());
    let json = written(LogFormat::Json, true, log).concat();
    assert!(!json.contains('\u{1b}') && !json.contains("\\u001b"));
}

#[test]
fn levels_line_up() {
    let log = || {
        tracing::error!(target: "a", "1");
        tracing::warn!(target: "a", "2");
        tracing::info!(target: "a", "3");
        tracing::debug!(target: "a", "4");
        tracing::trace!(target: "a", "5");
    };
    check(
        LogFormat::Text,
        log,
        &expect![[r#"
        2026-11-22T12:00:00.123Z ERROR a: 1
        2026-11-22T12:00:00.123Z  WARN a: 2
        2026-11-22T12:00:00.123Z  INFO a: 3
        2026-11-22T12:00:00.123Z DEBUG a: 4
        2026-11-22T12:00:00.123Z TRACE a: 5
    "#]],
    );
}

#[test]
fn each_line_is_one_write() {
    let lines = written(LogFormat::Json, false, || {
        log_everything();
        tracing::info!("{}", "long ".repeat(100_000));
        tracing::info!("after");
    });
    assert_eq!(lines.len(), 3);
    assert!(
        lines
            .iter()
            .all(|line| line.ends_with("}\n") && line.matches('\n').count() == 1)
    );
}

#[test]
fn a_clock_before_1970_is_no_panic() {
    let output = Written::default();
    let clock = || UNIX_EPOCH - Duration::from_secs(1);
    let log = || tracing::info!(target: "users", "early");
    with(
        layer(LogFormat::Json, output.clone()).with_clock(clock),
        log,
    );
    let line = output.lines().concat();
    assert!(
        line.starts_with(r#"{"timestamp":"1970-01-01T00:00:00.000000Z""#),
        "{line}"
    );
}

/// Fails, panics or logs instead of writing.
#[derive(Clone, Copy)]
enum Bad {
    Fails,
    Panics,
    Logs,
}

impl Write for Bad {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Fails => Err(io::ErrorKind::BrokenPipe.into()),
            Self::Panics => panic!("in the user's output"),
            Self::Logs => {
                tracing::info!("writing");
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lost_with(output: Bad) -> u64 {
    let layer = layer(LogFormat::Json, move || output);
    let lost: LostLines = layer.lost_lines();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info!("one");
        tracing::info!("two");
    });
    lost.count()
}

#[test]
fn lines_that_cannot_be_written_are_counted() {
    assert_eq!(lost_with(Bad::Fails), 2);
    assert_eq!(lost_with(Bad::Panics), 2);
    // `tracing` itself keeps an event from coming up inside another one of the same thread, with a subscriber that is
    // not global; what counts is that it ends.
    assert!(lost_with(Bad::Logs) >= 2);
}

fn parsed(line: &str) -> Option<Value> {
    serde_json::from_str(line).ok()
}

proptest! {
    #[test]
    fn json_parses_back(
        message in any::<String>(),
        text in any::<String>(),
        shown in any::<String>(),
        signed in any::<i64>(),
        unsigned in any::<u64>(),
        wide in any::<i128>(),
        float in any::<f64>(),
        truth in any::<bool>(),
    ) {
        let lines = written(LogFormat::Json, false, || {
            tracing::info!(target: "users", text, ?shown, signed, unsigned, wide, float, truth, "{message}");
        });
        let number = if float.is_finite() { json!(float) } else { json!(float.to_string()) };
        assert_eq!(lines.len(), 1);
        assert_eq!(lines.first().and_then(|line| parsed(line)), Some(json!({
            "timestamp": "2026-11-22T12:00:00.123456Z",
            "level": "INFO",
            "target": "users",
            "message": message,
            "text": text,
            "shown": format!("{shown:?}"),
            "signed": signed,
            "unsigned": unsigned,
            "wide": wide.to_string(),
            "float": number,
            "truth": truth,
        })));
    }

    #[test]
    fn text_has_no_control_characters(message in any::<String>(), text in any::<String>(), printed in any::<String>()) {
        let lines = written(LogFormat::Text, false, || {
            tracing::info!(target: "users", text, %printed, "{message}");
        });
        assert_eq!(lines.len(), 1);
        let line = lines.concat();
        assert!(line.ends_with('\n'));
        assert!(!line.chars().any(|character| character.is_control() && !"\n\t".contains(character)));
        // Only the first line begins at the margin.
        assert!(line.trim_end_matches('\n').split('\n').skip(1).all(|line| line.starts_with("    ")));
    }
}

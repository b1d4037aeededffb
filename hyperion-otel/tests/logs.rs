//! The promises of `logs::install`, each in a process of its own that this program starts.

use std::error::Error;
use std::fmt;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode, Output, Stdio};

use hyperion_otel::config::{Config, LogFormat, LogOutput, Logs};
use hyperion_otel::logs;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;
type Promise = fn() -> Outcome;

/// Says which process this is: the name of what a started one does.
const CHILD: &str = "LOGS_TEST_CHILD";

fn main() -> ExitCode {
    let outcome = match std::env::var(CHILD) {
        Ok(name) => child(&name),
        Err(_) => parent(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn parent() -> Outcome {
    let promises: [(&str, Promise); 6] = [
        (
            "events and records become lines",
            events_and_records_become_lines,
        ),
        (
            "text goes to where it is wanted",
            text_goes_to_where_it_is_wanted,
        ),
        ("a level that is none is told", a_level_that_is_none_is_told),
        (
            "a subscriber that is there stays",
            a_subscriber_that_is_there_stays,
        ),
        ("a closed pipe is counted", a_closed_pipe_is_counted),
        (
            "a value that logs does not break its line",
            a_value_that_logs_does_not_break_its_line,
        ),
    ];
    for (promise, keep) in promises {
        keep().map_err(|error| format!("{promise}: {error}"))?;
        println!("{promise}: ok");
    }
    Ok(())
}

fn events_and_records_become_lines() -> Outcome {
    let output = run("json", &[])?;
    let lines: Vec<Value> = String::from_utf8(output.stdout)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let said = |line: &Value| {
        [
            "level",
            "target",
            "message",
            "id",
            "trace_id",
            "span_id",
            "trace_flags",
        ]
        .map(|name| line.get(name).cloned().unwrap_or_default())
    };
    let (trace, span) = ("0000000000000000000000000000000a", "000000000000000b");
    let expected = [
        [
            json!("INFO"),
            json!("users"),
            json!("an event"),
            json!(7),
            Value::Null,
            Value::Null,
            Value::Null,
        ],
        [
            json!("WARN"),
            json!("orders"),
            json!("a record"),
            Value::Null,
            json!(trace),
            json!(span),
            json!("01"),
        ],
    ];
    same(
        &lines.iter().map(said).collect::<Vec<_>>(),
        &expected.to_vec(),
    )
}

fn text_goes_to_where_it_is_wanted() -> Outcome {
    let line = |output: Output| -> Result<String, Box<dyn Error>> {
        same(&output.stdout, &Vec::new())?;
        Ok(String::from_utf8(output.stderr)?)
    };
    let is_plain = |text: &str| text.ends_with(" INFO users: an event id=7\n");
    let piped = line(run("text", &[])?)?;
    holds(is_plain(&piped), &piped)?;
    let refused = line(run("text", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])?)?;
    holds(is_plain(&refused), &refused)?;
    let colored = line(run("text", &[("CLICOLOR_FORCE", "1")])?)?;
    holds(colored.contains("\u{1b}[32m INFO\u{1b}[0m"), &colored)
}

fn a_level_that_is_none_is_told() -> Outcome {
    let output = run("level", &[])?;
    let told = String::from_utf8(output.stderr)?;
    holds(
        told.starts_with(
            "logs.level: expected a level or directives such as `info,users=debug`, found `a=b=c`",
        ),
        &told,
    )?;
    let lines = String::from_utf8(output.stdout)?;
    same(&lines.lines().count(), &1)
}

fn a_subscriber_that_is_there_stays() -> Outcome {
    let output = run("twice", &[])?;
    let told = String::from_utf8(output.stderr)?;
    holds(
        told.starts_with("the program has a `tracing` subscriber already"),
        &told,
    )
}

fn a_closed_pipe_is_counted() -> Outcome {
    let mut child = command("pipe", &[])?.spawn()?;
    drop(child.stdout.take());
    // Only now it begins to log.
    drop(child.stdin.take());
    let output = child.wait_with_output()?;
    holds(output.status.success(), &output)?;
    same(&String::from_utf8(output.stderr)?, &"lost 2\n".to_owned())
}

fn a_value_that_logs_does_not_break_its_line() -> Outcome {
    let output = run("chatty", &[])?;
    let lines = String::from_utf8(output.stdout)?;
    let line: Value = serde_json::from_str(&lines)?;
    same(&line.get("value"), &Some(&json!("said")))?;
    same(&String::from_utf8(output.stderr)?, &"lost 1\n".to_owned())
}

/// Logs while it is being logged.
struct Chatty;

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!("inside");
        f.write_str("said")
    }
}

fn command(name: &str, variables: &[(&str, &str)]) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .env(CHILD, name)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

fn run(name: &str, variables: &[(&str, &str)]) -> Result<Output, Box<dyn Error>> {
    let output = command(name, variables)?.output()?;
    holds(output.status.success(), &output)?;
    Ok(output)
}

fn holds(holds: bool, found: &dyn fmt::Debug) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(format!("found {found:?}").into())
    }
}

fn same<T: PartialEq + fmt::Debug>(found: &T, expected: &T) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, found {found:?}").into())
    }
}

fn child(name: &str) -> Outcome {
    let mut logs: Logs = Config::default().logs;
    match name {
        "json" => {
            logs::install(&logs)?;
            tracing::info!(target: "users", id = 7, "an event");
            tracing::debug!(target: "users", "too fine");
            let _active = Context::new()
                .with_remote_span_context(SpanContext::new(
                    TraceId::from(10),
                    SpanId::from(11),
                    TraceFlags::SAMPLED,
                    true,
                    TraceState::default(),
                ))
                .attach();
            log::warn!(target: "orders", "a record");
            log::debug!(target: "orders", "too fine");
        }
        "text" => {
            (logs.format, logs.output) = (LogFormat::Text, LogOutput::Stderr);
            logs::install(&logs)?;
            tracing::info!(target: "users", id = 7, "an event");
        }
        "level" => {
            "a=b=c".clone_into(&mut logs.level);
            for warning in logs::install(&logs)?.warnings() {
                eprintln!("{warning}");
            }
            tracing::info!("shown");
            tracing::debug!("too fine");
        }
        "twice" => {
            logs::install(&logs)?;
            let second = logs::install(&logs).map_err(|error| error.to_string());
            io::stderr().write_all(second.err().unwrap_or_default().as_bytes())?;
        }
        "pipe" => {
            let installed = logs::install(&logs)?;
            io::stdin().read_to_end(&mut Vec::new())?;
            tracing::info!("one");
            tracing::info!("two");
            eprintln!("lost {}", installed.lost_lines());
        }
        "chatty" => {
            let installed = logs::install(&logs)?;
            tracing::info!(value = %Chatty, "outside");
            eprintln!("lost {}", installed.lost_lines());
        }
        _ => return Err(format!("nobody knows what `{name}` is to do").into()),
    }
    Ok(())
}

//! The promises of `logs::install`, each in a process of its own that this program starts.

use std::error::Error;
use std::fmt;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::Duration;

use hyperion_otel::config::{
    Config, Endpoint, ExceptionSignal, LogExporter, LogFormat, LogOutput, Logs, MetricExporter,
    TraceExporter,
};
use hyperion_otel::logs;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::InMemorySpanExporter;
use serde_json::{Value, json};
use tracing_subscriber::filter::{LevelFilter as TracingLevel, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::reload;

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
    let promises: [(&str, Promise); 16] = [
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
        ("pairs of records are fields", pairs_of_records_are_fields),
        (
            "a subscriber of the program takes our layer",
            a_subscriber_of_the_program_takes_our_layer,
        ),
        (
            "beside a subscriber without it that is said",
            beside_a_subscriber_without_it_that_is_said,
        ),
        ("filters can be reloaded", filters_can_be_reloaded),
        (
            "the start is announced unless it is not to be",
            the_start_is_announced_unless_it_is_not_to_be,
        ),
        (
            "spans of tracing are asked for by a variable",
            spans_of_tracing_are_asked_for_by_a_variable,
        ),
        (
            "exceptions that nobody writes are told",
            exceptions_that_nobody_writes_are_told,
        ),
        (
            "a line of a thread that ends is written",
            a_line_of_a_thread_that_ends_is_written,
        ),
        (
            "each destination has its level",
            each_destination_has_its_level,
        ),
        (
            "a subscriber of the program sends records",
            a_subscriber_of_the_program_sends_records,
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

fn pairs_of_records_are_fields() -> Outcome {
    let output = run("pairs", &[])?;
    let lines = lines_of(&output)?;
    let [line, nested, _outer, plain] = &*lines else {
        return Err(format!("found {lines:?}").into());
    };
    let expected = json!({
        "message": "saved", "rows": 7, "ratio": 0.5, "table": "users", "done": true, "shown": "Some(1)",
        "fields.level": "gold", "fields.message": "mine",
    });
    for (name, value) in expected.as_object().into_iter().flatten() {
        same(&line.get(name), &Some(value)).map_err(|error| format!("{name}: {error}"))?;
    }
    holds(line.get("missing").is_none(), line)?;
    // A value that logs while it is formatted has nothing of the record around it.
    same(&nested.get("rows"), &None)?;
    same(&plain.get("rows"), &None)
}

fn lines_of(output: &Output) -> Result<Vec<Value>, Box<dyn Error>> {
    let lines = std::str::from_utf8(&output.stdout)?.lines();
    Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn a_subscriber_of_the_program_takes_our_layer() -> Outcome {
    for name in ["beside before", "beside after"] {
        let output = run(name, &QUIET)?;
        let lines = lines_of(&output)?;
        let is_ours = |line: &&Value| line.get("message") == Some(&json!("inside"));
        let line = lines.iter().find(is_ours).ok_or("there is no line")?;
        let ids = ["trace_id", "span_id"].map(|name| line.get(name).is_some());
        same(&ids, &[true, true])?;
        same(
            &line.get("spans"),
            &Some(&json!([{ "name": "around", "id": 7 }])),
        )?;
        let told = String::from_utf8(output.stderr)?;
        holds(told.contains("around{id=7}: logs: inside"), &told)?;
        let is_known = name == "beside before";
        holds(!told.contains("has a `tracing` subscriber"), &told)?;
        same(
            &told.contains("logs by the program's subscriber"),
            &is_known,
        )?;
        holds(told.contains("written, 0 lost"), &told)?;
    }
    Ok(())
}

/// Nothing leaves the process.
const QUIET: [(&str, &str); 2] = [
    ("OTEL_TRACES_EXPORTER", "none"),
    ("OTEL_METRICS_EXPORTER", "none"),
];

fn beside_a_subscriber_without_it_that_is_said() -> Outcome {
    let exporters = ("OTEL_LOGS_EXPORTER", "console,otlp");
    let variables = [QUIET[0], QUIET[1], ("HYPERION_SPANS", "all"), exporters];
    let output = run("beside alone", &variables)?;
    same(&lines_of(&output)?.len(), &0)?;
    let told = String::from_utf8(output.stderr)?;
    for part in [
        "hyperion: the program has a `tracing` subscriber already, which is kept: hyperion writes no log lines",
        "hyperion: `logs.exporter: otlp` does nothing beside the `tracing` subscriber that the program has already; add \
         `.with(hyperion::logs::records())`",
        "hyperion: `tracing.spans: all` does nothing beside the `tracing` subscriber",
        "logs without ids by the program's subscriber",
    ] {
        holds(told.contains(part), &told)?;
    }
    Ok(())
}

fn filters_can_be_reloaded() -> Outcome {
    let output = run("reload", &[])?;
    let messages: Vec<_> = lines_of(&output)?
        .iter()
        .map(|line| line.get("message").cloned().unwrap_or_default())
        .collect();
    same(&messages, &vec![json!("two"), json!("three")])
}

fn the_start_is_announced_unless_it_is_not_to_be() -> Outcome {
    let told = |variables: &[(&str, &str)]| -> Result<String, Box<dyn Error>> {
        Ok(String::from_utf8(run("init", variables)?.stderr)?)
    };
    let named = [QUIET[0], QUIET[1], ("OTEL_SERVICE_NAME", "users")];
    same(
        &told(&named)?,
        &"hyperion: users, spans for ids alone, metrics to nobody, logs json to stdout\n"
            .to_owned(),
    )?;
    for (exporters, logs) in [
        (
            "otlp, console",
            "logs json to stdout and to otlp http://collector:4318",
        ),
        ("otlp", "logs to otlp http://collector:4318"),
        ("none", "no logs"),
    ] {
        let endpoint = (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://collector:4318/secret",
        );
        let variables = [
            QUIET[0],
            QUIET[1],
            named[2],
            endpoint,
            ("OTEL_LOGS_EXPORTER", exporters),
        ];
        same(
            &told(&variables)?,
            &format!("hyperion: users, spans for ids alone, metrics to nobody, {logs}\n"),
        )?;
    }
    let silent = [QUIET[0], QUIET[1], ("HYPERION_ANNOUNCE", "false")];
    same(&told(&silent)?, &String::new())
}

fn spans_of_tracing_are_asked_for_by_a_variable() -> Outcome {
    let ids = |spans: &str| -> Result<Vec<[Value; 2]>, Box<dyn Error>> {
        let variables = [
            QUIET[0],
            QUIET[1],
            ("HYPERION_SPANS", spans),
            ("HYPERION_LOG", "warn"),
        ];
        let lines = lines_of(&run("spans", &variables)?)?;
        let ids = |line: &Value| ["trace_id", "span_id"].map(|name| line[name].clone());
        Ok(lines.iter().map(ids).collect())
    };
    let [around, observed, after] = &*ids("all")? else {
        return Err("there are three lines".into());
    };
    // The filter of lines leaves the spans alone.
    holds(around[0].is_string() && around[0] == observed[0], &around)?;
    holds(
        observed[1].is_string() && around[1] != observed[1],
        &observed,
    )?;
    same(around, after)?;
    let [around, observed, after] = &*ids("observed")? else {
        return Err("there are three lines".into());
    };
    holds(
        around[0].is_null() && observed[0].is_string() && after[0].is_null(),
        &observed,
    )
}

fn each_destination_has_its_level() -> Outcome {
    let output = run("levels", &QUIET)?;
    let lines = lines_of(&output)?;
    let messages: Vec<_> = lines.iter().map(|line| line["message"].clone()).collect();
    same(
        &messages,
        &vec![json!("for both"), json!("a record for both")],
    )?;
    // Nobody listens, so that each record is a loss.
    let told = String::from_utf8(output.stderr)?;
    holds(
        told.contains("0 log records exported, 4 lost (4 export_failed); 2 log lines written"),
        &told,
    )
}

fn a_subscriber_of_the_program_sends_records() -> Outcome {
    for (when, way) in [
        (
            "records before",
            "logs without ids by the program's subscriber, to otlp http://localhost:",
        ),
        (
            "records after",
            "logs of the program's subscriber to otlp http://localhost:",
        ),
    ] {
        let told = String::from_utf8(run(when, &QUIET)?.stderr)?;
        holds(
            told.contains("0 log records exported, 1 lost (1 export_failed)"),
            &told,
        )?;
        holds(told.contains(way) && !told.contains("does nothing"), &told)?;
    }
    Ok(())
}

fn exceptions_that_nobody_writes_are_told() -> Outcome {
    let told = String::from_utf8(run("unwritten", &[])?.stderr)?;
    holds(
        told.starts_with("hyperion: exceptions go to log lines, which nobody writes so far")
            && told.lines().count() == 1,
        &told,
    )
}

fn a_line_of_a_thread_that_ends_is_written() -> Outcome {
    let output = run("ending", &[])?;
    let messages: Vec<_> = lines_of(&output)?
        .iter()
        .map(|line| line.get("message").cloned().unwrap_or_default())
        .collect();
    same(&messages, &vec![json!("early"), json!("late")])
}

/// Logs when its thread ends.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        tracing::info!("late");
    }
}

thread_local! {
    static LATE: Late = const { Late };
}

#[hyperion::observe]
fn observed() {
    tracing::info!("inside");
}

#[hyperion::observe]
fn warns() {
    tracing::warn!("inside");
    tracing::info!("filtered");
}

/// Runs in a program that has a subscriber of its own, with our layer or without it.
fn beside(own: bool, init_first: bool) -> Outcome {
    let fmt = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .without_time();
    let ours = own.then(|| logs::layer(LogFormat::Json, io::stdout));
    let subscriber = tracing_subscriber::registry().with(fmt).with(ours);
    let init = || hyperion::builder().install();
    let telemetry = if init_first {
        let mut config = Config::load()?;
        config.logs.enabled = false;
        let telemetry = hyperion::builder().config(config).install()?;
        tracing::subscriber::set_global_default(subscriber)?;
        telemetry
    } else {
        tracing::subscriber::set_global_default(subscriber)?;
        init()?
    };
    tracing::info_span!("around", id = 7).in_scope(observed);
    eprintln!("{}", telemetry.shutdown(std::time::Duration::from_secs(5)));
    Ok(())
}

/// Logs while it is formatted, through the crate `log`.
struct ChattyRecord;

impl fmt::Display for ChattyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        log::info!("nested");
        f.write_str("chatty")
    }
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

/// A configuration in which nothing but logs leaves the process, to a port where nobody listens.
fn lonely() -> Result<Config, Box<dyn Error>> {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    config.logs.otlp.endpoint = Some(Endpoint::base(&format!(
        "http://localhost:{}",
        free.port()
    ))?);
    Ok(config)
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
        "pairs" => {
            logs::install(&logs)?;
            let (missing, shown) = (None::<u32>, Some(1));
            log::info!(
                rows = 7, ratio = 0.5, table = "users", done = true, shown:? = shown, missing = missing, level = "gold",
                message = "mine";
                "saved"
            );
            log::info!(rows = 1, chatty:% = ChattyRecord; "outer");
            log::info!("plain");
        }
        "reload" => {
            let (filter, handle) = reload::Layer::new(TracingLevel::WARN);
            let ours = logs::layer(LogFormat::Json, io::stdout);
            let subscriber = tracing_subscriber::registry().with(ours.with_filter(filter));
            tracing::subscriber::set_global_default(subscriber)?;
            tracing::info!("one");
            handle.reload(TracingLevel::INFO)?;
            tracing::info!("two");
            tracing::info!("three");
        }
        "ending" => {
            logs::install(&logs)?;
            std::thread::spawn(|| {
                LATE.with(|_| ());
                let _around = tracing::info_span!("around").entered();
                tracing::info!("early");
            })
            .join()
            .map_err(|_| "the thread panicked")?;
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
        _ => return program(name),
    }
    Ok(())
}

/// Runs a program with telemetry.
fn program(name: &str) -> Outcome {
    match name {
        "beside before" => beside(true, false)?,
        "beside after" => beside(true, true)?,
        "beside alone" => beside(false, false)?,
        "levels" => {
            let mut config = lonely()?;
            config.logs.exporters = vec![LogExporter::Console, LogExporter::Otlp];
            "warn".clone_into(&mut config.logs.level);
            config.logs.otlp_level = Some("info".to_owned());
            let telemetry = hyperion::builder().config(config).install()?;
            tracing::debug!("for none");
            tracing::info!("for records");
            tracing::warn!("for both");
            log::debug!("a record for none");
            log::info!("a record for records");
            log::warn!("a record for both");
            eprintln!("{}", telemetry.shutdown(Duration::from_secs(5)));
        }
        "records before" | "records after" => {
            let mut config = lonely()?;
            config.logs.exporters = vec![LogExporter::Otlp];
            config.logs.enabled = name == "records before";
            let subscriber = || {
                // OpenTelemetry's libraries log, too.
                let mine = Targets::new().with_target(module_path!(), TracingLevel::INFO);
                let ours = logs::records().with_filter(mine);
                tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ours))
            };
            if config.logs.enabled {
                subscriber()?;
            }
            let is_after = !config.logs.enabled;
            let telemetry = hyperion::builder().config(config).install()?;
            if is_after {
                subscriber()?;
            }
            tracing::info!("shown");
            tracing::debug!("too fine");
            eprintln!("{}", telemetry.shutdown(Duration::from_secs(5)));
        }
        "init" => hyperion::init().map(drop)?,
        "spans" => {
            let exporter = InMemorySpanExporter::default();
            let telemetry = hyperion::builder().span_exporter(exporter).install()?;
            tracing::info_span!("around").in_scope(|| {
                tracing::warn!("around");
                warns();
                tracing::warn!("after");
            });
            drop(telemetry);
        }
        "unwritten" => {
            let mut config = Config::default();
            config.tracing.exporter = TraceExporter::None;
            config.tracing.exceptions = ExceptionSignal::Logs;
            config.metrics.exporter = MetricExporter::None;
            config.logs.enabled = false;
            let builder = hyperion::builder().config(config).announce(false);
            drop(builder.install()?);
        }
        _ => return Err(format!("nobody knows what `{name}` is to do").into()),
    }
    Ok(())
}

//! Log lines for the whole program.

use std::io::{self, Stderr, Stdout};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use tracing_log::{AsLog, LogTracer};
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::writer::EitherWriter;
use tracing_subscriber::layer::SubscriberExt;

use super::layer::{LostLines, layer};
use crate::config::{LogOutput, Logs};

/// OpenTelemetry's own libraries speak of their inner life to those who ask for it: a directive for the same target in the
/// configuration comes later and wins.
const QUIET: &str = "opentelemetry=warn,opentelemetry_sdk=warn";

/// Writes the events of `tracing` and the records of `log` as `logs` says, from now on and in every thread.
///
/// Text is coloured where the output is a terminal that shows colours, unless `NO_COLOR` is set.
/// [`logs.enabled`](Logs::enabled) is for the caller to look at.
///
/// # Errors
///
/// The program has a `tracing` subscriber already, and keeps it. It can have trace ids on its lines by adding
/// [`layer`](super::layer()) to that one.
pub fn install(logs: &Logs) -> Result<Installed, AlreadySet> {
    let mut warnings = Vec::new();
    let filter = EnvFilter::builder().parse(format!("{QUIET},{}", logs.level)).unwrap_or_else(|error| {
        warnings.push(format!(
            "logs.level: expected a level or directives such as `info,users=debug`, found `{}` ({error}); \
             `info` is used",
            logs.level,
        ));
        EnvFilter::default().add_directive(LevelFilter::INFO.into())
    });
    let most = filter.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let layer = layer(logs.format, Output(logs.output))
        .with_color(shows_color(logs.output))
        .with_baggage(logs.baggage.iter().cloned());
    let lost = layer.lost_lines();
    let subscriber = tracing_subscriber::registry().with(filter).with(layer);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| AlreadySet(()))?;
    if LogTracer::builder()
        .with_max_level(most.as_log())
        .init()
        .is_err()
    {
        warnings.push(
            "the program has a logger for the `log` crate already; records of that crate do not become log lines \
             unless it passes them on"
                .to_owned(),
        );
    }
    Ok(Installed { lost, warnings })
}

/// Log lines are being written.
#[derive(Clone, Debug)]
pub struct Installed {
    lost: LostLines,
    warnings: Vec<String>,
}

impl Installed {
    /// The number of lines that could not be written so far.
    pub fn lost_lines(&self) -> u64 {
        self.lost.count()
    }

    /// All that is not as it was asked for, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// The program has a `tracing` subscriber already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the program has a `tracing` subscriber already, which is kept; for trace ids on its lines, add `logs::layer` to it, \
     and set `logs.enabled` to `false`"
)]
pub struct AlreadySet(());

fn shows_color(output: LogOutput) -> bool {
    match output {
        LogOutput::Stdout => stream_shows_color(io::stdout()),
        LogOutput::Stderr => stream_shows_color(io::stderr()),
    }
}

fn stream_shows_color<S: RawStream>(stream: S) -> bool {
    let shows = AutoStream::choice(&stream) != ColorChoice::Never;
    if shows {
        // A console of Windows has to be asked to understand escape sequences, which this does on the way.
        drop(AutoStream::always_ansi(stream));
    }
    shows
}

/// Opens the output anew for each line, which costs nothing.
struct Output(LogOutput);

impl MakeWriter<'_> for Output {
    type Writer = EitherWriter<Stdout, Stderr>;

    fn make_writer(&self) -> Self::Writer {
        match self.0 {
            LogOutput::Stdout => EitherWriter::A(io::stdout()),
            LogOutput::Stderr => EitherWriter::B(io::stderr()),
        }
    }
}

//! Log lines for the whole program.

use std::io::{self, Stderr, Stdout};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use tracing::{Level, Subscriber};
use tracing_log::AsLog;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::writer::EitherWriter;
#[cfg(not(feature = "otlp"))]
use tracing_subscriber::layer::Identity;
use tracing_subscriber::layer::{Layer as _, SubscriberExt};

#[cfg(feature = "otlp")]
use super::export::records as record_layer;
use super::layer::{LogLayer, LostLines, layer};
use super::records as log_records;
use crate::config::{LogExporter, LogOutput, Logs};

/// OpenTelemetry's own libraries speak of their inner life to those who ask for it: a directive for the same target in the
/// configuration comes later and wins.
const QUIET: &str = "opentelemetry=warn,opentelemetry_sdk=warn";

/// Writes the events of `tracing` and the records of `log` as `logs` says, from now on and in every thread. Those that are to go
/// over OTLP do so while telemetry runs that sends logs.
///
/// Text is coloured where the output is a terminal that shows colours, unless `NO_COLOR` is set.
/// [`logs.enabled`](Logs::enabled) is for the caller to look at.
///
/// # Errors
///
/// The program has a `tracing` subscriber already, and keeps it. It can have trace ids on its lines by adding
/// [`layer`](super::layer()) to that one.
pub fn install(logs: &Logs) -> Result<Installed, AlreadySet> {
    subscribe(Some(logs), None)
}

/// Installs a subscriber that takes events as `logs` says, and makes spans of `tracing` up to the level `spans` spans of the
/// trace, as far as either is wanted.
pub(crate) fn subscribe(
    logs: Option<&Logs>,
    spans: Option<LevelFilter>,
) -> Result<Installed, AlreadySet> {
    let mut warnings = Vec::new();
    let spans = spans.map(|level| {
        let quiet = Targets::new()
            .with_default(level)
            .with_target("opentelemetry", Level::WARN);
        super::spans().with_filter(quiet)
    });
    let Some(logs) = logs else {
        return set(tracing_subscriber::registry().with(spans))
            .map(|()| Installed::new(LostLines::default(), warnings));
    };
    let lines = logs.exporters.contains(&LogExporter::Console).then(|| {
        layer(logs.format, Output(logs.output))
            .with_color(shows_color(logs.output))
            .with_baggage(logs.baggage.iter().cloned())
    });
    let lost = lines.as_ref().map(LogLayer::lost_lines).unwrap_or_default();
    let records = logs
        .exporters
        .contains(&LogExporter::Otlp)
        .then(record_layer);
    let own_level = logs.otlp_level.as_ref().filter(|_| records.is_some());
    let mut most = LevelFilter::OFF;
    let mut filter_of = |key, level: &str| {
        let filter = filter(key, level, &mut warnings);
        most = most.max(filter.max_level_hint().unwrap_or(LevelFilter::TRACE));
        filter
    };
    let registry = tracing_subscriber::registry();
    match (spans, own_level) {
        // A filter of the whole subscriber costs less than those of single layers.
        (None, None) => {
            let filter = filter_of("logs.level", &logs.level);
            set(registry.with(filter).with(lines).with(records))
        }
        (spans, own_level) => {
            let lines = lines.map(|lines| lines.with_filter(filter_of("logs.level", &logs.level)));
            let records = records.map(|records| {
                let level =
                    own_level.map_or(("logs.level", &logs.level), |own| ("logs.otlp_level", own));
                records.with_filter(filter_of(level.0, level.1))
            });
            set(registry.with(spans).with(lines).with(records))
        }
    }?;
    if !log_records::install(most.as_log()) {
        warnings.push(
            "the program has a logger for the `log` crate already; records of that crate do not become log lines \
             unless it passes them on"
                .to_owned(),
        );
    }
    Ok(Installed::new(lost, warnings))
}

/// The filter that `level` describes, or one at level info.
fn filter(key: &str, level: &str, warnings: &mut Vec<String>) -> EnvFilter {
    EnvFilter::builder().parse(format!("{QUIET},{level}")).unwrap_or_else(|error| {
        let warning = format!(
            "{key}: expected a level or directives such as `info,users=debug`, found `{level}` ({error}); `info` is used",
        );
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
        EnvFilter::default().add_directive(LevelFilter::INFO.into())
    })
}

/// No layer at all: this build sends no records, and the pipeline refuses a configuration with them.
#[cfg(not(feature = "otlp"))]
fn record_layer() -> Identity {
    Identity::new()
}

/// Returns true if somebody hears the events of the program.
pub(crate) fn has_subscriber() -> bool {
    tracing::dispatcher::has_been_set()
}

fn set(subscriber: impl Subscriber + Send + Sync) -> Result<(), AlreadySet> {
    tracing::subscriber::set_global_default(subscriber).map_err(|_| AlreadySet(()))
}

/// Log lines are being written.
#[derive(Clone, Debug)]
pub struct Installed {
    lost: LostLines,
    warnings: Vec<String>,
}

impl Installed {
    fn new(lost: LostLines, warnings: Vec<String>) -> Self {
        Self { lost, warnings }
    }

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
    "the program has a `tracing` subscriber already, which is kept: hyperion writes no log lines, `logs` of the configuration \
     does nothing, and the lines of that subscriber have no trace ids; add \
     `.with(hyperion::logs::layer(LogFormat::Json, std::io::stdout))` to it, or set `logs.enabled` to `false`"
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

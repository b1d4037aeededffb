//! The settings of logs.

use std::time::Duration;

use super::choice::Choice;
use super::otlp::Otlp;
use super::tracing::Batch;

/// The settings of logs: which events are taken, and where they go, as lines or as records of OTLP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logs {
    /// True if a `tracing` subscriber and a `log` logger are installed, as by default. Without them a program that sets a
    /// subscriber of its own later chooses what is logged; what its [`records`](crate::logs::records) layer takes is sent all the
    /// same where [`exporters`](Self::exporters) has OTLP.
    ///
    /// File: `logs.enabled`.
    pub enabled: bool,
    /// The destinations of events; lines alone by default, and none if the list is empty. One that stands twice counts once.
    ///
    /// File: `logs.exporter`, a word or a list. Environment: `OTEL_LOGS_EXPORTER`, words with commas between them. Both know
    /// `none`, too. `OTEL_SDK_DISABLED` takes [`LogExporter::Otlp`] out.
    pub exporters: Vec<LogExporter>,
    /// The events that are taken, as `tracing-subscriber`'s [directives]: a level, or `target=level` pairs separated by
    /// commas, such as `info,users::repository=debug`; `info` by default.
    ///
    /// File: `logs.level`. Environment: `HYPERION_LOG`, else `RUST_LOG`.
    ///
    /// [directives]: https://docs.rs/tracing-subscriber/latest/tracing_subscriber/filter/struct.EnvFilter.html#directives
    pub level: String,
    /// The format of a line; JSON by default.
    ///
    /// File: `logs.format`. Environment: `HYPERION_LOG_FORMAT`.
    pub format: LogFormat,
    /// The destination of lines; standard output by default.
    ///
    /// File: `logs.output`.
    pub output: LogOutput,
    /// The settings of OTLP.
    pub otlp: Otlp,
    /// The events that are sent over OTLP, if they are others than those of [`level`](Self::level); directives like those.
    ///
    /// File: `logs.otlp_level`.
    pub otlp_level: Option<String>,
    /// The batches in which records are sent. A record waits 1 s for others, at the most, unless it is told otherwise.
    ///
    /// File: `logs.batch`. Environment: `OTEL_BLRP_SCHEDULE_DELAY`, `OTEL_BLRP_EXPORT_TIMEOUT`, `OTEL_BLRP_MAX_QUEUE_SIZE` and
    /// `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`.
    pub batch: Batch,
    /// The most that one record may hold.
    pub limits: LogLimits,
    /// The keys of [baggage](https://www.w3.org/TR/baggage/) that are written on each line and record where they are set; none by
    /// default.
    ///
    /// A field of an event that has the name of such a key is called `fields.` and that name on a line; on a record it has the
    /// name, and the baggage is left out.
    ///
    /// File: `logs.baggage`.
    pub baggage: Vec<String>,
    /// True if panics are recorded where they happen, before the program's own panic hook runs: as the event `exception` of the
    /// span that the thread is in, unless exceptions go to logs alone, and on a line of level error with its ids. Both have the
    /// message and the place, and a backtrace where `RUST_BACKTRACE` asks for one. False by default, since panic hooks are one
    /// for the whole process; a destination of lines that panics itself would end it.
    ///
    /// File: `logs.panic_hook`. Environment: `HYPERION_PANIC_HOOK`.
    pub panic_hook: bool,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            enabled: true,
            exporters: vec![LogExporter::Console],
            level: "info".to_owned(),
            format: LogFormat::Json,
            output: LogOutput::Stdout,
            otlp: Otlp::default(),
            otlp_level: None,
            batch: Batch {
                schedule_delay: Duration::from_secs(1),
                ..Batch::default()
            },
            limits: LogLimits::default(),
            baggage: Vec::new(),
            panic_hook: false,
        }
    }
}

impl Logs {
    /// Returns true if records are sent over OTLP, so that [`otlp`](Self::otlp) matters.
    pub fn sends_otlp(&self) -> bool {
        self.exporters.contains(&LogExporter::Otlp)
    }

    /// Returns true if lines are written by a subscriber that is installed.
    pub fn writes_lines(&self) -> bool {
        self.enabled && self.exporters.contains(&LogExporter::Console)
    }
}

/// A destination of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogExporter {
    /// `console`: a line each, in [`format`](Logs::format) to [`output`](Logs::output).
    Console,
    /// `otlp`: a record each, to an OpenTelemetry Collector or anything else that takes OTLP. It needs the features `logs` and
    /// `otlp`.
    Otlp,
}

/// The words for destinations, and the one for none.
impl Choice for Option<LogExporter> {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("console", Some(LogExporter::Console)),
        ("otlp", Some(LogExporter::Otlp)),
        ("none", None),
    ];
}

/// The most that one log record may hold ([specification]). What is over a limit is left out and counted on the record.
///
/// [specification]: https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecord-limits
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLimits {
    /// Attributes of a record; 128 by default.
    ///
    /// File: `logs.limits.attributes`. Environment: `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, else
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`.
    pub attributes: u32,
    /// Characters of an attribute that is text, which is cut there. Without one it is cut after 16 KiB, as by default.
    ///
    /// File: `logs.limits.attribute_value_length`. Environment: `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, else
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`.
    pub attribute_value_length: Option<u32>,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self {
            attributes: 128,
            attribute_value_length: None,
        }
    }
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// `json`: one object a line, for machines.
    Json,
    /// `text`: for people.
    Text,
}

impl Choice for LogFormat {
    const NAMES: &'static [(&'static str, Self)] = &[("json", Self::Json), ("text", Self::Text)];
}

impl LogFormat {
    /// The word for it.
    #[cfg(feature = "logs")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// A destination of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogOutput {
    /// `stdout`: standard output.
    Stdout,
    /// `stderr`: standard error.
    Stderr,
}

impl Choice for LogOutput {
    const NAMES: &'static [(&'static str, Self)] =
        &[("stdout", Self::Stdout), ("stderr", Self::Stderr)];
}

impl LogOutput {
    /// The word for it.
    #[cfg(feature = "logs")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

//! The settings of log lines.

use super::choice::Choice;

/// The settings of log lines: which events are written, how, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logs {
    /// True if a `tracing` subscriber and a `log` logger are installed, as by default.
    ///
    /// File: `logs.enabled`.
    pub enabled: bool,
    /// The events that are written, as `tracing-subscriber`'s [directives]: a level, or `target=level` pairs separated by
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
    /// The keys of [baggage](https://www.w3.org/TR/baggage/) that are written on each line where they are set; none by default.
    ///
    /// A field of an event that has the name of such a key is called `fields.` and that name.
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
            level: "info".to_owned(),
            format: LogFormat::Json,
            output: LogOutput::Stdout,
            baggage: Vec::new(),
            panic_hook: false,
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

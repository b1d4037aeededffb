//! What becomes of log lines.

use super::choice::Choice;

/// What becomes of log lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logs {
    /// Whether a `tracing` subscriber and a `log` logger are installed; true by default.
    ///
    /// File: `logs.enabled`.
    pub enabled: bool,
    /// Which events are written, as `tracing-subscriber`'s [directives]: a level, or `target=level` pairs separated by
    /// commas, such as `info,users::repository=debug`; `info` by default.
    ///
    /// File: `logs.level`. Environment: `HYPERION_LOG`, else `RUST_LOG`.
    ///
    /// [directives]: https://docs.rs/tracing-subscriber/latest/tracing_subscriber/filter/struct.EnvFilter.html#directives
    pub level: String,
    /// How a line is written; JSON by default.
    ///
    /// File: `logs.format`. Environment: `HYPERION_LOG_FORMAT`.
    pub format: LogFormat,
    /// Where lines go; standard output by default.
    ///
    /// File: `logs.output`.
    pub output: LogOutput,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            enabled: true,
            level: "info".to_owned(),
            format: LogFormat::Json,
            output: LogOutput::Stdout,
        }
    }
}

/// How a log line is written.
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

/// Where log lines go.
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

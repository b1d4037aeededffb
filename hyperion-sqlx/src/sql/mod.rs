//! The text of a query, as far as telemetry needs to understand it.

mod reader;
mod redact;
mod summary;
mod tokens;
mod words;

pub(crate) use redact::redacted;
pub(crate) use summary::Summary;

/// The most bytes of a text that are read. More than that are rows that stand in it.
const MOST_READ: usize = 32 * 1024;

/// The ways in which databases write quotes and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
}

//! The text of a query, as far as telemetry needs to understand it.

mod reader;
mod redact;
mod summary;
mod tokens;

pub(crate) use redact::redacted;
pub(crate) use summary::Summary;

/// The ways in which databases write quotes and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
}

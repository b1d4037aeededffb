//! How much the span of a failed call tells of the error.

/// How an error is recorded: the argument of `err(record = …)`.
///
/// In every case the metric of the call counts the error under its kind, and a log line of the call names the kind. A panic is
/// not the caller's to hush up: it always marks its span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Record {
    /// `event`: the span's status is `Error` with the error's message, `error.type` names its kind, and an exception with
    /// its type, message and sources is recorded.
    #[default]
    Event,
    /// `status`: as `event`, but without the exception.
    Status,
    /// `none`: the span tells nothing but `outcome = "error"`. For errors that are expected, or that hold what must not
    /// leave the process.
    None,
}

//! No log lines: this build lacks the feature.

use crate::config::{ExceptionSignal, Logs};
use crate::pipeline::Error;

/// Whether exceptions can go where they are to go: there are no logs for them.
pub(crate) fn take_exceptions(signal: ExceptionSignal) -> Result<(), Error> {
    let wanted_by = match signal {
        ExceptionSignal::Logs => "tracing.exceptions: logs",
        ExceptionSignal::Both => "tracing.exceptions: both",
        _ => return Ok(()),
    };
    Err(Error::MissingFeature {
        feature: "logs",
        wanted_by,
    })
}

/// Nothing: logging stays the program's own business.
pub(crate) fn install(_config: &Logs) {}

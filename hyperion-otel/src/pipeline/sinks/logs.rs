//! Log lines.

use crate::config::{ExceptionSignal, Logs};
use crate::logs;
use crate::pipeline::{Error, lost};
use hyperion_runtime::backend::diagnostics;

/// Whether exceptions can go where they are to go: this build has every signal.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature of a build without logs"
)]
pub(crate) fn take_exceptions(_signal: ExceptionSignal) -> Result<(), Error> {
    Ok(())
}

/// Writes log lines, unless the program has its own subscriber.
pub(crate) fn install(config: &Logs) {
    if !config.enabled {
        return;
    }
    match logs::install(config) {
        Ok(installed) => {
            for warning in installed.warnings() {
                diagnostics::warn(format_args!("{warning}"));
            }
            lost::count_lost_lines(move || installed.lost_lines());
        }
        Err(taken) => diagnostics::warn_once("logs.installed", format_args!("{taken}")),
    }
}

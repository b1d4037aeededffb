//! Log lines.

use crate::diagnostics;
use crate::logs;
use crate::pipeline::config::Logs;

/// Writes log lines, unless the program has its own subscriber.
pub(crate) fn install(config: &Logs) {
    if config.enabled
        && let Err(taken) = logs::install(config)
    {
        diagnostics::warn_once("logs.installed", format_args!("{taken}"));
    }
}

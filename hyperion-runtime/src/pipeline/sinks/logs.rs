//! Log lines.

use crate::diagnostics;
use crate::logs;
use crate::pipeline::config::Logs;

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
            diagnostics::count_lost_lines(move || installed.lost_lines());
        }
        Err(taken) => diagnostics::warn_once("logs.installed", format_args!("{taken}")),
    }
}

//! This process, as the operating system tells of it.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    path = "elsewhere.rs"
)]
mod platform;
mod reading;
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "macos",
        target_os = "ios",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "dragonfly",
    )),
    path = "usage_missing.rs"
)]
mod usage;

use hyperion_runtime::backend::diagnostics;
pub(super) use reading::Reading;
use std::fmt::Display;

/// Reads what can be read.
pub(super) fn read() -> Reading {
    let mut reading = Reading::default();
    usage::read(&mut reading);
    platform::read(&mut reading);
    reading
}

/// Gives what was asked for. A failure is told once for each `topic`: `what` stays out of the metrics.
fn ok_or_warn<T, E: Display>(topic: &'static str, what: &str, result: Result<T, E>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            diagnostics::warn_once(
                topic,
                format_args!("{what} cannot be read and is left out of the metrics: {error}"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests;

//! This process, as the operating system tells of it.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    path = "elsewhere.rs"
)]
mod platform;
mod reading;

use hyperion_runtime::backend::diagnostics;
pub(super) use reading::Reading;
use std::fmt::Display;

/// Reads what can be read.
pub(super) fn read() -> Reading {
    let mut reading = Reading::default();
    read_usage(&mut reading);
    platform::read(&mut reading);
    reading
}

/// Reads the account that Unix keeps of a process: one call for all threads, those that have ended included.
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
))]
fn read_usage(reading: &mut Reading) {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::{TimeVal, TimeValLike as _};

    let usage = getrusage(UsageWho::RUSAGE_SELF);
    let Some(usage) = ok_or_warn("process.usage", "the process's use of processors", usage) else {
        return;
    };
    let duration = |time: TimeVal| {
        let micros = u64::try_from(time.num_microseconds()).ok();
        micros.map(std::time::Duration::from_micros)
    };
    reading.cpu_user = duration(usage.user_time());
    reading.cpu_system = duration(usage.system_time());
    reading.voluntary_switches = u64::try_from(usage.voluntary_context_switches()).ok();
    reading.involuntary_switches = u64::try_from(usage.involuntary_context_switches()).ok();
    reading.minor_faults = u64::try_from(usage.minor_page_faults()).ok();
    reading.major_faults = u64::try_from(usage.major_page_faults()).ok();
}

/// Leaves the account out, which this system does not keep.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
)))]
fn read_usage(_reading: &mut Reading) {}

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

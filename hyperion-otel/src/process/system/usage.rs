//! The account that Unix keeps of a process: one call for all threads, those that have ended included.

use super::ok_or_warn;
use super::reading::Reading;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};
use std::time::Duration;

pub(super) fn read(reading: &mut Reading) {
    let usage = getrusage(UsageWho::RUSAGE_SELF);
    let Some(usage) = ok_or_warn("process.usage", "the process's use of processors", usage) else {
        return;
    };
    reading.cpu_user = duration(usage.user_time());
    reading.cpu_system = duration(usage.system_time());
    reading.voluntary_switches = u64::try_from(usage.voluntary_context_switches()).ok();
    reading.involuntary_switches = u64::try_from(usage.involuntary_context_switches()).ok();
    reading.minor_faults = u64::try_from(usage.minor_page_faults()).ok();
    reading.major_faults = u64::try_from(usage.major_page_faults()).ok();
}

fn duration(time: TimeVal) -> Option<Duration> {
    u64::try_from(time.num_microseconds())
        .ok()
        .map(Duration::from_micros)
}

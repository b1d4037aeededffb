//! What systems without Linux's `/proc` tell of this process.

#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(any(target_os = "macos", windows)), path = "others.rs")]
mod particular;

use super::reading::Reading;
use super::told;
use std::time::{Duration, SystemTime};
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

pub(super) fn read(reading: &mut Reading) {
    let id = Pid::from_u32(std::process::id());
    let wanted = ProcessRefreshKind::nothing()
        .with_memory()
        .with_cpu()
        .with_disk_usage();
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, wanted);
    let process = system
        .process(id)
        .ok_or("the operating system does not show it");
    if let Some(process) = told("process", "this process", process) {
        reading.memory = Some(process.memory());
        reading.virtual_memory = Some(process.virtual_memory());
        reading.uptime = uptime(process);
        particular::read(process, reading);
    }
}

fn uptime(process: &Process) -> Option<Duration> {
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(process.start_time()))?
        .elapsed()
        .ok()
}

//! This process on systems without Linux's `/proc`.

use super::ok_or_warn;
use super::reading::Reading;
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
    if let Some(process) = ok_or_warn("process", "this process", process) {
        reading.memory = Some(process.memory());
        reading.virtual_memory = Some(process.virtual_memory());
        reading.uptime = uptime(process);
        read_more(process, reading);
    }
}

fn uptime(process: &Process) -> Option<Duration> {
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(process.start_time()))?
        .elapsed()
        .ok()
}

#[cfg(target_os = "macos")]
fn read_more(process: &Process, reading: &mut Reading) {
    let disk = process.disk_usage();
    reading.disk_read = Some(disk.total_read_bytes);
    reading.disk_written = Some(disk.total_written_bytes);
    // The kernel's own count is that of a table with places to spare. The listing takes one descriptor itself.
    let listed = std::fs::read_dir("/dev/fd").map(|entries| entries.count().saturating_sub(1));
    reading.file_descriptors = ok_or_warn(
        "process.fd",
        "the number of the process's file descriptors",
        listed,
    )
    .and_then(|count| u64::try_from(count).ok());
}

/// Without the bytes of disks: the count of transferred bytes includes pipes and the network here.
#[cfg(windows)]
fn read_more(process: &Process, reading: &mut Reading) {
    reading.cpu = Some(Duration::from_millis(process.accumulated_cpu_time()));
    reading.handles = process
        .open_files()
        .and_then(|handles| u64::try_from(handles).ok());
}

/// Nothing beyond the rest is known of this system.
#[cfg(not(any(target_os = "macos", windows)))]
fn read_more(_process: &Process, _reading: &mut Reading) {}

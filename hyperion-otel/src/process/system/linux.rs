//! This process in `/proc`.

use super::ok_or_warn;
use super::reading::Reading;
use nix::time::{ClockId, clock_gettime};
use procfs::process::{Process, Stat};
use std::time::Duration;
use std::{fs, io};

pub(super) fn read(reading: &mut Reading) {
    // Before anything of `/proc` is opened, which would count too.
    let descriptors = file_descriptors();
    reading.file_descriptors = ok_or_warn(
        "process.fd",
        "the number of the process's file descriptors",
        descriptors,
    );
    let Some(process) = ok_or_warn("process", "`/proc/self`", Process::myself()) else {
        return;
    };
    if let Some(stat) = ok_or_warn("process.stat", "`/proc/self/stat`", process.stat()) {
        reading.memory = Some(stat.rss.saturating_mul(procfs::page_size()));
        reading.virtual_memory = Some(stat.vsize);
        reading.threads = u64::try_from(stat.num_threads).ok();
        reading.uptime = uptime(&stat);
    }
    if let Some(io) = ok_or_warn("process.io", "`/proc/self/io`", process.io()) {
        reading.disk_read = Some(io.read_bytes);
        reading.disk_written = Some(io.write_bytes);
    }
}

/// The descriptors that are open but for the one that this takes itself.
fn file_descriptors() -> io::Result<u64> {
    const DIRECTORY: &str = "/proc/self/fd";
    // Since Linux 6.2 the size of the directory is the answer, however many there are.
    match fs::metadata(DIRECTORY)?.len() {
        0 => {
            let listed = fs::read_dir(DIRECTORY)?.count();
            Ok(u64::try_from(listed).unwrap_or(u64::MAX).saturating_sub(1))
        }
        count => Ok(count),
    }
}

/// From the start of the process, which is told in ticks since the boot, until now.
fn uptime(stat: &Stat) -> Option<Duration> {
    let now = clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from);
    let now = ok_or_warn("process.uptime", "the time since the boot", now)?;
    let second = procfs::ticks_per_second().max(1);
    let (seconds, ticks) = (stat.starttime / second, stat.starttime % second);
    let nanos = ticks.saturating_mul(1_000_000_000) / second;
    let started = Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos));
    Some(now.saturating_sub(started))
}

//! What macOS tells of a process beyond the rest.

use crate::process::system::reading::Reading;
use crate::process::system::told;
use std::fs;
use sysinfo::Process;

pub(super) fn read(process: &Process, reading: &mut Reading) {
    let disk = process.disk_usage();
    reading.disk_read = Some(disk.total_read_bytes);
    reading.disk_written = Some(disk.total_written_bytes);
    // The kernel's own count is that of a table with places to spare. The listing takes one descriptor itself.
    let listed = fs::read_dir("/dev/fd").map(|entries| entries.count().saturating_sub(1));
    reading.file_descriptors = told(
        "process.fd",
        "the number of the process's file descriptors",
        listed,
    )
    .and_then(|count| u64::try_from(count).ok());
}

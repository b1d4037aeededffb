//! What Windows tells of a process beyond the rest. Its count of transferred bytes includes pipes and the network, so it
//! says nothing about disks.

use crate::process::system::reading::Reading;
use std::time::Duration;
use sysinfo::Process;

pub(super) fn read(process: &Process, reading: &mut Reading) {
    reading.cpu = Some(Duration::from_millis(process.accumulated_cpu_time()));
    reading.handles = process
        .open_files()
        .and_then(|handles| u64::try_from(handles).ok());
}

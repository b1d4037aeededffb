//! One look at the process, and the metrics it makes.

use crate::process::families::{Families, Metric, amount, labelled_by, seconds, unlabelled};
use hyperion_runtime::metrics::snapshot::NumberValue;
use std::time::Duration;

/// The process at one moment. What cannot be read on this system is `None`, and never zero.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::process) struct Reading {
    pub(super) cpu_user: Option<Duration>,
    pub(super) cpu_system: Option<Duration>,
    /// Of all modes, on systems that do not tell them apart.
    pub(super) cpu: Option<Duration>,
    pub(super) memory: Option<u64>,
    pub(super) virtual_memory: Option<u64>,
    pub(super) disk_read: Option<u64>,
    pub(super) disk_written: Option<u64>,
    pub(super) threads: Option<u64>,
    pub(super) file_descriptors: Option<u64>,
    pub(super) handles: Option<u64>,
    pub(super) voluntary_switches: Option<u64>,
    pub(super) involuntary_switches: Option<u64>,
    pub(super) minor_faults: Option<u64>,
    pub(super) major_faults: Option<u64>,
    pub(in crate::process) uptime: Option<Duration>,
}

impl Reading {
    /// Names, instruments and units are those of the semantic conventions for processes.
    pub(in crate::process) fn describe(&self, families: &mut Families) {
        let modes = [
            ("system", self.cpu_system.map(seconds)),
            ("user", self.cpu_user.map(seconds)),
        ];
        families.counter(
            CPU_TIME,
            labelled_by("cpu.mode", modes).chain(unlabelled(self.cpu.map(seconds))),
        );
        families.up_down_counter(MEMORY_USAGE, unlabelled(self.memory.map(amount)));
        families.up_down_counter(MEMORY_VIRTUAL, unlabelled(self.virtual_memory.map(amount)));
        let directions = [
            ("read", self.disk_read.map(NumberValue::U64)),
            ("write", self.disk_written.map(NumberValue::U64)),
        ];
        families.counter(DISK_IO, labelled_by("disk.io.direction", directions));
        families.up_down_counter(THREADS, unlabelled(self.threads.map(amount)));
        families.up_down_counter(
            FILE_DESCRIPTORS,
            unlabelled(self.file_descriptors.map(amount)),
        );
        families.up_down_counter(HANDLES, unlabelled(self.handles.map(amount)));
        let switches = [
            (
                "involuntary",
                self.involuntary_switches.map(NumberValue::U64),
            ),
            ("voluntary", self.voluntary_switches.map(NumberValue::U64)),
        ];
        families.counter(
            CONTEXT_SWITCHES,
            labelled_by("process.context_switch.type", switches),
        );
        let faults = [
            ("major", self.major_faults.map(NumberValue::U64)),
            ("minor", self.minor_faults.map(NumberValue::U64)),
        ];
        families.counter(
            PAGING_FAULTS,
            labelled_by("system.paging.fault.type", faults),
        );
        families.gauge(UPTIME, unlabelled(self.uptime.map(seconds)));
    }
}

const CPU_TIME: Metric = Metric(
    "process.cpu.time",
    "s",
    "Processor time that the process has used.",
);
const MEMORY_USAGE: Metric = Metric(
    "process.memory.usage",
    "By",
    "Physical memory that the process occupies.",
);
const MEMORY_VIRTUAL: Metric = Metric(
    "process.memory.virtual",
    "By",
    "Virtual memory that the process has claimed.",
);
const DISK_IO: Metric = Metric(
    "process.disk.io",
    "By",
    "Bytes that the process had read from disks and written to them.",
);
const THREADS: Metric = Metric(
    "process.thread.count",
    "{thread}",
    "Threads of the process.",
);
const FILE_DESCRIPTORS: Metric = Metric(
    "process.unix.file_descriptor.count",
    "{file_descriptor}",
    "File descriptors that the process has open.",
);
const HANDLES: Metric = Metric(
    "process.windows.handle.count",
    "{handle}",
    "Handles that the process has open.",
);
const CONTEXT_SWITCHES: Metric = Metric(
    "process.context_switches",
    "{context_switch}",
    "How often a thread of the process gave up a processor, or lost it.",
);
const PAGING_FAULTS: Metric = Metric(
    "process.paging.faults",
    "{fault}",
    "Page faults of the process; major ones had to wait for a disk.",
);
const UPTIME: Metric = Metric(
    "process.uptime",
    "s",
    "How long the process has been running.",
);

#[cfg(test)]
impl Reading {
    /// Everything, each with a number of its own.
    pub(in crate::process) fn full() -> Self {
        Self {
            cpu_user: Some(Duration::from_millis(2250)),
            cpu_system: Some(Duration::from_millis(1500)),
            cpu: None,
            memory: Some(3),
            virtual_memory: Some(4),
            disk_read: Some(5),
            disk_written: Some(6),
            threads: Some(7),
            file_descriptors: Some(8),
            handles: Some(9),
            voluntary_switches: Some(10),
            involuntary_switches: Some(11),
            minor_faults: Some(12),
            major_faults: Some(13),
            uptime: Some(Duration::from_millis(500)),
        }
    }

    /// Only what a system tells that knows no modes.
    pub(in crate::process) fn of_cpu(cpu: Duration) -> Self {
        Self {
            cpu: Some(cpu),
            ..Self::default()
        }
    }
}

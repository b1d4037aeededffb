//! The reports of a server to the process that started it.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// The path that answers with the [`Usage`].
pub const USAGE: &str = "/usage";

/// A line on standard error; others are for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// Requests are taken here.
    Listening(SocketAddr),
    /// Everything is delivered; so many spans were lost, if the library counts them.
    Ended {
        /// The number of spans.
        lost: Option<u64>,
    },
}

/// The processor time and memory that a process has taken so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time of all threads, of the program and of the kernel for it.
    pub cpu: Duration,
    /// The most memory that was resident, in bytes.
    pub peak_memory: u64,
}

impl Usage {
    /// Reads the usage of this process.
    ///
    /// # Errors
    ///
    /// On every system but Linux, which alone has `/proc/self/status`.
    pub fn read() -> Result<Self> {
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        let status = fs::read_to_string("/proc/self/status")
            .context("memory is read from /proc/self/status, which only Linux has")?;
        Ok(Self {
            cpu: Duration::try_from(cpu).context("a negative processor time")?,
            peak_memory: peak(&status).context("/proc/self/status has no line `VmHWM`")?,
        })
    }
}

fn peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_in_bytes() {
        assert_eq!(
            peak("Name:\tx\nVmHWM:\t    7004 kB\nVmRSS:\t 1 kB\n"),
            Some(7004 * 1024)
        );
        assert_eq!(peak("VmRSS:\t 1 kB\n"), None);
    }

    #[test]
    fn this_process_has_used_something() {
        let before = Usage::read().expect("Linux");
        let sum: u64 = (0..5_000_000).map(std::hint::black_box).sum();
        let after = Usage::read().expect("Linux");
        assert!(after.cpu > before.cpu, "{sum}");
        assert!(after.peak_memory > 100_000, "{after:?}");
    }

    #[test]
    fn a_report_is_one_line() {
        let report = Report::Ended { lost: None };
        let line = serde_json::to_string(&report).expect("JSON");
        assert_eq!(line, r#"{"ended":{"lost":null}}"#);
        assert_eq!(serde_json::from_str::<Report>(&line).expect("JSON"), report);
    }
}

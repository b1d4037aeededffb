//! What the operating system tells of this process, and Tokio of its runtimes.
//!
//! Both are read when metrics are collected, on the thread that collects them, and nothing is kept in between.
//!
#![doc = include_str!("metrics.md")]

mod families;
#[cfg_attr(not(feature = "tokio"), path = "runtimes_missing.rs")]
mod runtimes;
mod system;
#[cfg(test)]
mod tests;

use families::Families;
use hyperion_runtime::metrics::snapshot::Family;
use std::time::{Duration, SystemTime};

pub(crate) use runtimes::Runtimes;

/// Reads the process and its runtimes.
#[derive(Debug)]
pub(crate) struct Source {
    /// When the process was started. Worked out once, so that all points of a sum begin at the same moment.
    start: Option<SystemTime>,
    runtimes: Runtimes,
}

impl Source {
    pub(crate) fn new(runtimes: Runtimes) -> Self {
        let start = |uptime: Duration| SystemTime::now().checked_sub(uptime);
        Self {
            start: system::read().uptime.and_then(start),
            runtimes,
        }
    }

    /// What there is to tell now.
    pub(crate) fn families(&self) -> Vec<Family> {
        let mut families = Families::since(self.start);
        system::read().describe(&mut families);
        self.runtimes.describe(&mut families);
        families.into()
    }
}

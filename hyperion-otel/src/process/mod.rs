//! This process, as the operating system tells of it, and the runtimes of Tokio in it.
//!
//! Both are read when metrics are collected, on the thread that collects them, and nothing is kept in between.
//!
#![doc = include_str!("metrics.md")]

mod families;
#[cfg(feature = "tokio")]
mod runtimes;
mod system;
#[cfg(test)]
mod tests;

use families::Families;
use hyperion_runtime::metrics::snapshot::Family;
use std::time::{Duration, SystemTime};

#[cfg(feature = "tokio")]
pub(crate) use runtimes::Runtimes;

/// Reads the process and its runtimes.
#[derive(Debug)]
pub(crate) struct Source {
    /// The moment when the process was started. Worked out once, so that all points of a sum begin at the same moment.
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

    /// Reads all that there is to tell now.
    pub(crate) fn families(&self) -> Vec<Family> {
        let mut families = Families::since(self.start);
        system::read().describe(&mut families);
        self.runtimes.describe(&mut families);
        families.into()
    }
}

/// No runtime of Tokio: this build lacks the feature.
#[cfg(not(feature = "tokio"))]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Runtimes;

#[cfg(not(feature = "tokio"))]
#[expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the signatures of a build with runtimes"
)]
impl Runtimes {
    pub(crate) fn with_current(self) -> Result<Self, String> {
        Ok(self)
    }

    fn describe(self, _families: &mut Families) {}
}

//! Tokio's runtimes, as Tokio tells of them.
//!
//! `tokio::runtime::RuntimeMetrics` is read as it is: the crate `tokio-metrics` reads the same, and makes differences of it
//! that a cumulative counter would have to add up again.

use super::families::{Families, LabelledNumber, Metric, amount};
use hyperion_runtime::metrics::snapshot::NumberValue;
use tokio::runtime::{Handle, RuntimeMetrics};
#[cfg(target_has_atomic = "64")]
use {super::families::seconds, std::time::Duration};

/// The label that tells runtimes apart.
const NAME: &str = "tokio.runtime.name";

/// The name of a runtime that nobody named.
const UNNAMED: &str = "default";

/// The runtimes that are read, each by its name.
///
/// A handle does not keep its runtime running; of one that has ended, the last values stay.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runtimes(Vec<(String, Handle)>);

impl Runtimes {
    pub(crate) fn add(&mut self, name: String, handle: Handle) {
        self.0.push((name, handle));
    }

    /// Adds the runtime that this is called in, if there is one and it is not there already.
    ///
    /// # Errors
    ///
    /// A name that is empty, or that two runtimes have.
    pub(crate) fn with_current(mut self) -> Result<Self, String> {
        if let Ok(current) = Handle::try_current()
            && !self.0.iter().any(|(_, known)| known.id() == current.id())
        {
            let name = current.name().unwrap_or(UNNAMED).to_owned();
            self.add(name, current);
        }
        self.0.sort_by(|(one, _), (other, _)| one.cmp(other));
        let twice = self.0.windows(2).find(|pair| pair[0].0 == pair[1].0);
        match (self.0.first(), twice) {
            (Some((name, _)), _) if name.is_empty() => Err(String::new()),
            (_, Some(pair)) => Err(pair[0].0.clone()),
            _ => Ok(self),
        }
    }

    pub(super) fn describe(&self, families: &mut Families) {
        let size = |size: usize| amount(u64::try_from(size).unwrap_or(u64::MAX));
        families.up_down_counter(WORKERS, self.each(|metrics| size(metrics.num_workers())));
        families.up_down_counter(TASKS, self.each(|metrics| size(metrics.num_alive_tasks())));
        families.up_down_counter(
            QUEUE,
            self.each(|metrics| size(metrics.global_queue_depth())),
        );
        self.describe_workers(families);
    }

    /// Sums up over the workers of a runtime: how many there are depends on the machine.
    #[cfg(target_has_atomic = "64")]
    fn describe_workers(&self, families: &mut Families) {
        families.counter(
            BUSY_TIME,
            self.each(|metrics| {
                let workers = 0..metrics.num_workers();
                let busy = workers.map(|worker| metrics.worker_total_busy_duration(worker));
                seconds(busy.fold(Duration::ZERO, Duration::saturating_add))
            }),
        );
        families.counter(
            PARKS,
            self.each(|metrics| {
                let workers = 0..metrics.num_workers();
                let parks = workers.map(|worker| metrics.worker_park_count(worker));
                NumberValue::U64(parks.fold(0, u64::saturating_add))
            }),
        );
    }

    /// Nothing: Tokio counts only where the processor has atomics of 64 bits.
    #[cfg(not(target_has_atomic = "64"))]
    fn describe_workers(&self, _families: &mut Families) {}

    /// One value for each runtime.
    fn each(
        &self,
        value: impl Fn(&RuntimeMetrics) -> NumberValue,
    ) -> impl Iterator<Item = LabelledNumber> {
        self.0.iter().map(move |(name, handle)| {
            let label = (NAME.into(), name.clone().into());
            (vec![label], value(&handle.metrics()))
        })
    }
}

const WORKERS: Metric = Metric(
    "tokio.runtime.worker.count",
    "{worker}",
    "Threads of the runtime that run tasks.",
);
const TASKS: Metric = Metric(
    "tokio.runtime.task.count",
    "{task}",
    "Tasks that were spawned and have not ended.",
);
const QUEUE: Metric = Metric(
    "tokio.runtime.global_queue.length",
    "{task}",
    "Tasks in the queue that all workers share.",
);
#[cfg(target_has_atomic = "64")]
const BUSY_TIME: Metric = Metric(
    "tokio.runtime.worker.busy_time",
    "s",
    "Time that workers were busy, all of them together.",
);
#[cfg(target_has_atomic = "64")]
const PARKS: Metric = Metric(
    "tokio.runtime.worker.parks",
    "{park}",
    "How often a worker went to sleep for want of work.",
);

#[cfg(test)]
mod tests;

//! What Tokio tells of its runtimes.
//!
//! `tokio::runtime::RuntimeMetrics` is read as it is: the crate `tokio-metrics` reads the same, and makes differences of it
//! that a cumulative counter would have to add up again.

#[cfg_attr(not(target_has_atomic = "64"), path = "workers_missing.rs")]
mod workers;

use super::families::{Families, Metric, Value, amount};
use hyperion_runtime::metrics::snapshot::Number;
use tokio::runtime::{Handle, RuntimeMetrics};

/// The label that tells runtimes apart.
const NAME: &str = "tokio.runtime.name";

/// What a runtime is called that nobody named.
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
        workers::describe(self, families);
    }

    /// One value for each runtime.
    fn each(&self, value: impl Fn(&RuntimeMetrics) -> Number) -> impl Iterator<Item = Value> {
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

#[cfg(test)]
mod tests;

//! What Tokio tells of the workers of a runtime, summed over them: how many there are depends on the machine.

use super::Runtimes;
use crate::process::families::{Families, Metric, seconds};
use hyperion_runtime::metrics::snapshot::Number;
use std::time::Duration;

pub(super) fn describe(runtimes: &Runtimes, families: &mut Families) {
    families.counter(
        BUSY_TIME,
        runtimes.each(|metrics| {
            let workers = 0..metrics.num_workers();
            let busy = workers.map(|worker| metrics.worker_total_busy_duration(worker));
            seconds(busy.fold(Duration::ZERO, Duration::saturating_add))
        }),
    );
    families.counter(
        PARKS,
        runtimes.each(|metrics| {
            let workers = 0..metrics.num_workers();
            let parks = workers.map(|worker| metrics.worker_park_count(worker));
            Number::U64(parks.fold(0, u64::saturating_add))
        }),
    );
}

const BUSY_TIME: Metric = Metric(
    "tokio.runtime.worker.busy_time",
    "s",
    "Time that workers were busy, all of them together.",
);
const PARKS: Metric = Metric(
    "tokio.runtime.worker.parks",
    "{park}",
    "How often a worker went to sleep for want of work.",
);

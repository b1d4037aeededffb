//! The moments at which counting began anew.
//!
//! Cells belong to their threads and cannot be set to zero by anybody else, so what was in them is taken off instead.

use super::totals::{Totals, difference};
use crate::lock::lock;
use crate::metrics::store::SeriesStore;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::SystemTime;

/// The totals of a metric's series at one moment.
struct Baseline {
    time: SystemTime,
    totals: BTreeMap<usize, Totals>,
}

/// By the place of the metric in memory.
static BASELINES: Mutex<BTreeMap<usize, Baseline>> = Mutex::new(BTreeMap::new());

/// Takes what a metric has counted until now for nothing.
pub(super) fn set(metric: &'static SeriesStore, totals: BTreeMap<usize, Totals>) {
    let time = SystemTime::now();
    lock(&BASELINES).insert(address(metric), Baseline { time, totals });
}

/// Returns the time when counting of a metric began.
pub(super) fn start(metric: &'static SeriesStore) -> SystemTime {
    let baselines = lock(&BASELINES);
    let baseline = baselines.get(&address(metric));
    baseline.map_or(metric.start, |baseline| baseline.time)
}

/// Takes off what was counted before, and with it the series that have counted nothing since.
pub(super) fn subtract(metric: &'static SeriesStore, totals: &mut BTreeMap<usize, Totals>) {
    let baselines = lock(&BASELINES);
    let Some(baseline) = baselines.get(&address(metric)) else {
        return;
    };
    let kind = metric.definition.kind;
    for (index, before) in &baseline.totals {
        let Some(now) = totals.get_mut(index) else {
            continue;
        };
        let last = now.len().saturating_sub(1);
        for (place, (now, before)) in now.iter_mut().zip(before).enumerate() {
            *now = difference(kind, last - place, *now, *before);
        }
        if now.iter().all(|bits| *bits == 0) && !metric.is_shown(*index) {
            totals.remove(index);
        }
    }
}

fn address(metric: &'static SeriesStore) -> usize {
    std::ptr::from_ref(metric).addr()
}

//! Where counting began anew.
//!
//! Cells belong to their threads and cannot be set to zero by anybody else, so what was in them is taken off instead.

use super::totals::{Totals, difference};
use crate::lock::lock;
use crate::metrics::store::SeriesStore;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::SystemTime;

/// What every series had counted at one moment.
struct Baseline {
    time: SystemTime,
    /// By the place of the metric in memory.
    totals: HashMap<usize, BTreeMap<usize, Totals>>,
}

static BASELINE: Mutex<Option<Baseline>> = Mutex::new(None);

/// Takes what every metric has counted until now for nothing.
pub(super) fn set(totals: Vec<(&'static SeriesStore, BTreeMap<usize, Totals>)>) {
    let totals = totals
        .into_iter()
        .map(|(metric, totals)| (address(metric), totals));
    let baseline = Baseline {
        totals: totals.collect(),
        time: SystemTime::now(),
    };
    *lock(&BASELINE) = Some(baseline);
}

/// When counting of a metric began.
pub(super) fn start(metric: &'static SeriesStore) -> SystemTime {
    let reset = lock(&BASELINE).as_ref().map(|baseline| baseline.time);
    reset.map_or(metric.start, |reset| reset.max(metric.start))
}

/// Takes off what was counted before, and with it the series that have counted nothing since.
pub(super) fn subtract(metric: &'static SeriesStore, totals: &mut BTreeMap<usize, Totals>) {
    let baseline = lock(&BASELINE);
    let Some(before) = baseline
        .as_ref()
        .and_then(|baseline| baseline.totals.get(&address(metric)))
    else {
        return;
    };
    let kind = metric.definition.kind;
    for (index, before) in before {
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

//! The least that counting can cost on a machine: each thread is the only writer of its own cells, and has some for each
//! series.

use super::labels::{Lookup, labels};
use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use fastant::Instant;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

/// The buckets, and the sum.
const CELLS: usize = BOUNDS.len() + 2;

thread_local! {
    static COUNTS: [AtomicU64; Lookup::CARDINALITY] = const { [const { AtomicU64::new(0) }; Lookup::CARDINALITY] };
    static HISTOGRAMS: [[AtomicU64; CELLS]; Lookup::CARDINALITY] =
        const { [const { [const { AtomicU64::new(0) }; CELLS] }; Lookup::CARDINALITY] };
}

/// A snapshot by another thread could read the cell, so it is atomic; a single writer needs no more than that.
#[inline]
fn change(cell: &AtomicU64, change: impl FnOnce(u64) -> u64) {
    cell.store(change(cell.load(Ordering::Relaxed)), Ordering::Relaxed);
}

/// Records into the histogram of a call, which has no labels.
#[inline]
pub(crate) fn record(seconds: f64) {
    record_in(0, seconds);
}

#[inline]
fn record_in(series: usize, seconds: f64) {
    HISTOGRAMS.with(|histograms| {
        let cells = &histograms[series];
        let bucket = BOUNDS.partition_point(|bound| *bound < seconds);
        change(&cells[bucket], |count| count + 1);
        change(&cells[CELLS - 1], |sum| {
            (f64::from_bits(sum) + seconds).to_bits()
        });
    });
}

pub(crate) struct Counter;

impl Instrument for Counter {
    const NAME: &'static str = "floor";

    fn install() -> Self {
        Self
    }

    fn write(&self, _index: u64) {
        COUNTS.with(|counts| change(&counts[labels().index()], |count| count + black_box(1)));
    }
}

pub(crate) struct Histogram;

impl Instrument for Histogram {
    const NAME: &'static str = "floor";

    fn install() -> Self {
        Self
    }

    fn write(&self, index: u64) {
        record_in(labels().index(), seconds(index));
    }
}

pub(crate) struct TimedCall;

impl Instrument for TimedCall {
    const NAME: &'static str = "floor";

    fn install() -> Self {
        Self
    }

    fn write(&self, index: u64) {
        black_box(call(TIER, index));
    }
}

#[inline(never)]
fn call(tier: &'static str, id: u64) -> u64 {
    let start = Instant::now();
    let output = look_up(tier, id);
    record(start.elapsed().as_secs_f64());
    output
}

//! The least that counting can cost on a machine: each thread is the only writer of its own cells.

use super::{Instrument, seconds};
use crate::work::{BOUNDS, TIER, look_up};
use fastant::Instant;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static COUNT: AtomicU64 = const { AtomicU64::new(0) };
    static CELLS: [AtomicU64; BOUNDS.len() + 2] = const { [const { AtomicU64::new(0) }; BOUNDS.len() + 2] };
}

/// A snapshot by another thread could read the cell, so it is atomic; a single writer needs no more than that.
#[inline]
fn change(cell: &AtomicU64, change: impl FnOnce(u64) -> u64) {
    cell.store(change(cell.load(Ordering::Relaxed)), Ordering::Relaxed);
}

#[inline]
fn record(seconds: f64) {
    CELLS.with(|cells| {
        let bucket = BOUNDS.partition_point(|bound| *bound < seconds);
        change(&cells[bucket], |count| count + 1);
        change(&cells[BOUNDS.len() + 1], |sum| {
            (f64::from_bits(sum) + seconds).to_bits()
        });
    });
}

pub(super) struct Counter;

impl Instrument for Counter {
    const NAME: &'static str = "floor";

    fn write(&self, _index: u64) {
        COUNT.with(|count| change(count, |count| count + black_box(1)));
    }
}

pub(super) struct Histogram;

impl Instrument for Histogram {
    const NAME: &'static str = "floor";

    fn write(&self, index: u64) {
        record(seconds(index));
    }
}

pub(super) struct TimedCall;

impl Instrument for TimedCall {
    const NAME: &'static str = "floor";

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

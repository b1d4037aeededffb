//! The word that says what the program records.
//!
//! Instruments and OpenTelemetry's API read it. An observed call reads a word of its call site's own, which follows from
//! this one.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Spans are recorded.
pub const SPANS: u8 = 1;
/// Metrics are recorded.
pub const METRICS: u8 = 1 << 1;
/// Lines that tell of the start and the end of calls are written.
pub const LINES: u8 = 1 << 2;
/// Interceptors of the program run.
pub const INTERCEPTORS: u8 = 1 << 3;

/// Measurements that are made in a sampled span become exemplars.
pub const EXEMPLARS: u8 = 1 << 4;
/// All measurements become exemplars.
pub const ALL_EXEMPLARS: u8 = 1 << 5;

static STATE: AtomicU8 = AtomicU8::new(0);

/// What [`only_counts`] answers.
static ONLY_COUNTS: AtomicBool = AtomicBool::new(false);

/// The kinds of telemetry that are recorded now; zero is the `NoOp`.
#[inline(always)]
pub(crate) fn load() -> u8 {
    STATE.load(Ordering::Relaxed)
}

/// Returns true if metrics are recorded and no measurement becomes an exemplar, so that there is nothing to do but to count.
#[inline(always)]
pub(crate) fn only_counts() -> bool {
    ONLY_COUNTS.load(Ordering::Relaxed)
}

/// Switches recording, under the lock of whoever does. What a call finds at its start holds until its end.
pub(crate) fn store(bits: u8) {
    STATE.store(bits, Ordering::SeqCst);
    let counting = bits & (METRICS | EXEMPLARS | ALL_EXEMPLARS);
    ONLY_COUNTS.store(counting == METRICS, Ordering::SeqCst);
}

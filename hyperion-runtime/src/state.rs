//! The word that says what the program records.
//!
//! Instruments and OpenTelemetry's API read it. An observed call reads a word of its call site's own, which follows from
//! this one.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

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

/// What [`gate`] answers.
static GATE: AtomicUsize = AtomicUsize::new(CLOSED);

/// The gate while it is closed: it makes any number that it is joined with one that is large.
pub(crate) const CLOSED: usize = 1 << (usize::BITS - 2);

/// The kinds of telemetry that are recorded now; zero is the `NoOp`.
#[inline(always)]
pub(crate) fn load() -> u8 {
    STATE.load(Ordering::Relaxed)
}

/// The gate of a shortcut for measurements: zero while metrics are recorded and none becomes an exemplar, so that there is
/// nothing to do but to count, and [`CLOSED`] at other times.
#[inline(always)]
pub(crate) fn gate() -> usize {
    GATE.load(Ordering::Relaxed)
}

/// Switches recording, under the lock of whoever does. What a call finds at its start holds until its end.
pub(crate) fn store(bits: u8) {
    STATE.store(bits, Ordering::SeqCst);
    let counting = bits & (METRICS | EXEMPLARS | ALL_EXEMPLARS);
    let gate = if counting == METRICS { 0 } else { CLOSED };
    GATE.store(gate, Ordering::SeqCst);
}

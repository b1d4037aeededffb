//! The word that says what the program records.
//!
//! Instruments and OpenTelemetry's API read it. An observed call reads a word of its call site's own, which follows from
//! this one.

use std::sync::atomic::{AtomicU8, Ordering};

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

/// The kinds of telemetry that are recorded now; zero is the `NoOp`.
#[inline(always)]
pub(crate) fn load() -> u8 {
    STATE.load(Ordering::Relaxed)
}

/// Switches recording. What a call finds at its start holds until its end.
pub(crate) fn store(bits: u8) {
    STATE.store(bits, Ordering::SeqCst);
}

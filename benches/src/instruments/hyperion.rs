//! hyperion's instruments, and an observed call with spans off.

use super::{Instrument, seconds};
use crate::peers::{Hyperion, Peer, install_hyperion};
use crate::work::{BOUNDS, TIER};
use hyperion::Telemetry;
use std::hint::black_box;

static COUNTER: hyperion::Counter =
    hyperion::Counter::new("bench.lookups", "{user}", "Users looked up.");
static HISTOGRAM: hyperion::Histogram =
    hyperion::Histogram::new("bench.lookup.duration", "s", "Time a lookup took.", &BOUNDS);

pub(super) struct Counter(
    #[expect(dead_code, reason = "telemetry runs while this lives")] Telemetry,
);

impl Counter {
    pub(super) fn install() -> Self {
        Self(install_hyperion(false, true))
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "hyperion";

    fn write(&self, _index: u64) {
        COUNTER.add(black_box(1));
    }
}

pub(super) struct Histogram(
    #[expect(dead_code, reason = "telemetry runs while this lives")] Telemetry,
);

impl Histogram {
    pub(super) fn install() -> Self {
        Self(install_hyperion(false, true))
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "hyperion";

    fn write(&self, index: u64) {
        HISTOGRAM.record(seconds(index));
    }
}

pub(super) struct TimedCall(
    #[expect(dead_code, reason = "telemetry runs while this lives")] Telemetry,
);

impl TimedCall {
    pub(super) fn install() -> Self {
        Self(install_hyperion(false, true))
    }
}

impl Instrument for TimedCall {
    const NAME: &'static str = "hyperion";

    fn write(&self, index: u64) {
        black_box(Hyperion::call(TIER, index));
    }
}

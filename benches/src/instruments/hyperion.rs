//! hyperion's instruments, and an observed call with spans off.

use super::{Instrument, seconds};
use crate::peers::{Hyperion, Peer, install_hyperion};
use crate::work::TIER;
use hyperion::{LabelSet, Metrics, Telemetry};
use std::hint::black_box;

#[derive(Clone, Copy, hyperion::Label)]
enum Method {
    Get,
    List,
    Create,
    Delete,
}

#[derive(Clone, Copy, hyperion::Label)]
enum Outcome {
    Ok,
    Error,
}

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    method: Method,
    outcome: Outcome,
}

/// Every call that the labels can tell apart.
const CALLS: [Lookup; 8] = {
    use Method::{Create, Delete, Get, List};
    use Outcome::{Error, Ok};
    const fn of(method: Method, outcome: Outcome) -> Lookup {
        Lookup { method, outcome }
    }
    [
        of(Get, Ok),
        of(Get, Error),
        of(List, Ok),
        of(List, Error),
        of(Create, Ok),
        of(Create, Error),
        of(Delete, Ok),
        of(Delete, Error),
    ]
};

#[derive(Metrics)]
#[metrics(prefix = "bench")]
struct BenchMetrics {
    /// Users looked up.
    #[counter(unit = "{user}")]
    lookups: hyperion::Counter<Lookup>,
    /// Time a lookup took.
    #[histogram(unit = "s")]
    duration: hyperion::Histogram<Lookup>,
}

static METRICS: BenchMetrics = BenchMetrics::new();

/// The labels, of which the compiler knows no more than in a program.
#[inline]
fn labels() -> Lookup {
    CALLS[black_box(0)]
}

pub(super) struct Counter(
    #[expect(dead_code, reason = "telemetry runs while this lives")] Telemetry,
);

impl Counter {
    pub(super) fn install() -> Self {
        Self(install_hyperion(false, true))
    }
}

impl Counter {
    /// The same, where what is added in a sampled span becomes an exemplar.
    pub(super) fn install_with_spans() -> Self {
        Self(install_hyperion(true, true))
    }
}

impl Instrument for Counter {
    const NAME: &'static str = "hyperion";

    fn write(&self, _index: u64) {
        METRICS.lookups.add(black_box(1), labels());
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

impl Histogram {
    /// The same, where what is recorded in a sampled span becomes an exemplar.
    pub(super) fn install_with_spans() -> Self {
        Self(install_hyperion(true, true))
    }
}

impl Instrument for Histogram {
    const NAME: &'static str = "hyperion";

    fn write(&self, index: u64) {
        METRICS.duration.record(seconds(index), labels());
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

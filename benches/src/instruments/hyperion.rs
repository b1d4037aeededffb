//! hyperion's instruments, and an observed call with spans off.

use super::labels::{Lookup, labels};
use super::{InSpan, Instrument, seconds};
use crate::peers::{Hyperion, Peer, install_hyperion};
use crate::work::TIER;
use hyperion::{Metrics, Telemetry};
use std::hint::black_box;

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

/// An instrument; telemetry runs while it lives.
macro_rules! instrument {
    ($(#[$meta:meta])* $name:ident, $spans:literal, |$index:ident| $write:expr) => {
        $(#[$meta])*
        pub(crate) struct $name {
            _telemetry: Telemetry,
        }

        impl Instrument for $name {
            const NAME: &'static str = "hyperion";

            fn install() -> Self {
                Self {
                    _telemetry: install_hyperion($spans, true),
                }
            }

            fn write(&self, $index: u64) {
                $write;
            }
        }
    };
}

instrument!(Counter, false, |_index| METRICS
    .lookups
    .add(black_box(1), labels()));
instrument!(Histogram, false, |index| METRICS
    .duration
    .record(seconds(index), labels()));
instrument!(TimedCall, false, |index| black_box(Hyperion::call(
    TIER, index
)));
instrument!(
    /// The same as [`Counter`], where what is added in a sampled span becomes an exemplar.
    CounterWithSpans, true, |_index| METRICS.lookups.add(black_box(1), labels())
);
instrument!(
    /// The same as [`Histogram`], where what is recorded in a sampled span becomes an exemplar.
    HistogramWithSpans, true, |index| METRICS.duration.record(seconds(index), labels())
);

impl InSpan for CounterWithSpans {
    type Spans = Hyperion;
}

impl InSpan for HistogramWithSpans {
    type Spans = Hyperion;
}

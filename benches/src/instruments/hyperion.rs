//! hyperion's instruments, and an observed call with spans off.

use super::labels::{Lookup, labels};
use super::{Instrument, seconds};
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
    ($name:ident, |$index:ident| $write:expr) => {
        pub(crate) struct $name {
            _telemetry: Telemetry,
        }

        impl $name {
            /// The same, where what is written in a sampled span becomes an exemplar.
            pub(crate) fn install_with_spans() -> Self {
                Self {
                    _telemetry: install_hyperion(true, true),
                }
            }
        }

        impl Instrument for $name {
            const NAME: &'static str = "hyperion";

            fn install() -> Self {
                Self {
                    _telemetry: install_hyperion(false, true),
                }
            }

            fn write(&self, $index: u64) {
                $write;
            }
        }
    };
}

instrument!(Counter, |_index| METRICS
    .lookups
    .add(black_box(1), labels()));
instrument!(Histogram, |index| METRICS
    .duration
    .record(seconds(index), labels()));

/// A call that is measured and makes no span.
pub(crate) struct TimedCall {
    _telemetry: Telemetry,
}

impl Instrument for TimedCall {
    const NAME: &'static str = "hyperion";

    fn install() -> Self {
        Self {
            _telemetry: install_hyperion(false, true),
        }
    }

    fn write(&self, index: u64) {
        black_box(Hyperion::call(TIER, index));
    }
}

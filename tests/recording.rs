//! A measurement allocates nothing, once its series and its exemplar are there.

#[path = "support/allocations.rs"]
mod allocations;
mod support;

use allocations::allocations;
use hyperion::{
    Bounded, Counter, Gauge, Histogram, Label, LabelSet, Metrics, UpDownCounter, observe,
};
use support::{kept, spans_in};

#[derive(Clone, Copy, Label)]
enum Tier {
    Memory,
    Database,
}

#[derive(Clone, Copy, Label)]
struct Tenant(Bounded<10>);

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    tier: Tier,
    tenant: Tenant,
}

#[derive(Metrics)]
#[metrics(prefix = "recording")]
struct RecordingMetrics {
    /// Lookups.
    #[counter]
    lookups: Counter<Lookup>,
    /// Processor time.
    #[counter(unit = "s")]
    busy: Counter<(), f64>,
    /// Connections.
    #[up_down_counter(unit = "{connection}")]
    open: UpDownCounter<Lookup>,
    /// Load.
    #[gauge]
    load: Gauge<Lookup>,
    /// Time of lookups.
    #[histogram(unit = "s")]
    time: Histogram<Lookup>,
}

static METRICS: RecordingMetrics = RecordingMetrics::new();

fn record() {
    for tier in [Tier::Memory, Tier::Database] {
        let tenant = Tenant::from("acme");
        let lookup = Lookup { tier, tenant };
        METRICS.lookups.inc(lookup);
        METRICS.lookups.add_batch([(2, lookup), (3, lookup)]);
        METRICS.busy.add(0.5);
        METRICS.open.inc(lookup);
        METRICS.open.dec(lookup);
        METRICS.load.set(0.5, lookup);
        METRICS.time.record(0.3, lookup);
        METRICS.time.time(lookup).stop();
        METRICS.time.record(f64::NAN, lookup);
    }
}

#[observe(component = "Recording", exclude(trace))]
fn observed() {}

#[test]
fn a_measurement_allocates_nothing() {
    kept();
    for in_span in [false, true] {
        let measure = || {
            // How long a call takes decides its bucket, and each bucket has an exemplar of its own.
            (0..1000).for_each(|_| {
                record();
                observed();
            });
            allocations(|| {
                (0..1000).for_each(|_| {
                    record();
                    observed();
                });
            })
        };
        let count = if in_span {
            spans_in(measure).0
        } else {
            measure()
        };
        assert_eq!(count, 0, "in a span: {in_span}");
    }
    assert_eq!(
        allocations(|| drop(Box::new(1))),
        1,
        "allocations are counted"
    );
}

//! hyperion may be somewhere else, under another name.
#![deny(warnings)]
#![no_implicit_prelude]

mod telemetry {
    pub(crate) use ::hyperion as observability;
}

mod inner {
    use super::telemetry::observability::{Bounded, Counter, Histogram, Label, LabelSet, Metrics};

    #[derive(Label)]
    #[label(crate = super::telemetry::observability)]
    pub(crate) struct Tenant(Bounded<10>);

    #[derive(LabelSet)]
    #[label(crate = crate::telemetry::observability)]
    pub(crate) struct Lookup {
        pub(crate) tenant: Tenant,
    }

    #[derive(Metrics)]
    #[metrics(crate = super::telemetry::observability, max_series = 20)]
    pub(crate) struct UserMetrics {
        #[counter]
        pub(crate) lookups: Counter<Lookup>,
        #[histogram(buckets = [1, 2])]
        pub(crate) size: Histogram,
    }
}

static METRICS: inner::UserMetrics = inner::UserMetrics::new();

fn main() {
    use ::std::convert::From;
    let tenant = inner::Tenant::from("acme");
    METRICS.lookups.inc(inner::Lookup { tenant });
    METRICS.size.record(1.5);
}

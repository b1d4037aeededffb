//! Counters, histograms and timed calls, on one thread and on two that write to the same series.

use super::{Entry, Operation, Row, row};
use crate::instruments::{
    Instrument, autometrics, floor, hyperion, measured, metrics, opentelemetry, oxtel, plain,
    prometheus, prometheus_client,
};
use crate::peers::{Hyperion, Oxtel, Parent, Peer};
use crate::timing::{Cost, cost_of, plainly_on_two_threads};

/// A row of all counters, or of all histograms.
macro_rules! instruments {
    ($name:literal: $operation:ident of counters) => {
        row!($name: $operation of
            plain::Labels, floor::Counter, hyperion::Counter,
            prometheus::Counter, prometheus_client::Counter, opentelemetry::BoundCounter, measured::Counter,
            metrics::Counter, oxtel::Counter,
            prometheus::LabelledCounter, prometheus_client::LabelledCounter, opentelemetry::Counter,
            measured::LabelledCounter, metrics::LabelledCounter, oxtel::LabelledCounter)
    };
    ($name:literal: $operation:ident of histograms) => {
        row!($name: $operation of
            plain::LabelsAndValue, floor::Histogram, hyperion::Histogram,
            prometheus::Histogram, prometheus_client::Histogram, opentelemetry::BoundHistogram, measured::Histogram,
            oxtel::Histogram,
            prometheus::LabelledHistogram, prometheus_client::LabelledHistogram, opentelemetry::Histogram,
            measured::LabelledHistogram)
    };
}

pub(super) const ROWS: &[Row] = &[
    instruments!("counter": one_thread of counters),
    instruments!("counter 2 threads": two_threads of counters),
    instruments!("histogram": one_thread of histograms),
    instruments!("histogram 2 threads": two_threads of histograms),
    row!("timed call": one_thread of
        plain::Call, floor::TimedCall, hyperion::TimedCall, prometheus::TimedCall, prometheus_client::TimedCall,
        opentelemetry::TimedCall, measured::TimedCall, oxtel::TimedCall, autometrics::TimedCall),
    row!("counter in span":
        "hyperion" = || in_span::<Hyperion, _>(hyperion::Counter::install_with_spans);
        "oxtel" = || in_span::<Oxtel, _>(oxtel::Counter::install);
        "hyperion, outside" = || outside(hyperion::Counter::install_with_spans)),
    row!("histogram in span":
        "hyperion" = || in_span::<Hyperion, _>(hyperion::Histogram::install_with_spans);
        "oxtel" = || in_span::<Oxtel, _>(oxtel::Histogram::install);
        "hyperion, outside" = || outside(hyperion::Histogram::install_with_spans)),
];

fn one_thread<I: Instrument>() -> Operation {
    outside(I::install)
}

fn outside<I: Instrument>(install: fn() -> I) -> Operation {
    let instrument = install();
    Operation::new(false, move |operations| {
        cost_of(|| (0..operations).for_each(|index| instrument.write(index)))
    })
}

fn two_threads<I: Instrument>() -> Operation {
    let instrument = I::install();
    Operation::new(false, move |operations| {
        plainly_on_two_threads(operations, |index| instrument.write(index))
    })
}

/// The instrument is written to in a sampled span, and its series have their exemplars soon.
fn in_span<P: Peer, I: Instrument>(install: fn() -> I) -> Operation {
    let instrument = install();
    Operation::new(false, move |operations| {
        let mut cost = Cost::default();
        P::in_parent(Parent::Sampled, || {
            cost = cost_of(|| (0..operations).for_each(|index| instrument.write(index)));
        });
        cost
    })
}

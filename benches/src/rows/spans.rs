//! Observed calls.

use super::{Entry, Operation, Row, row};
use crate::peers::{
    Autometrics, Fastrace, Floor, FloorWithMetrics, Hyperion, HyperionOwn, HyperionWithMetrics,
    OpenTelemetry, OpenTelemetryGlobal, OpenTelemetryWithMetrics, Oxtel, OxtelWithMetrics, Parent,
    Peer, Plain, Session, Tracing, WholePeer,
};
use crate::timing::Cost;
use crate::timing::{as_roots, cost_of, on_two_threads, poll_to_end, under_parent};
use crate::work::{CHILDREN, TIER};
use std::hint::black_box;

pub(super) const ROWS: &[Row] = &[
    row!("span disabled": disabled of
        Plain, Floor, Hyperion, Fastrace, OpenTelemetryGlobal, Tracing),
    row!("span unsampled": unsampled of
        Plain, Floor, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span sync": sync of
        Plain, Floor, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span async": ready of
        Plain, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span async 3 yields": yielding of
        Plain, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span error": failing of
        Plain, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span request": request of
        Plain, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel),
    row!("span 2 threads": two_threads of
        Plain, Floor, Hyperion, HyperionOwn, Fastrace, OpenTelemetry, Tracing, Oxtel;
        "hyperion, 1 thread" = sync::<Hyperion>),
    row!("span and histogram": sync of
        Plain, FloorWithMetrics, HyperionWithMetrics, OpenTelemetryWithMetrics, OxtelWithMetrics, Autometrics;
        "hyperion, span alone" = sync::<Hyperion>),
];

/// Nothing is installed.
fn disabled<P: Peer>() -> Operation {
    Operation::new(false, |operations| {
        cost_of(|| {
            for _ in 0..operations {
                black_box(P::call(black_box(TIER), black_box(7)));
            }
        })
    })
}

/// Everything is installed and able to record; that nothing arrives is part of what is measured.
fn unsampled<P: Peer>() -> Operation {
    let session = P::install();
    Operation::new(session.exports(), move |operations| {
        let mut cost = Cost::default();
        P::in_parent(Parent::Unsampled, || {
            cost = cost_of(|| {
                for _ in 0..operations {
                    black_box(P::call(black_box(TIER), black_box(7)));
                }
            });
        });
        session.flush();
        cost
    })
}

fn recorded<P: Peer>(operation: fn(u64)) -> Operation {
    let session = P::install();
    Operation::new(session.exports(), move |operations| {
        under_parent::<P>(&session, operations, operation)
    })
}

fn sync<P: Peer>() -> Operation {
    recorded::<P>(|id| {
        black_box(P::call(black_box(TIER), id));
    })
}

fn ready<P: WholePeer>() -> Operation {
    recorded::<P>(|id| {
        black_box(poll_to_end(P::ready(black_box(TIER), id)));
    })
}

fn yielding<P: WholePeer>() -> Operation {
    recorded::<P>(|id| {
        black_box(poll_to_end(P::yielding(black_box(TIER), id)));
    })
}

fn failing<P: WholePeer>() -> Operation {
    recorded::<P>(|id| {
        let _ = black_box(P::failing(black_box(TIER), id));
    })
}

fn request<P: WholePeer>() -> Operation {
    let session = P::install();
    Operation::new(session.exports(), move |operations| {
        as_roots::<P>(&session, operations, 1 + CHILDREN, |id| {
            black_box(P::request(black_box(TIER), id));
        })
    })
}

fn two_threads<P: Peer>() -> Operation {
    let session = P::install();
    Operation::new(session.exports(), move |operations| {
        on_two_threads::<P>(&session, operations, |id| {
            black_box(P::call(black_box(TIER), id));
        })
    })
}

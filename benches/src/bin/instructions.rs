//! Runs one row, for callgrind to count its instructions: `cargo xtask instructions` does that for every row.
//!
//! ```text
//! cargo run --release -p hyperion-benches --bin instructions -- rows
//! cargo run --release -p hyperion-benches --bin instructions -- 'span sync'
//! ```
//!
//! Everything is called some times before, so that what is made once is made, and then counted in [`counted`] alone.

use hyperion_benches::instruments::{self, Instrument, Visitor};
use hyperion_benches::peers::{
    Fastrace, Hyperion, HyperionOwn, HyperionWithMetrics, Parent, Peer, Plain, Session, WholePeer,
};
use hyperion_benches::timing::poll_to_end;
use hyperion_benches::work::TIER;
use std::hint::black_box;
use std::process::ExitCode;

/// The operations that are counted. Also as requests of eleven spans they are less than a batch, so that the collector sleeps.
const OPERATIONS: u64 = 40;

/// A row, and its run.
type Row = (&'static str, fn());

const ROWS: &[Row] = &[
    ("plain", || calls::<Plain>(Parent::None)),
    ("plain future", || warm(&(), &ready::<Plain>)),
    // Nothing is installed in this process.
    ("span disabled", || warm(&(), &call::<Hyperion>)),
    ("span unsampled", || calls::<Hyperion>(Parent::Unsampled)),
    ("span sync", || calls::<Hyperion>(Parent::Sampled)),
    ("span sync, own", || calls::<HyperionOwn>(Parent::Sampled)),
    ("span async", || spans::<Hyperion>(&ready::<Hyperion>)),
    ("span async 3 yields", || {
        spans::<Hyperion>(&yielding::<Hyperion>);
    }),
    ("span error", || spans::<Hyperion>(&failing::<Hyperion>)),
    ("span request", || spans::<Hyperion>(&request::<Hyperion>)),
    ("span and histogram", || {
        calls::<HyperionWithMetrics>(Parent::Sampled);
    }),
    ("counter", || instruments::counters(&mut OfHyperion)),
    ("histogram", || instruments::histograms(&mut OfHyperion)),
    ("timed call", || instruments::timed_calls(&mut OfHyperion)),
    // To compare with.
    ("fastrace sync", || calls::<Fastrace>(Parent::Sampled)),
];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    if wanted == "rows" {
        for (name, _) in ROWS {
            println!("{name}");
        }
    } else if let Some((_, run)) = ROWS.iter().find(|(name, _)| *name == wanted) {
        run();
    } else {
        eprintln!("expected `rows` or one of them, found `{wanted}`");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The function whose instructions, with all that it calls, are counted: those of [`OPERATIONS`].
#[inline(never)]
fn counted(operation: &dyn Fn(u64)) {
    (0..OPERATIONS).for_each(|index| operation(black_box(index)));
}

/// Counts `operation`, after so many that are not counted, and whose spans `session` has taken away, that all memory is used
/// again.
fn warm(session: &dyn Session, operation: &dyn Fn(u64)) {
    (0..OPERATIONS * 4).for_each(operation);
    session.flush();
    counted(operation);
}

fn call<P: Peer>(id: u64) {
    black_box(P::call(TIER, id));
}

fn ready<P: WholePeer>(id: u64) {
    black_box(poll_to_end(P::ready(TIER, id)));
}

fn yielding<P: WholePeer>(id: u64) {
    black_box(poll_to_end(P::yielding(TIER, id)));
}

fn failing<P: WholePeer>(id: u64) {
    let _ = black_box(P::failing(TIER, id));
}

fn request<P: WholePeer>(id: u64) {
    black_box(P::request(TIER, id));
}

fn calls<P: Peer>(parent: Parent) {
    let session = P::install();
    P::in_parent(parent, || warm(&session, &call::<P>));
}

fn spans<P: WholePeer>(operation: &dyn Fn(u64)) {
    let session = P::install();
    P::in_parent(Parent::Sampled, || warm(&session, operation));
}

/// Counts the instrument of hyperion and no other.
struct OfHyperion;

impl Visitor for OfHyperion {
    fn visit<I: Instrument>(&mut self, instrument: I) {
        if I::NAME == "hyperion" {
            warm(&(), &|index| instrument.write(index));
        }
    }
}

//! Prints how often each library allocates on the thread that is observed, and how many bytes, for one operation.
//!
//! ```text
//! cargo run --release -p hyperion-benches --bin allocations
//! ```
//!
//! Unlike times these figures do not depend on the machine. What a library's own threads allocate is not counted.

use hyperion_benches::allocator::{Counting, during};
use hyperion_benches::instruments::{self, Instrument, Visitor};
use hyperion_benches::peers::{
    Fastrace, Hyperion, HyperionWithMetrics, OpenTelemetry, OpenTelemetryGlobal,
    OpenTelemetryWithMetrics, Parent, Peer, Session, Tracing, WholePeer,
};
use hyperion_benches::timing::poll_to_end;
use hyperion_benches::work::TIER;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Enough to tell a hundredth of an allocation, and less than every queue holds.
const OPERATIONS: u64 = 1000;

fn main() {
    println!("allocations and bytes, for one operation, on the calling thread\n");
    // Nothing is installed yet; of two of the libraries nothing can be uninstalled, so this comes first.
    OpenTelemetryGlobal::install();
    calls::<Hyperion>("span disabled", Parent::None, &());
    calls::<Fastrace>("span disabled", Parent::None, &());
    calls::<OpenTelemetryGlobal>("span disabled", Parent::None, &());
    calls::<Tracing>("span disabled", Parent::None, &());

    println!();
    spans::<Hyperion>();
    spans::<Fastrace>();
    spans::<OpenTelemetry>();
    spans::<Tracing>();

    println!();
    let session = HyperionWithMetrics::install();
    calls::<HyperionWithMetrics>("span and histogram", Parent::Sampled, &session);
    drop(session);
    let session = OpenTelemetryWithMetrics::install();
    calls::<OpenTelemetryWithMetrics>("span and histogram", Parent::Sampled, &session);

    println!();
    instruments::counters(&mut Rows("counter"));
    println!();
    instruments::histograms(&mut Rows("histogram"));
    println!();
    instruments::timed_calls(&mut Rows("timed call"));
}

fn spans<P: WholePeer>() {
    let session = P::install();
    calls::<P>("span unsampled", Parent::Unsampled, &session);
    calls::<P>("span sync", Parent::Sampled, &session);
    observe::<P>("span async", Parent::Sampled, &session, |id| {
        black_box(poll_to_end(P::ready(TIER, id)));
    });
    observe::<P>("span async 3 yields", Parent::Sampled, &session, |id| {
        black_box(poll_to_end(P::yielding(TIER, id)));
    });
    observe::<P>("span error", Parent::Sampled, &session, |id| {
        let _ = black_box(P::failing(TIER, id));
    });
}

fn calls<P: Peer>(row: &str, parent: Parent, session: &dyn Session) {
    observe::<P>(row, parent, session, |id| {
        black_box(P::call(TIER, id));
    });
}

fn observe<P: Peer>(row: &str, parent: Parent, session: &dyn Session, operation: impl Fn(u64)) {
    print_line(row, P::NAME, || {
        P::in_parent(parent, || {
            // The first calls make what is kept.
            (0..OPERATIONS).for_each(&operation);
            session.flush();
            print_figures(&operation);
        });
        session.flush();
    });
}

/// Prints the figures of instruments, of this row.
struct Rows(&'static str);

impl Visitor for Rows {
    fn visit<I: Instrument>(&mut self, instrument: I) {
        print_line(self.0, I::NAME, || {
            (0..OPERATIONS).for_each(|index| instrument.write(index));
            print_figures(|index| instrument.write(index));
        });
    }
}

fn print_line(row: &str, peer: &str, figures: impl FnOnce()) {
    print!("{row:<22}{peer:<28}");
    figures();
    println!();
}

fn print_figures(operation: impl Fn(u64)) {
    let allocations = during(|| (0..OPERATIONS).for_each(operation));
    // Totals of a thousand operations are far below four thousand million.
    let count = |total: u64| f64::from(u32::try_from(total).unwrap_or(u32::MAX));
    let each = |total: u64| count(total) / count(OPERATIONS);
    print!(
        "{:>8.2}{:>10.1}",
        each(allocations.count),
        each(allocations.bytes)
    );
}

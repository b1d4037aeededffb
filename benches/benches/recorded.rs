//! The observed call that is recorded and handed over.
//!
//! hyperion is installed for its own benchmarks and shut down after them. The subscriber of `tracing` and the reporter
//! of fastrace can be set and not taken away, so from their first benchmark on they stay, where they have nothing to do.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use hyperion_benches::peers::{
    Fastrace, Floor, Hyperion, HyperionWithMetrics, OpenTelemetry, OpenTelemetryWithMetrics, Peer,
    Plain, Tracing, WholePeer,
};
use hyperion_benches::rows;
use hyperion_benches::timing::{
    account_for_losses, as_roots, on_two_threads, poll_to_end, settings, under_parent,
};
use hyperion_benches::work::{CHILDREN, TIER};
use std::hint::black_box;
use std::time::Duration;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

fn recorded(criterion: &mut Criterion) {
    macro_rules! compare {
        ($row:ident: $measure:ident of $($peer:ident)*) => {
            let mut group = criterion.benchmark_group(rows::$row.name);
            $($measure::<$peer>(&mut group, &$peer::install());)*
            group.finish();
        };
    }
    compare!(SYNC: sync of Plain Floor Hyperion Fastrace OpenTelemetry Tracing);
    compare!(ASYNC: ready of Plain Hyperion Fastrace OpenTelemetry Tracing);
    compare!(YIELDS: yielding of Plain Hyperion Fastrace OpenTelemetry Tracing);
    compare!(ERROR: failing of Plain Hyperion Fastrace OpenTelemetry Tracing);
    compare!(REQUEST: request of Plain Hyperion Fastrace OpenTelemetry Tracing);
    compare!(TWO_THREADS: two_threads of Plain Floor Hyperion Fastrace OpenTelemetry Tracing);
    compare!(WITH_HISTOGRAM: sync of Plain HyperionWithMetrics OpenTelemetryWithMetrics);
}

fn sync<P: Peer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        under_parent::<P>(session, iterations, |id| {
            black_box(P::call(black_box(TIER), id));
        })
    });
}

fn ready<P: WholePeer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        under_parent::<P>(session, iterations, |id| {
            black_box(poll_to_end(P::ready(black_box(TIER), id)));
        })
    });
}

fn yielding<P: WholePeer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        under_parent::<P>(session, iterations, |id| {
            black_box(poll_to_end(P::yielding(black_box(TIER), id)));
        })
    });
}

fn failing<P: WholePeer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        under_parent::<P>(session, iterations, |id| {
            let _ = black_box(P::failing(black_box(TIER), id));
        })
    });
}

fn request<P: WholePeer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        as_roots::<P>(session, iterations, 1 + CHILDREN, |id| {
            black_box(P::request(black_box(TIER), id));
        })
    });
}

fn two_threads<P: Peer>(group: &mut Group<'_>, session: &P::Session) {
    measure::<P>(group, session, |iterations| {
        on_two_threads::<P>(session, iterations, |id| {
            black_box(P::call(black_box(TIER), id));
        })
    });
}

fn measure<P: Peer>(
    group: &mut Group<'_>,
    session: &P::Session,
    mut time: impl FnMut(u64) -> Duration,
) {
    account_for_losses::<P>(session, || {
        group.bench_function(P::NAME, |bencher| bencher.iter_custom(&mut time));
    });
}

criterion_group! {
    name = benches;
    config = settings();
    targets = recorded
}
criterion_main!(benches);

//! The observed call below the root of a trace that is not recorded.
//!
//! Everything is installed and able to record; that nothing arrives is part of what is measured.

use criterion::{Criterion, criterion_group, criterion_main};
use hyperion_benches::discard;
use hyperion_benches::peers::{
    Fastrace, Floor, Hyperion, OpenTelemetry, Parent, Peer, Plain, Session, Tracing,
};
use hyperion_benches::rows;
use hyperion_benches::timing::settings;
use hyperion_benches::work::TIER;
use std::hint::black_box;

fn unsampled(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(rows::UNSAMPLED.name);
    macro_rules! call {
        ($($peer:ident)*) => {$(
            let session = $peer::install();
            group.bench_function($peer::NAME, |bencher| {
                $peer::in_parent(Parent::Unsampled, || {
                    bencher.iter(|| $peer::call(black_box(TIER), black_box(7)));
                });
            });
            Session::flush(&session);
            assert_eq!(discard::arrived(), 0, "{} exported an unsampled span", $peer::NAME);
        )*};
    }
    call!(Plain Floor Hyperion Fastrace OpenTelemetry Tracing);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = unsampled
}
criterion_main!(benches);

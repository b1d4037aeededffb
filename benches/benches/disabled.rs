//! The observed call where nothing is installed, in a process that never installs anything.

use criterion::{Criterion, criterion_group, criterion_main};
use hyperion_benches::peers::{
    Fastrace, Floor, Hyperion, OpenTelemetryGlobal, Peer, Plain, Tracing,
};
use hyperion_benches::rows;
use hyperion_benches::timing::settings;
use hyperion_benches::work::TIER;
use std::hint::black_box;

fn disabled(criterion: &mut Criterion) {
    // This takes the tracer that does nothing out of the global one.
    OpenTelemetryGlobal::install();
    let mut group = criterion.benchmark_group(rows::DISABLED.name);
    macro_rules! call {
        ($($peer:ident)*) => {$(
            group.bench_function($peer::NAME, |bencher| {
                bencher.iter(|| $peer::call(black_box(TIER), black_box(7)));
            });
        )*};
    }
    call!(Plain Floor Hyperion Fastrace OpenTelemetryGlobal Tracing);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = disabled
}
criterion_main!(benches);

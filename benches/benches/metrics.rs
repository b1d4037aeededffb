//! Counters, histograms and timed calls, on one thread and on two that write to the same series.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use hyperion_benches::instruments::{self, Instrument, Visitor};
use hyperion_benches::peers::{Hyperion, Parent, Peer};
use hyperion_benches::rows;
use hyperion_benches::timing::{plainly_on_two_threads, settings};
use std::time::Instant;

/// Measures each instrument on one thread.
struct OneThread<'a>(BenchmarkGroup<'a, WallTime>);

impl Visitor for OneThread<'_> {
    fn visit<I: Instrument>(&mut self, instrument: I) {
        self.0.bench_function(I::NAME, |bencher| {
            bencher.iter_custom(|iterations| {
                let start = Instant::now();
                (0..iterations).for_each(|index| instrument.write(index));
                start.elapsed()
            });
        });
    }
}

/// Measures each instrument on one thread, which is in a sampled span.
struct InSpan<'a>(OneThread<'a>);

impl Visitor for InSpan<'_> {
    fn visit<I: Instrument>(&mut self, instrument: I) {
        Hyperion::in_parent(Parent::Sampled, || self.0.visit(instrument));
    }
}

/// Measures each instrument on two threads at once.
struct TwoThreads<'a>(BenchmarkGroup<'a, WallTime>);

impl Visitor for TwoThreads<'_> {
    fn visit<I: Instrument>(&mut self, instrument: I) {
        self.0.bench_function(I::NAME, |bencher| {
            bencher.iter_custom(|iterations| {
                plainly_on_two_threads(iterations, |index| instrument.write(index))
            });
        });
    }
}

fn metrics(criterion: &mut Criterion) {
    instruments::counters(&mut OneThread(
        criterion.benchmark_group(rows::COUNTER.name),
    ));
    instruments::counters(&mut TwoThreads(
        criterion.benchmark_group(rows::COUNTER_TWO_THREADS.name),
    ));
    instruments::histograms(&mut OneThread(
        criterion.benchmark_group(rows::HISTOGRAM.name),
    ));
    instruments::histograms(&mut TwoThreads(
        criterion.benchmark_group(rows::HISTOGRAM_TWO_THREADS.name),
    ));
    instruments::counter_in_span(&mut InSpan(OneThread(
        criterion.benchmark_group(rows::COUNTER_IN_SPAN.name),
    )));
    instruments::histogram_in_span(&mut InSpan(OneThread(
        criterion.benchmark_group(rows::HISTOGRAM_IN_SPAN.name),
    )));
    instruments::timed_calls(&mut OneThread(criterion.benchmark_group(rows::TIMED.name)));
}

criterion_group! {
    name = benches;
    config = settings();
    targets = metrics
}
criterion_main!(benches);

//! The measurements that are kept whole.

use super::*;
use crate::metrics::snapshot::collect::collect;
use crate::metrics::snapshot::{Exemplar, SpanIds};
use crate::metrics::{Histogram, UpDownCounter};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, ContextGuard};
use std::time::SystemTime;

declare! {
    LOOKUPS: Counter<Lookup> = "exemplars.lookups";
    SECONDS: Counter<(), f64> = "exemplars.seconds";
    OPEN: UpDownCounter = "exemplars.open";
    SIZES: Histogram = "exemplars.sizes";
    OUTSIDE: Counter = "exemplars.outside";
    EVERY: Counter = "exemplars.every";
    NONE: Counter = "exemplars.none";
    FIRST: Counter = "exemplars.first";
    FIRST_SIZES: Histogram = "exemplars.first_sizes";
    RACED: Counter = "exemplars.raced";
}

const HIT: Lookup = Lookup { tier: 1, hit: true };

/// Brings the thread into a span.
fn enter(id: u64, flags: TraceFlags) -> ContextGuard {
    let span = SpanContext::new(
        TraceId::from(u128::from(id) << 64 | 1),
        SpanId::from(id),
        flags,
        false,
        TraceState::NONE,
    );
    Context::new().with_remote_span_context(span).attach()
}

fn sampled(id: u64) -> ContextGuard {
    enter(id, TraceFlags::SAMPLED)
}

fn ids(id: u64) -> SpanIds {
    SpanIds {
        trace_id: (u128::from(id) << 64 | 1).to_be_bytes(),
        span_id: id.to_be_bytes(),
    }
}

fn exemplar(name: &str) -> Option<Exemplar> {
    points(name).first().and_then(|point| point.exemplar)
}

#[test]
fn a_sum_keeps_one_for_each_series() {
    let _recording = record(state::EXEMPLARS);
    let before = SystemTime::now();
    {
        let _span = sampled(7);
        LOOKUPS.add(3, HIT);
        LOOKUPS.add(4, Lookup { hit: false, ..HIT });
        SECONDS.add(0.5);
        OPEN.inc();
    }
    let values: Vec<_> = points("exemplars.lookups")
        .into_iter()
        .map(|point| {
            point
                .exemplar
                .map(|exemplar| (exemplar.value, exemplar.span))
        })
        .collect();
    assert_eq!(
        values,
        [
            Some((NumberValue::U64(4), Some(ids(7)))),
            Some((NumberValue::U64(3), Some(ids(7))))
        ]
    );
    let seconds = exemplar("exemplars.seconds").unwrap();
    assert_eq!(
        (seconds.value, seconds.span),
        (NumberValue::F64(0.5), Some(ids(7)))
    );
    assert!((before..=SystemTime::now()).contains(&seconds.time));
    // OpenMetrics has no place for one on what may fall.
    assert_eq!(exemplar("exemplars.open"), None);
}

#[test]
fn a_histogram_keeps_one_for_each_bucket() {
    let _recording = record(state::EXEMPLARS);
    for (id, value) in [(1, 0.5), (2, 9.0), (3, 0.25), (4, 1.5)] {
        let _span = sampled(id);
        SIZES.record(value);
    }
    SIZES.record(3.0);
    let kept: Vec<_> = distributions("exemplars.sizes")[0]
        .exemplars
        .iter()
        .map(|exemplar| (exemplar.value, exemplar.span))
        .collect();
    assert_eq!(
        kept,
        [
            (NumberValue::F64(0.5), Some(ids(1))),
            (NumberValue::F64(1.5), Some(ids(4))),
            (NumberValue::F64(9.0), Some(ids(2)))
        ]
    );
}

#[test]
fn the_first_one_after_a_collection_takes_the_place() {
    let _recording = record(state::EXEMPLARS);
    let add = |id| {
        let _span = sampled(id);
        FIRST.inc();
    };
    let kept = || exemplar("exemplars.first").and_then(|exemplar| exemplar.span);
    add(1);
    add(2);
    assert_eq!(kept(), Some(ids(1)));
    collect();
    assert_eq!(kept(), Some(ids(1)), "it stays until there is another");
    add(3);
    add(4);
    assert_eq!(kept(), Some(ids(3)));
}

#[test]
fn each_bucket_has_another_after_each_collection() {
    let _recording = record(state::EXEMPLARS);
    for round in 0..3 {
        for value in [0.5, 1.5, 9.0] {
            let record = move |id| {
                let _span = sampled(10 * round + id);
                FIRST_SIZES.record(value);
            };
            // The thread knows of the first one when it comes to the third, and another thread does not know.
            (1..=3).for_each(record);
            std::thread::spawn(move || (4..=6).for_each(record))
                .join()
                .unwrap();
        }
        let exemplars = distributions("exemplars.first_sizes")[0].exemplars.clone();
        let spans: Vec<_> = exemplars.iter().map(|exemplar| exemplar.span).collect();
        assert_eq!(spans, [Some(ids(10 * round + 1)); 3]);
        collect();
    }
}

#[test]
fn only_what_is_sampled_is_an_example() {
    let _recording = record(state::EXEMPLARS);
    OUTSIDE.inc();
    {
        let _span = enter(5, TraceFlags::NOT_SAMPLED);
        OUTSIDE.inc();
    }
    {
        let _span = sampled(6);
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        OUTSIDE.inc();
    }
    assert_eq!(exemplar("exemplars.outside"), None);
    let _span = sampled(6);
    OUTSIDE.inc();
    assert_eq!(exemplar("exemplars.outside").unwrap().span, Some(ids(6)));
}

#[test]
fn the_filter_can_let_all_pass_or_none() {
    {
        let _recording = record(state::ALL_EXEMPLARS);
        EVERY.add(9);
        let kept = exemplar("exemplars.every").unwrap();
        assert_eq!((kept.value, kept.span), (NumberValue::U64(9), None));
    }
    let _recording = record(0);
    let _span = sampled(8);
    NONE.inc();
    assert_eq!(exemplar("exemplars.none"), None);
}

#[test]
fn what_is_read_while_others_write_belongs_together() {
    const ADDS: u64 = 20_000;
    let _recording = record(state::EXEMPLARS);
    std::thread::scope(|scope| {
        for id in 1..=4 {
            scope.spawn(move || {
                let _span = sampled(id);
                (0..ADDS).for_each(|_| RACED.add(id));
            });
        }
        for _ in 0..500 {
            let snapshot = collect();
            let family = snapshot
                .families
                .into_iter()
                .find(|family| family.name == "exemplars.raced");
            let Some(Data::Counter(points)) = family.map(|family| family.data) else {
                continue;
            };
            if let Some(Exemplar {
                value: NumberValue::U64(id),
                span,
                ..
            }) = points[0].exemplar
            {
                assert_eq!(span, Some(ids(id)));
                assert!(points[0].value.as_f64() >= 1.0, "it has been counted");
            }
        }
    });
}

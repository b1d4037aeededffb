//! The moments at which spans are shown.

use std::time::{Duration, Instant};

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use super::span;
use crate::export::console::trace_buffer::{Part, TraceBuffer};

#[test]
fn what_ends_after_its_root_follows_later() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    assert_eq!(buffer.add(vec![span(1, 0, "root", 0, 10)], now).len(), 1);
    assert!(buffer.add(vec![span(2, 1, "late", 5, 20)], now).is_empty());
    assert!(
        buffer
            .add(
                vec![span(3, 2, "later", 15, 30)],
                now + Duration::from_millis(900)
            )
            .is_empty()
    );
    let late = buffer.add(Vec::new(), now + Duration::from_secs(1));
    assert_eq!(
        late.iter()
            .map(|trace| (trace.part, trace.spans.len()))
            .collect::<Vec<_>>(),
        [(Part::Late, 2)]
    );
    assert!(buffer.drain().is_empty());
}

#[test]
fn what_never_sees_its_root_is_shown_in_the_end() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    assert!(buffer.add(vec![span(2, 1, "child", 5, 20)], now).is_empty());
    assert!(
        buffer
            .add(Vec::new(), now + Duration::from_secs(59))
            .is_empty()
    );
    let orphans = buffer.add(Vec::new(), now + Duration::from_secs(60));
    assert_eq!(
        orphans.iter().map(|trace| trace.part).collect::<Vec<_>>(),
        [Part::Unfinished]
    );
}

#[test]
fn a_root_takes_only_what_is_below_it() {
    let mut inner = span(5, 4, "inner server", 20, 30);
    inner.parent_span_is_remote = true;
    let mut buffer = TraceBuffer::default();
    let first = buffer.add(
        vec![
            span(6, 5, "below", 21, 22),
            span(3, 2, "elsewhere", 1, 2),
            inner,
        ],
        Instant::now(),
    );
    assert_eq!(
        first
            .iter()
            .map(|trace| trace.spans.len())
            .collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(
        buffer
            .drain()
            .iter()
            .map(|trace| trace.spans.len())
            .collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn memory_is_bounded() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    let mut shown = 0;
    for id in 1..=50_000_u64 {
        let mut orphan = span(id, id + 1, "orphan", 0, 1);
        orphan.span_context = SpanContext::new(
            TraceId::from(u128::from(id / 100 + 1)),
            SpanId::from(id),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        );
        shown += buffer
            .add(vec![orphan], now)
            .iter()
            .map(|trace| trace.spans.len())
            .sum::<usize>();
    }
    let waiting: usize = buffer.drain().iter().map(|trace| trace.spans.len()).sum();
    assert!(waiting <= 20_000, "{waiting}");
    assert_eq!(shown + waiting, 50_000);
}

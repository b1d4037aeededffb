//! Spans, one inside the other, deeper than OpenTelemetry's contexts go.

mod support;

use hyperion::config::Config;
use hyperion::span;
use opentelemetry::trace::SpanId;
use std::collections::HashMap;

/// OpenTelemetry's stack of contexts ends at 65,534.
const DEPTH: usize = 66_000;

#[test]
fn parents_are_right_at_any_depth() {
    let mut config = Config::default();
    config.metrics.enabled = false;
    config.tracing.batch.max_queue_size = 2 * u32::try_from(DEPTH).expect("it fits");
    let kept = support::install(config);
    let mut entered = Vec::new();
    for _ in 0..DEPTH {
        entered.push(span!("deep").enter());
    }
    while let Some(guard) = entered.pop() {
        drop(guard);
    }
    drop(span!("after").enter());
    let spans = kept.all_spans();
    assert_eq!(spans.len(), DEPTH + 1);
    let parents: HashMap<SpanId, SpanId> = spans
        .iter()
        .map(|span| (span.span_context.span_id(), span.parent_span_id))
        .collect();
    let first = spans.first().expect("the innermost ended first");
    let up = |span: &SpanId| parents.get(span).copied();
    let chain = std::iter::successors(Some(first.span_context.span_id()), up);
    // The parent of the outermost is no span.
    assert_eq!(chain.count(), DEPTH + 1);
    let after = spans.iter().find(|span| span.name == "after");
    let after = after.expect("it is recorded");
    assert_eq!(after.parent_span_id, SpanId::INVALID);
}

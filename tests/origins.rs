//! `root`, `parent` and `links`: where the span of a call hangs.

mod support;

use hyperion::{SpanContext, observe};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry::{Context, trace::TraceContextExt};
use support::{id, kept, span, spans_in, spans_in_async};

struct Message {
    context: Option<SpanContext>,
    others: Vec<SpanContext>,
}

#[observe(component = "Queue", kind = consumer, parent = message.context, links = &message.others)]
fn handle(message: &Message) -> TraceId {
    trace_here()
}

#[observe(component = "Queue", parent = message.context, links = message.others.clone(), fields(size = message.others.len()))]
async fn handle_later(message: Message) -> TraceId {
    tokio::task::yield_now().await;
    trace_here()
}

#[observe(component = "Queue", root)]
fn begin() -> TraceId {
    trace_here()
}

fn trace_here() -> TraceId {
    Context::current().span().span_context().trace_id()
}

const REMOTE: SpanContext = SpanContext::new(0xabcd, 0x12, true).with_remote(true);

fn message() -> Message {
    Message {
        context: Some(REMOTE),
        others: vec![SpanContext::new(1, 2, true), SpanContext::new(3, 4, false)],
    }
}

#[test]
fn a_parent_that_is_given_is_the_parent() {
    kept();
    let trace = handle(&message());
    assert_eq!(trace, TraceId::from(0xabcd));
    let spans = kept().spans_of(trace);
    let span = span(&spans, "Queue.handle");
    assert_eq!(span.parent_span_id, SpanId::from(0x12));
    assert!(span.parent_span_is_remote);
    let links: Vec<_> = span
        .links
        .iter()
        .map(|link| (link.span_context.trace_id(), link.span_context.span_id()))
        .collect();
    assert_eq!(
        links,
        [
            (TraceId::from(1), SpanId::from(2)),
            (TraceId::from(3), SpanId::from(4))
        ]
    );
}

#[tokio::test]
async fn a_parent_of_a_future_is_that_of_its_arguments() {
    kept();
    // Another trace than that of the test above, so that its spans are told apart.
    let mut message = message();
    message.context = Some(SpanContext::new(0xef01, 0x13, true));
    let trace = handle_later(message).await;
    assert_eq!(trace, TraceId::from(0xef01));
    let spans = kept().spans_of(trace);
    let span = span(&spans, "Queue.handle_later");
    assert_eq!(span.parent_span_id, SpanId::from(0x13));
    assert_eq!(span.links.len(), 2);
    assert_eq!(support::text(span, "size"), "2");
}

#[test]
fn without_a_parent_to_give_the_caller_is_the_parent() {
    let mut message = message();
    message.context = None;
    let (trace, spans) = spans_in(|| (handle(&message), trace_here()));
    assert_eq!(trace.0, trace.1);
    assert_eq!(span(&spans, "Queue.handle").links.len(), 2);
}

#[test]
fn a_parent_that_was_not_sampled_is_followed() {
    let mut message = message();
    message.context = Some(SpanContext::new(0x55, 0x66, false));
    kept();
    assert_eq!(handle(&message), TraceId::from(0x55));
    assert!(kept().spans_of(TraceId::from(0x55)).is_empty());
}

#[test]
fn a_root_begins_a_trace() {
    let ((inside, around), spans) = spans_in(|| (begin(), trace_here()));
    assert_ne!(inside, around);
    assert!(spans.is_empty(), "it is of another trace");
    let spans = kept().spans_of(inside);
    assert_eq!(span(&spans, "Queue.begin").parent_span_id, SpanId::INVALID);
}

#[test]
fn a_parent_that_panics_is_no_parent() {
    fn broken() -> SpanContext {
        panic!("in a parent")
    }
    #[observe(component = "Queue", parent = broken())]
    fn unlucky() -> u32 {
        5
    }
    let (five, spans) = spans_in(unlucky);
    assert_eq!((five, spans.len()), (5, 1));
}

#[tokio::test]
async fn the_context_is_current_at_every_poll_and_at_no_other_time() {
    #[observe(component = "Polls")]
    async fn polled() -> [TraceId; 2] {
        let first = trace_here();
        tokio::task::yield_now().await;
        [first, trace_here()]
    }
    let (traces, spans) = spans_in_async(async {
        let mut future = Box::pin(polled());
        let mut around = Vec::new();
        let inside = std::future::poll_fn(|cx| {
            around.push(Context::current().span().span_context().span_id());
            future.as_mut().poll(cx)
        })
        .await;
        around.push(Context::current().span().span_context().span_id());
        (inside, around)
    })
    .await;
    let (inside, around) = traces;
    assert_eq!(inside[0], inside[1]);
    let own = id(span(&spans, "Polls.polled"));
    assert!(around.iter().all(|span| *span != own && *span == around[0]));
}

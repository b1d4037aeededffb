//! One trace with the spans of others: OpenTelemetry's context is the one source of truth.

mod support;

use hyperion::observe;
use opentelemetry::trace::{
    FutureExt as _, Link, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags,
    TraceId, TraceState, Tracer,
};
use opentelemetry::{Context, KeyValue, global};
use std::future::Future;
use std::task::{Poll, Waker};
use support::{id, kept, span, spans_in, spans_in_async, text};

fn current() -> SpanContext {
    Context::map_current(|context| context.span().span_context().clone())
}

#[observe(component = "Ours")]
fn outer() -> (SpanContext, SpanContext) {
    let seen = current();
    let theirs = global::tracer("their library").start("theirs");
    let attached = Context::current_with_span(theirs).attach();
    let inner = inner();
    drop(attached);
    assert_eq!(current(), seen, "the context is restored");
    (seen, inner)
}

#[observe(component = "Ours")]
fn inner() -> SpanContext {
    current()
}

#[test]
fn spans_of_others_are_parents_and_children_of_ours() {
    let ((seen_in_outer, seen_in_inner), spans) = spans_in(outer);
    let (outer, theirs, inner) = (
        span(&spans, "Ours.outer"),
        span(&spans, "theirs"),
        span(&spans, "Ours.inner"),
    );
    assert_eq!(seen_in_outer, outer.span_context);
    assert_eq!(seen_in_inner, inner.span_context);
    assert_eq!(theirs.parent_span_id, id(outer));
    assert_eq!(inner.parent_span_id, id(theirs));
    assert_eq!(theirs.instrumentation_scope.name(), "their library");
    assert!(theirs.start_time <= theirs.end_time);
}

#[test]
fn what_others_say_of_the_current_span_is_on_ours() {
    #[observe(component = "Remarked")]
    fn remarked() {
        Context::map_current(|context| {
            let span = context.span();
            assert!(span.is_recording());
            span.set_attribute(KeyValue::new("rows", 3));
            span.add_event("cache miss", vec![KeyValue::new("tier", "memory")]);
            span.add_link(SpanContext::NONE, vec![]);
            span.set_status(Status::error("said by others"));
            span.update_name("renamed");
            span.end();
        });
    }
    let ((), spans) = spans_in(remarked);
    let span = span(&spans, "renamed");
    assert_eq!(text(span, "rows"), "3");
    assert_eq!(text(span, "component"), "Remarked");
    assert_eq!(span.events.len(), 1);
    assert_eq!(span.links.len(), 1);
    assert_eq!(span.status, Status::error("said by others"));
}

#[test]
fn a_flood_of_remarks_is_bounded_and_counted() {
    #[observe(component = "Flooded")]
    fn flooded() {
        let remark = |attribute: KeyValue| {
            Context::map_current(|context| context.span().set_attribute(attribute));
        };
        for n in 0..5_000 {
            remark(KeyValue::new(format!("key {n}"), n));
            remark(KeyValue::new("key 7", n));
        }
    }
    let ((), spans) = spans_in(flooded);
    let span = span(&spans, "Flooded.flooded");
    assert_eq!(span.attributes.len(), 128);
    // As if the call had said it itself: four places are those of the call site, and what is said again is replaced.
    assert_eq!(span.dropped_attributes_count, 5_000 - 124);
    assert_eq!(text(span, "key 7"), "4999");
}

#[test]
fn another_thread_may_speak_of_a_span_until_it_ends() {
    #[observe(component = "Threaded")]
    fn threaded() -> Context {
        let context = Context::current();
        let said = context.clone();
        std::thread::spawn(move || said.span().set_attribute(KeyValue::new("from", "thread")))
            .join()
            .unwrap();
        context
    }
    let (context, spans) = spans_in(threaded);
    assert_eq!(text(span(&spans, "Threaded.threaded"), "from"), "thread");
    assert!(!context.span().is_recording(), "it has ended");
    context.span().set_attribute(KeyValue::new("late", true));
}

fn remote(flags: TraceFlags) -> (TraceId, Context) {
    let trace = TraceId::from(rand_id());
    let state = TraceState::from_key_value([("vendor", "value")]).unwrap();
    let span = SpanContext::new(trace, SpanId::from(7u64), flags, true, state);
    (trace, Context::new().with_remote_span_context(span))
}

/// Traces of concurrent tests must differ.
fn rand_id() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    u128::from(RandomState::new().hash_one(1)) << 64 | 1
}

#[test]
fn a_remote_parent_is_continued_with_its_trace_state() {
    let kept = kept();
    let (trace, context) = remote(TraceFlags::SAMPLED);
    let attached = context.attach();
    let seen = inner();
    drop(attached);
    let spans = kept.spans_of(trace);
    let span = span(&spans, "Ours.inner");
    assert!(span.parent_span_is_remote);
    assert_eq!(span.parent_span_id, SpanId::from(7u64));
    assert_eq!(seen.trace_state().header(), "vendor=value");
    assert_eq!(span.span_context.trace_state().header(), "vendor=value");
}

#[test]
fn a_parent_that_is_not_sampled_is_obeyed() {
    let kept = kept();
    let (trace, context) = remote(TraceFlags::NOT_SAMPLED);
    let attached = context.attach();
    let seen = inner();
    let theirs = global::tracer("test").start("theirs");
    drop(theirs);
    drop(attached);
    assert_eq!(seen.trace_id(), trace);
    assert!(!seen.is_sampled());
    assert!(kept.spans_of(trace).is_empty());
}

#[test]
fn the_flag_of_a_random_trace_id_is_handed_down_as_it_came() {
    const RANDOM: TraceFlags = TraceFlags::new(0b10);
    kept();
    for flags in 0..8 {
        let (_, context) = remote(TraceFlags::new(flags));
        let attached = context.attach();
        let ours = inner();
        let theirs = global::tracer("test").start("theirs");
        let below = Context::current_with_span(theirs).attach();
        let below_theirs = inner();
        drop((below, attached));
        let known = TraceFlags::new(flags & 0b11);
        if known.is_sampled() {
            assert_eq!(
                (ours.trace_flags(), below_theirs.trace_flags()),
                (known, known)
            );
        } else {
            // Such a call has no span of its own.
            assert_eq!(ours.trace_flags() & RANDOM, known & RANDOM);
            assert_eq!(below_theirs.trace_flags(), known);
        }
    }
    assert_eq!(inner().trace_flags(), TraceFlags::SAMPLED | RANDOM);
}

#[test]
fn nothing_is_recorded_where_telemetry_is_suppressed() {
    let (_, spans) = spans_in(|| {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        drop(global::tracer("test").start("theirs"));
        inner()
    });
    assert!(spans.is_empty(), "{:?}", support::names(&spans));
}

#[test]
fn a_span_is_current_during_its_polls_and_at_no_other_time() {
    #[observe(component = "Polled")]
    async fn polled() -> Vec<SpanContext> {
        let mut seen = vec![current()];
        for _ in 0..3 {
            yield_once().await;
            seen.push(current());
        }
        seen
    }
    let (seen, spans) = spans_in(|| {
        let before = current();
        let mut future = Box::pin(polled());
        let mut context = std::task::Context::from_waker(Waker::noop());
        loop {
            let poll = future.as_mut().poll(&mut context);
            assert_eq!(current(), before);
            if let Poll::Ready(seen) = poll {
                return seen;
            }
        }
    });
    let span = span(&spans, "Polled.polled");
    assert!(
        seen.iter().all(|seen| *seen == span.span_context),
        "{seen:?}"
    );
}

async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_future_keeps_its_span_when_it_moves_to_another_thread() {
    #[observe(component = "Moved")]
    async fn moved() -> bool {
        let (thread, span) = (std::thread::current().id(), current());
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
            assert_eq!(current(), span);
            if std::thread::current().id() != thread {
                return true;
            }
        }
        false
    }
    let tasks = (0..4).map(|_| tokio::spawn(spans_in_async(moved())));
    for task in tasks.collect::<Vec<_>>() {
        let (_, spans) = task.await.unwrap();
        assert_eq!(support::names(&spans), ["Moved.moved"]);
    }
}

#[tokio::test]
async fn a_future_of_theirs_carries_ours() {
    #[observe(component = "Carried")]
    async fn carried() -> SpanContext {
        async { current() }.with_current_context().await
    }
    let (seen, spans) = spans_in_async(carried()).await;
    assert_eq!(seen, span(&spans, "Carried.carried").span_context);
}

#[test]
fn a_span_of_theirs_keeps_everything_it_was_built_with() {
    let kept = kept();
    let tracer = global::tracer("builder");
    let start = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000);
    let (trace, context) = remote(TraceFlags::SAMPLED);
    let linked = SpanContext::new(
        trace,
        SpanId::from(9u64),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    let mut built = tracer
        .span_builder("built")
        .with_kind(SpanKind::Producer)
        .with_start_time(start)
        .with_attributes([KeyValue::new("a", 1)])
        .with_links(vec![Link::new(linked, vec![], 0)])
        .start_with_context(&tracer, &context);
    opentelemetry::trace::Span::end_with_timestamp(
        &mut built,
        start + std::time::Duration::from_secs(5),
    );
    opentelemetry::trace::Span::set_attribute(&mut built, KeyValue::new("too", "late"));
    drop(built);
    let spans = kept.spans_of(trace);
    let span = span(&spans, "built");
    assert_eq!(span.span_kind, SpanKind::Producer);
    assert_eq!(span.start_time, start);
    assert_eq!(span.end_time.duration_since(start).unwrap().as_secs(), 5);
    assert_eq!(span.attributes, [KeyValue::new("a", 1)]);
    assert_eq!(span.links.len(), 1);
}

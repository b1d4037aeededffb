//! `span!`: spans that a program starts, enters and ends itself.

mod support;

use hyperion::{SpanContext, observe, span};
use opentelemetry::Value;
use opentelemetry::trace::{SpanKind, Status};
use std::panic::catch_unwind;
use support::{attribute, id, kept, names, span as the, spans_in, spans_in_async, text};

#[observe(component = "Inside")]
fn call() {}

#[test]
fn a_scope_is_a_span() {
    let ((), spans) = spans_in(|| {
        let rows = 3;
        let _span = span!(
            "read rows",
            kind = client,
            component = "Db",
            fields(rows, table = "users")
        )
        .enter();
        call();
        hyperion::current().set("late", 1);
    });
    assert_eq!(names(&spans), ["Inside.call", "read rows"]);
    let read = the(&spans, "read rows");
    assert_eq!(read.span_kind, SpanKind::Client);
    assert_eq!(the(&spans, "Inside.call").parent_span_id, id(read));
    assert_eq!(attribute(read, "rows"), Some(&Value::I64(3)));
    assert_eq!(attribute(read, "late"), Some(&Value::I64(1)));
    assert_eq!(text(read, "table"), "users");
    assert_eq!(text(read, "component"), "Db");
    assert_eq!(
        text(read, "code.function.name"),
        "manual_spans::a_scope_is_a_span"
    );
    assert_eq!(kept().count("Db", "read rows", "ok"), 0, "it has no metric");
}

#[test]
fn a_span_that_is_not_entered_is_nobodys_parent() {
    let ((), spans) = spans_in(|| {
        let span = span!("waiting");
        call();
        drop(span);
    });
    let waiting = the(&spans, "waiting");
    assert_eq!(
        the(&spans, "Inside.call").parent_span_id,
        waiting.parent_span_id
    );
}

#[test]
fn a_closure_and_a_panic_are_inside() {
    let (result, spans) = spans_in(|| {
        assert_eq!(span!("sum").in_scope(|| 1 + 1), 2);
        catch_unwind(|| span!("broken").in_scope(|| panic!("inside")))
    });
    assert!(result.is_err());
    assert_eq!(the(&spans, "sum").status, Status::Unset);
    assert_eq!(
        the(&spans, "broken").status,
        Status::error("the call panicked")
    );
}

#[tokio::test]
async fn a_future_is_inside_at_every_poll() {
    let (seven, spans) = spans_in_async(async {
        let seven = span!("later", level = warn)
            .observe(async {
                call();
                tokio::task::yield_now().await;
                call();
                7
            })
            .await;
        call();
        seven
    })
    .await;
    assert_eq!(seven, 7);
    let later = id(the(&spans, "later"));
    let inside = |span: &&opentelemetry_sdk::trace::SpanData| span.parent_span_id == later;
    assert_eq!(spans.iter().filter(inside).count(), 2);
    assert_eq!(spans.len(), 4);
}

#[test]
fn a_span_hangs_where_it_is_told() {
    const REMOTE: SpanContext = SpanContext::new(0x77, 0x88, true);
    kept();
    span!("handed over", parent = REMOTE, links = [REMOTE]).in_scope(|| ());
    let spans = kept().spans_of(0x77u128.into());
    let handed = the(&spans, "handed over");
    assert_eq!(handed.parent_span_id, 0x88u64.into());
    assert_eq!(handed.links.len(), 1);
    let (outer, spans) =
        spans_in(|| span!("begin", root).in_scope(|| hyperion::current().context().trace_id()));
    assert!(spans.is_empty());
    assert_eq!(kept().spans_of(outer.into()).len(), 1);
}

#[test]
fn fields_of_a_level_that_is_off_are_not_evaluated() {
    fn never() -> u8 {
        panic!("evaluated")
    }
    let (answer, spans) =
        spans_in(|| span!("detail", level = trace, fields(x = never())).in_scope(|| 4));
    assert_eq!((answer, spans.len()), (4, 0));
}

#[test]
fn a_span_is_entered_in_parts_and_told_of_in_between() {
    let ((), spans) = spans_in(|| {
        let mut span = span!("request", kind = server, fields(size = 1));
        assert!(span.is_recording());
        span.set("size", 2).set("absent", None::<u8>);
        let handle = span.within(hyperion::current);
        span.within(call);
        call();
        handle.set("size", 3).set("step", 3);
        span.set("step", 4).update_name("GET /users/{id}");
        span.within(call);
        span.set(format!("key.{}", 7), "own");
        span.set_status_error("refused").set_status_error("");
    });
    let request = the(&spans, "GET /users/{id}");
    let inside = spans
        .iter()
        .filter(|span| span.parent_span_id == id(request));
    assert_eq!((inside.count(), spans.len()), (2, 4));
    assert_eq!(attribute(request, "size"), Some(&Value::I64(3)));
    assert_eq!(attribute(request, "step"), Some(&Value::I64(4)));
    assert_eq!(attribute(request, "absent"), None);
    assert_eq!(text(request, "key.7"), "own");
    assert_eq!(request.status, Status::error("refused"));
}

#[test]
fn a_part_that_panics_ends_the_span_when_it_is_dropped() {
    let (result, spans) = spans_in(|| {
        let mut span = span!("request");
        let result = catch_unwind(std::panic::AssertUnwindSafe(|| {
            span.within(|| panic!("inside"))
        }));
        span.set("told", "later");
        call();
        result
    });
    assert!(result.is_err());
    let request = the(&spans, "request");
    assert_eq!(text(request, "told"), "later");
    assert_eq!(text(request, "outcome"), "panic");
    assert_eq!(request.status, Status::error("the call panicked"));
    assert_ne!(the(&spans, "Inside.call").parent_span_id, id(request));
}

#[test]
fn a_span_that_is_not_recorded_is_told_nothing_and_runs_its_parts() {
    const UNSAMPLED: SpanContext = SpanContext::new(0x99, 0x88, false);
    kept();
    let mut span = span!("quiet", parent = UNSAMPLED);
    assert!(!span.is_recording());
    span.set("key", 1).update_name("other").set_status_error("");
    let inside = span.within(|| hyperion::current().context());
    assert!(inside.trace_id() == 0x99 && !inside.is_sampled());
    drop(span);
    assert!(kept().spans_of(0x99u128.into()).is_empty());
}

#[test]
fn a_span_can_leave_out_the_code_that_makes_it() {
    let ((), spans) = spans_in(|| drop(span!("request", location = false)));
    let keys: Vec<_> = the(&spans, "request")
        .attributes
        .iter()
        .map(|attribute| attribute.key.as_str())
        .collect();
    assert_eq!(keys, ["component"]);
}

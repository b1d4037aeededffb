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

//! Guards of spans that do not end in the order in which they began.

mod support;

use hyperion::{current, observe, span};
use opentelemetry_sdk::trace::SpanData;
use std::time::Duration;
use support::{id, names, span as the, spans_in, text};

fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

/// The span, which went out once.
fn once<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    assert_eq!(
        names(spans).iter().filter(|other| **other == name).count(),
        1
    );
    the(spans, name)
}

#[test]
fn the_outer_guard_may_go_first() {
    let ((), spans) = spans_in(|| {
        let outer = span!("outer", fields(place = "outside")).enter();
        pause();
        let inner = span!("inner", fields(place = "inside")).enter();
        current().set("said", "of inner");
        pause();
        drop(outer);
        pause();
        current().set("later", "of inner, too");
        span!("below").in_scope(pause);
        drop(inner);
    });
    assert_eq!(names(&spans), ["outer", "below", "inner"]);
    let (outer, inner) = (once(&spans, "outer"), once(&spans, "inner"));
    assert_eq!(inner.parent_span_id, id(outer));
    assert_eq!(once(&spans, "below").parent_span_id, id(inner));
    assert!(inner.start_time > outer.start_time);
    assert!(inner.end_time > outer.end_time, "each has its own end");
    assert_eq!(text(outer, "place"), "outside");
    assert_eq!(text(inner, "place"), "inside");
    assert_eq!(text(inner, "said"), "of inner");
    assert_eq!(text(inner, "later"), "of inner, too");
}

#[test]
fn after_them_the_thread_is_where_it_was() {
    let ((), spans) = spans_in(|| {
        let _around = span!("around").enter();
        let first = span!("first").enter();
        let second = span!("second").enter();
        let third = span!("third").enter();
        drop(second);
        drop(first);
        span!("in third").in_scope(pause);
        drop(third);
        span!("in around").in_scope(pause);
        current().set("said", "of around");
    });
    let parent = |name| once(&spans, name).parent_span_id;
    assert_eq!(parent("in third"), id(once(&spans, "third")));
    assert_eq!(parent("in around"), id(once(&spans, "around")));
    assert_eq!(parent("third"), id(once(&spans, "second")));
    assert_eq!(text(once(&spans, "around"), "said"), "of around");
    assert_eq!(spans.len(), 6);
}

#[test]
fn guards_in_a_struct_and_in_a_list_end_in_their_order() {
    struct Guards {
        _outer: hyperion::EnteredSpan,
        _inner: hyperion::EnteredSpan,
    }
    let ((), spans) = spans_in(|| {
        // Fields are dropped in the order of their declaration, and so are the elements of a list: the outer one goes first.
        drop(Guards {
            _outer: span!("outer of two").enter(),
            _inner: span!("inner of two").enter(),
        });
        let list: Vec<_> = (0..10).map(|_| span!("in a list").enter()).collect();
        drop(list);
        span!("after").in_scope(pause);
    });
    assert_eq!(
        once(&spans, "inner of two").parent_span_id,
        id(once(&spans, "outer of two"))
    );
    let listed: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "in a list")
        .collect();
    assert_eq!(listed.len(), 10);
    let parents = listed
        .iter()
        .filter(|span| listed.iter().any(|other| id(other) == span.parent_span_id));
    assert_eq!(parents.count(), 9, "each hangs under the one before");
    assert_eq!(
        once(&spans, "after").parent_span_id,
        once(&spans, "outer of two").parent_span_id
    );
}

#[test]
fn a_guard_may_leave_the_call_that_made_it() {
    #[observe(component = "Maker")]
    fn make() -> hyperion::EnteredSpan {
        span!("made").enter()
    }
    let ((), spans) = spans_in(|| {
        let made = make();
        pause();
        current().set("said", "of made");
        drop(made);
        span!("after made").in_scope(pause);
    });
    let (made, maker) = (once(&spans, "made"), once(&spans, "Maker.make"));
    assert_eq!(made.parent_span_id, id(maker));
    assert!(made.end_time > maker.end_time);
    assert_eq!(text(made, "said"), "of made");
    assert_eq!(
        once(&spans, "after made").parent_span_id,
        maker.parent_span_id
    );
}

#[tokio::test]
async fn a_guard_in_a_future_does_not_keep_the_spans_of_others() {
    #[observe(component = "Holder")]
    async fn holds() {
        let _entered = span!("held over an await").enter();
        tokio::task::yield_now().await;
    }
    let ((), spans) = support::spans_in_async(async {
        holds().await;
        span!("after it").in_scope(pause);
    })
    .await;
    let holder = once(&spans, "Holder.holds");
    assert_eq!(
        once(&spans, "held over an await").parent_span_id,
        id(holder)
    );
    once(&spans, "after it");
}

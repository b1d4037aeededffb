//! `only` and `exclude` choose what is recorded of a call.

mod support;

use hyperion::observe;
use support::{id, kept, names, span, spans_in};

#[observe(component = "Parts", exclude(trace))]
fn counted() {
    below();
}

#[observe(component = "Parts", only(trace))]
fn traced() {
    below();
}

#[observe(component = "Parts", only(metrics))]
fn only_counted() {}

#[observe(component = "Parts", exclude(metrics, trace))]
fn neither() {
    below();
}

#[observe(component = "Parts")]
fn below() {}

#[test]
fn a_call_without_a_span_leaves_its_place_to_its_caller() {
    #[observe(component = "Parts")]
    fn outer() {
        counted();
        neither();
    }
    let ((), spans) = spans_in(outer);
    assert_eq!(names(&spans), ["Parts.below", "Parts.below", "Parts.outer"]);
    let outer = id(span(&spans, "Parts.outer"));
    assert!(
        spans
            .iter()
            .take(2)
            .all(|below| below.parent_span_id == outer)
    );
    assert_eq!(kept().count("Parts", "counted", "ok"), 1);
    assert_eq!(kept().count("Parts", "neither", "ok"), 0);
}

#[test]
fn a_call_without_metrics_has_a_span() {
    let ((), spans) = spans_in(|| {
        traced();
        only_counted();
    });
    assert_eq!(names(&spans), ["Parts.below", "Parts.traced"]);
    assert_eq!(kept().count("Parts", "traced", "ok"), 0);
    assert_eq!(kept().count("Parts", "only_counted", "ok"), 1);
}

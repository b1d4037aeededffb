//! Without the feature `otel` there is no span to speak of, and nothing is left of what is said.

use hyperion::{
    AsSpanContext, CallEnd, CallInfo, EventBuilder, Interceptor, Level, LevelFilter, SpanContext,
    SpanHandle, current, in_current_context, with_current_context,
};
use hyperion_noop_tests::{Unshown, plain_later};
use std::any::Any;

#[test]
fn there_is_no_span_and_nothing_is_evaluated() {
    let span = current();
    assert!(!span.is_recording());
    assert_eq!(span.context(), SpanContext::INVALID);
    assert_eq!(span.as_span_context(), SpanContext::INVALID);
    span.set("key", 1)
        .set_display("shown", Unshown)
        .set_debug("shown", Unshown)
        .link(SpanContext::new(1, 2, true))
        .set_status_error("failed")
        .set_status_ok()
        .record_error(&std::fmt::Error)
        .update_name("renamed");
    span.event("event")
        .set("key", 1)
        .set_display("shown", Unshown)
        .set_debug("shown", Unshown);
    assert_eq!(span.in_scope(|| 7), 7);
}

#[test]
fn handles_take_no_room() {
    assert_eq!(size_of::<SpanHandle>() + size_of::<EventBuilder>(), 0);
    assert!(!std::mem::needs_drop::<EventBuilder>());
}

#[test]
fn what_is_carried_is_the_work_alone() {
    let plain = plain_later([0; 64]);
    let size = size_of_val(&plain);
    assert_eq!(size_of_val(&in_current_context(plain)), size);
    let bytes = [7_u8; 16];
    let work = with_current_context(move || bytes.len());
    assert_eq!(size_of_val(&work), 16);
    assert_eq!(work(), 16);
}

/// Names of spans are read and written in every build: what a library makes of a header is its own affair.
#[test]
fn names_of_spans_are_plain_values() {
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let read = header.parse::<SpanContext>();
    assert_eq!(read.map(|span| span.to_string()), Ok(header.to_owned()));
    assert!(Level::Debug > LevelFilter::Info);
}

#[test]
fn an_interceptor_can_be_offered() {
    struct Offered;
    impl Interceptor for Offered {
        fn name(&self) -> &'static str {
            "offered"
        }

        fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {}
    }
    let offered: Box<dyn Interceptor> = Box::new(Offered);
    assert_eq!((offered.name(), offered.order()), ("offered", 0));
}

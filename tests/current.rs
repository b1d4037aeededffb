//! A program says more of the span it is in: from any thread, until the span ends, and at no risk.

mod support;

use hyperion::{Field, FieldValue, SpanContext, SpanHandle, current, observe};
use opentelemetry::trace::{Event, Status, TraceContextExt, TraceFlags, TraceState, Tracer};
use opentelemetry::{Context, KeyValue, Value, global};
use std::error::Error;
use std::fmt::{Debug, Display, Formatter};
use std::sync::mpsc;
use support::{attribute, id, kept, names, span, spans_in, spans_in_async, text};

/// A value that must not be shown.
struct Unshown;

impl Display for Unshown {
    fn fmt(&self, _: &mut Formatter<'_>) -> std::fmt::Result {
        panic!("nobody records it")
    }
}

impl Debug for Unshown {
    fn fmt(&self, _: &mut Formatter<'_>) -> std::fmt::Result {
        panic!("nobody records it")
    }
}

impl Field for Unshown {
    fn field_value(&self) -> Option<FieldValue<'_>> {
        panic!("nobody records it")
    }
}

impl Error for Unshown {}

fn event_text(event: &Event, key: &str) -> String {
    let attribute = event
        .attributes
        .iter()
        .find(|field| field.key.as_str() == key);
    attribute
        .map(|field| field.value.to_string())
        .unwrap_or_default()
}

#[test]
fn attributes_are_set_on_the_span_of_the_call() {
    #[observe(component = "Said", fields(rows = 1))]
    fn said() {
        current()
            .set("hit", true)
            .set("rows", 3_u64)
            .set("ratio", 0.5)
            .set(String::from("tenant"), "acme")
            .set("absent", None::<&str>)
            .set_display("path", std::path::Path::new("a/b").display())
            .set_debug(format!("key.{}", 7), Some("x"));
    }
    let ((), spans) = spans_in(said);
    let span = span(&spans, "Said.said");
    assert_eq!(attribute(span, "hit"), Some(&Value::Bool(true)));
    assert_eq!(
        attribute(span, "rows"),
        Some(&Value::I64(3)),
        "it is replaced"
    );
    assert_eq!(attribute(span, "ratio"), Some(&Value::F64(0.5)));
    assert_eq!(text(span, "tenant"), "acme");
    assert_eq!(attribute(span, "absent"), None);
    assert_eq!(text(span, "path"), "a/b");
    assert_eq!(text(span, "key.7"), "Some(\"x\")");
}

#[test]
fn what_is_said_later_counts_by_whichever_way_it_is_said() {
    #[observe(component = "Later")]
    fn later() {
        let say = |key, value| {
            Context::map_current(|context| context.span().set_attribute(KeyValue::new(key, value)));
        };
        say("ours", "first");
        current().set("ours", "second");
        current().set("theirs", "first");
        say("theirs", "second");
        current().event("one");
        Context::map_current(|context| context.span().add_event("two", vec![]));
        current().event("three");
    }
    let ((), spans) = spans_in(later);
    let span = span(&spans, "Later.later");
    assert_eq!(
        (&*text(span, "ours"), &*text(span, "theirs")),
        ("second", "second")
    );
    let events: Vec<_> = span.events.iter().map(|event| &*event.name).collect();
    assert_eq!(events, ["one", "two", "three"]);
}

#[test]
fn an_event_is_recorded_at_the_end_of_its_statement() {
    #[observe(component = "Event")]
    fn events() {
        current()
            .event("cache.miss")
            .set("cache.key", "user:7")
            .set("attempt", 2)
            .set("absent", None::<u8>)
            .set_display("cause", "expired")
            .set_debug(String::from("tiers"), [1, 2]);
        let held = current().event("held").set("a", 1);
        current().event("within");
        drop(held.set("b", 2));
    }
    let ((), spans) = spans_in(events);
    let span = span(&spans, "Event.events");
    let [miss, within, held] = &*span.events.events else {
        panic!("three events: {:?}", span.events.events);
    };
    assert_eq!(
        miss.attributes,
        [
            KeyValue::new("cache.key", "user:7"),
            KeyValue::new("attempt", 2),
            KeyValue::new("cause", "expired"),
            KeyValue::new("tiers", "[1, 2]"),
        ]
    );
    assert_eq!((&*within.name, within.attributes.len()), ("within", 0));
    assert_eq!(
        held.attributes,
        [KeyValue::new("a", 1), KeyValue::new("b", 2)]
    );
    assert!(
        held.timestamp <= within.timestamp,
        "its time is that of its beginning"
    );
}

#[test]
fn a_handle_stays_on_its_span() {
    #[observe(component = "Stays")]
    fn outer() -> SpanHandle {
        let handle = current();
        inner(&handle);
        let elsewhere = handle.clone();
        let thread = std::thread::spawn(move || {
            assert!(elsewhere.is_recording() && !current().is_recording());
            elsewhere.set("from.thread", true).event("thread");
            elsewhere.context()
        });
        assert_eq!(thread.join().unwrap(), handle.context());
        handle
    }
    #[observe(component = "Stays")]
    fn inner(outer: &SpanHandle) {
        assert_ne!(outer.context(), current().context());
        outer.set("from.inner", true);
        current().set("own", true);
    }
    let (handle, spans) = spans_in(outer);
    let (outer, inner) = (span(&spans, "Stays.outer"), span(&spans, "Stays.inner"));
    assert_eq!(
        (&*text(outer, "from.thread"), &*text(outer, "from.inner")),
        ("true", "true")
    );
    assert_eq!(outer.events.len(), 1);
    assert_eq!(attribute(outer, "own"), None);
    assert_eq!(text(inner, "own"), "true");

    assert!(!handle.is_recording(), "it has ended");
    assert_eq!(handle.context(), SpanContext::from(&outer.span_context));
    handle
        .set("late", Unshown)
        .set_display("late", Unshown)
        .record_error(&Unshown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_goes_along_with_a_future() {
    #[observe(component = "Along")]
    async fn along() {
        let handle = current();
        for round in 0..100 {
            tokio::task::yield_now().await;
            assert_eq!(handle.context(), current().context());
            handle.set("round", round);
        }
        let task = tokio::spawn({
            let handle = handle.clone();
            async move { handle.event("task").set("n", 1) }
        });
        // The event is recorded here, by another task than that which began it.
        drop(task.await);
    }
    let (_, spans) =
        spans_in_async(async { tokio::spawn(hyperion::in_current_context(along())).await }).await;
    let span = span(&spans, "Along.along");
    assert_eq!(text(span, "round"), "99");
    assert_eq!(span.events.len(), 1);
}

#[test]
fn a_span_of_another_library_is_spoken_of_as_well() {
    let ((), spans) = spans_in(|| {
        let theirs = global::tracer("theirs").start("theirs");
        let attached = Context::current_with_span(theirs).attach();
        let handle = current();
        assert!(handle.is_recording());
        handle
            .set("rows", 3)
            .set_status_error("no rows")
            .link(SpanContext::new(1, 2, true))
            .update_name("renamed");
        handle.event("ours").set("a", 1);
        drop(attached);
    });
    let span = span(&spans, "renamed");
    assert_eq!(text(span, "rows"), "3");
    assert_eq!(span.status, Status::error("no rows"));
    assert_eq!((span.events.len(), span.links.len()), (1, 1));
}

#[test]
fn where_there_is_no_span_nothing_is_evaluated() {
    kept();
    let handle = current();
    assert!(!handle.is_recording());
    assert_eq!(handle.context(), SpanContext::INVALID);
    speak_in_vain(&handle);
    assert_eq!(handle.in_scope(|| 7), 7);
}

#[test]
fn where_nothing_is_recorded_nothing_is_evaluated() {
    #[observe(component = "Unsampled")]
    fn unsampled() -> SpanContext {
        speak_in_vain(&current());
        current().context()
    }
    kept();
    let caller = SpanContext::new(7, 8, false);
    let attached = Context::new()
        .with_remote_span_context(caller.into())
        .attach();
    let seen = unsampled();
    drop(attached);
    assert_eq!((seen.trace_id(), seen.is_sampled()), (7, false));
}

fn speak_in_vain(handle: &SpanHandle) {
    handle
        .set("a", Unshown)
        .set_display("b", Unshown)
        .set_debug("c", Unshown)
        .record_error(&Unshown);
    handle
        .event("e")
        .set("a", Unshown)
        .set_display("b", Unshown)
        .set_debug("c", Unshown);
}

#[test]
fn a_value_that_panics_costs_its_own_text() {
    #[observe(component = "Panics")]
    fn panics() {
        current()
            .set("value", Unshown)
            .set_display("display", Unshown)
            .set_debug("debug", Unshown)
            .set("after", 1)
            .record_error(&Unshown);
        current()
            .event("event")
            .set("value", Unshown)
            .set_display("display", Unshown)
            .set("after", 1);
    }
    let ((), spans) = spans_in(panics);
    let span = span(&spans, "Panics.panics");
    let panicked = "<panicked while it was formatted>";
    assert_eq!(attribute(span, "value"), None);
    assert_eq!(
        (&*text(span, "display"), &*text(span, "debug")),
        (panicked, panicked)
    );
    assert_eq!(text(span, "after"), "1");
    let [error, event] = &*span.events.events else {
        panic!("two events: {:?}", span.events.events);
    };
    assert_eq!(event_text(error, "exception.message"), panicked);
    assert_eq!(
        event.attributes,
        [
            KeyValue::new("display", panicked),
            KeyValue::new("after", 1)
        ]
    );
}

#[test]
fn code_of_users_may_speak_of_the_span_as_well() {
    struct Speaks;
    impl Display for Speaks {
        fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
            current().set("from.display", true);
            called();
            f.write_str("spoken")
        }
    }
    #[observe(component = "Speaks")]
    fn called() {}
    #[observe(component = "Speaks")]
    fn speaks() {
        current().set_display("shown", Speaks);
    }
    let ((), spans) = spans_in(speaks);
    let (outer, inner) = (span(&spans, "Speaks.speaks"), span(&spans, "Speaks.called"));
    assert_eq!(
        (&*text(outer, "shown"), &*text(outer, "from.display")),
        ("spoken", "true")
    );
    assert_eq!(inner.parent_span_id, id(outer));
}

#[derive(Debug)]
struct Failed(std::io::Error);

impl Display for Failed {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot save")
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn an_error_that_is_not_returned_can_be_recorded() {
    #[observe(component = "Errors")]
    fn known() {
        current().record_error(&Failed(std::io::Error::other("disk full")));
    }
    #[observe(component = "Errors")]
    fn unknown() {
        let error: Box<dyn Error + Send + Sync> = "it is late".into();
        current().record_error(&*error);
    }
    let ((), spans) = spans_in(|| {
        known();
        unknown();
    });
    let known = span(&spans, "Errors.known");
    assert_eq!(known.status, Status::error("cannot save"));
    assert_eq!(text(known, "error.type"), "current::Failed");
    assert_eq!(
        attribute(known, "outcome"),
        None,
        "the call itself went well"
    );
    let [event] = &*known.events.events else {
        panic!("one event: {:?}", known.events.events);
    };
    assert_eq!(event.name, "exception");
    assert_eq!(event_text(event, "exception.type"), "current::Failed");
    assert_eq!(event_text(event, "exception.message"), "cannot save");
    assert_eq!(
        event_text(event, "exception.stacktrace"),
        "cannot save\n\nCaused by:\n    0: disk full"
    );
    assert!(known.start_time <= event.timestamp);

    let unknown = span(&spans, "Errors.unknown");
    assert_eq!(text(unknown, "error.type"), "_OTHER");
    assert_eq!(unknown.status, Status::error("it is late"));
    let event = unknown.events.first().expect("an event");
    assert_eq!(event_text(event, "exception.message"), "it is late");
    assert_eq!(event_text(event, "exception.type"), "", "it is not known");
}

#[test]
fn a_status_that_is_ok_is_final() {
    #[observe(component = "Status")]
    fn forgiven() -> Result<(), Failed> {
        current()
            .set_status_error("first")
            .set_status_ok()
            .set_status_error("late");
        Err(Failed(std::io::Error::other("expected")))
    }
    #[observe(component = "Status")]
    fn failed() {
        current().set_status_error(format!("{} rows", 0));
    }
    let (_, spans) = spans_in(|| {
        failed();
        forgiven()
    });
    assert_eq!(span(&spans, "Status.forgiven").status, Status::Ok);
    assert_eq!(
        span(&spans, "Status.failed").status,
        Status::error("0 rows")
    );
}

#[test]
fn spans_are_linked_and_renamed() {
    #[observe(component = "Linked")]
    fn linked() {
        let state = TraceState::from_key_value([("vendor", "value")]).unwrap();
        let theirs = opentelemetry::trace::SpanContext::new(
            3.into(),
            4.into(),
            TraceFlags::SAMPLED,
            true,
            state,
        );
        current()
            .link(SpanContext::new(1, 2, true))
            .link(&theirs)
            .link(SpanContext::INVALID)
            .link(None::<SpanContext>)
            .update_name("renamed")
            .update_name(String::from("renamed again"));
    }
    let ((), spans) = spans_in(linked);
    let span = span(&spans, "renamed again");
    let linked: Vec<_> = span.links.iter().map(|link| &link.span_context).collect();
    assert_eq!(linked.len(), 2);
    assert_eq!(SpanContext::from(linked[0]), SpanContext::new(1, 2, true));
    assert_eq!(linked[1].trace_state().header(), "vendor=value");
}

#[test]
fn limits_hold_and_what_exceeds_them_is_counted() {
    #[observe(component = "Limits")]
    fn limits() {
        for n in 0..200 {
            current()
                .set(format!("key.{n}"), n)
                .event("event")
                .set("n", n);
            current().link(SpanContext::new(1, n + 1, true));
        }
        current().set_display("key.0", "x".repeat(100_000));
    }
    let ((), spans) = spans_in(limits);
    let span = span(&spans, "Limits.limits");
    // Four of them are those of the call site.
    assert_eq!(
        (span.attributes.len(), span.dropped_attributes_count),
        (128, 76)
    );
    assert_eq!((span.events.len(), span.events.dropped_count), (128, 72));
    assert_eq!((span.links.len(), span.links.dropped_count), (128, 72));
    assert_eq!(text(span, "key.0").len(), 16 * 1024);
}

#[test]
fn no_text_is_kept_in_full_however_it_came() {
    const MOST: usize = 16 * 1024;
    #[observe(component = "Long", fields(text = given))]
    fn texts(given: String) {
        current()
            .set("by value", given.clone())
            .event(given.clone())
            .set("by value", given.clone());
        current().update_name(given.clone()).set_status_error(given);
    }
    let ((), spans) = spans_in(|| texts("x".repeat(100_000)));
    let span = &spans[0];
    assert_eq!((span.name.len(), span.events.len()), (MOST, 1));
    assert_eq!(text(span, "text").len(), MOST);
    assert_eq!(text(span, "by value").len(), MOST);
    let event = &span.events[0];
    assert_eq!(event.name.len(), MOST);
    assert_eq!(event.attributes[0].value.as_str().len(), MOST);
    let Status::Error { description } = &span.status else {
        panic!("it failed: {:?}", span.status);
    };
    assert_eq!(description.len(), MOST);
}

#[test]
fn work_on_many_threads_is_in_the_scope_of_a_handle() {
    #[observe(component = "Scope")]
    fn all() {
        let handle = current();
        std::thread::scope(|threads| {
            for n in 0..4_u8 {
                let handle = &handle;
                threads.spawn(move || {
                    let before = current().context();
                    let panicked =
                        std::panic::catch_unwind(|| handle.in_scope(|| panic!("in scope")));
                    assert!(panicked.is_err());
                    handle.in_scope(|| one(n));
                    assert_eq!(current().context(), before);
                });
            }
        });
    }
    #[observe(component = "Scope", fields(n))]
    fn one(n: u8) {}
    let ((), spans) = spans_in(all);
    let outer = span(&spans, "Scope.all");
    let ones: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "Scope.one")
        .collect();
    assert_eq!(ones.len(), 4, "{:?}", names(&spans));
    assert!(ones.iter().all(|one| one.parent_span_id == id(outer)));
}

#[test]
fn a_thread_that_is_ending_finds_no_span() {
    struct Last(mpsc::Sender<(bool, bool)>);
    impl Drop for Last {
        fn drop(&mut self) {
            let handle = current();
            handle.set("a", 1).event("e");
            let work = hyperion::with_current_context(|| handle.in_scope(|| handle.is_recording()));
            let is_lost = std::panic::catch_unwind(Context::current).is_err();
            let _ = self.0.send((is_lost, work()));
        }
    }
    thread_local! {
        static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() };
    }
    #[observe(component = "Ending")]
    fn call() {}
    kept();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Made first, it is dropped after everything that a call needs of its thread.
        LAST.with(|last| drop(last.set(Last(sender))));
        call();
    })
    .join()
    .unwrap();
    assert_eq!(receiver.recv(), Ok((true, false)));
}

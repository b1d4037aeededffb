//! The panic hook: the message of a panic on the span and on one log line with its ids.

mod support;

use hyperion::config::Config;
use hyperion::observe;
use opentelemetry::Value;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::lines::Lines;
use support::{install_with, span, text};

#[observe(component = "Shop")]
fn checkout() {
    charge(5);
}

#[observe(component = "Shop")]
fn charge(euros: u32) {
    assert!(euros < 5, "no card for {euros} euros");
}

#[observe(component = "Shop")]
fn caught() {
    assert!(panic::catch_unwind(|| panic!("within")).is_err());
}

#[observe(component = "Shop")]
fn no_text() {
    panic::panic_any(7);
}

#[observe(component = "Shop", fields(key = asked()))]
fn asking() {}

fn asked() -> u8 {
    panic!("in a field")
}

fn exceptions(span: &SpanData) -> Vec<String> {
    let events = span.events.iter();
    events
        .map(|event| {
            let value = |key: &str| {
                let mut attributes = event.attributes.iter();
                let found = attributes.find(|attribute| attribute.key.as_str() == key);
                found.map(|attribute| attribute.value.clone())
            };
            assert_eq!(event.name, "exception");
            assert_eq!(value("exception.type"), Some("panic".into()));
            assert_eq!(value("code.file.path"), Some(file!().into()));
            assert!(matches!(value("code.line.number"), Some(Value::I64(1..))));
            value("exception.message").expect("a message").to_string()
        })
        .collect()
}

#[test]
fn a_panic_is_an_event_and_a_line_with_ids() {
    static PREVIOUS: AtomicUsize = AtomicUsize::new(0);
    panic::set_hook(Box::new(|panic| {
        PREVIOUS.fetch_add(1, Ordering::Relaxed);
        eprintln!("{panic}");
    }));
    let kept = install_with(Config::default(), |builder| builder.panic_hook(true));
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.subscriber(), || {
        let unwound = catch_unwind(AssertUnwindSafe(checkout)).expect_err("it panics");
        let message = unwound.downcast_ref::<String>().expect("its own payload");
        assert_eq!(message, "no card for 5 euros");
        caught();
        assert!(catch_unwind(no_text).is_err());
        asking();
    });
    assert_eq!(
        PREVIOUS.load(Ordering::Relaxed),
        4,
        "the hook before is asked"
    );

    let spans = kept.all_spans();
    let charge = span(&spans, "Shop.charge");
    assert_eq!(exceptions(charge), ["no card for 5 euros"]);
    assert_eq!(charge.status, Status::error("the call panicked"));
    assert_eq!(text(charge, "error.type"), "panic");
    let checkout = span(&spans, "Shop.checkout");
    assert!(exceptions(checkout).is_empty(), "it is told once");
    assert_eq!(checkout.status, Status::error("the call panicked"));
    let caught = span(&spans, "Shop.caught");
    assert_eq!(exceptions(caught), ["within"]);
    assert_eq!(caught.status, Status::Unset, "it went well all the same");
    let no_text = span(&spans, "Shop.no_text");
    assert_eq!(exceptions(no_text), ["a value that is no text"]);

    let lines = lines.all();
    assert_eq!(lines.len(), 4, "{lines:?}");
    for (line, span) in lines.iter().zip([charge, caught, no_text]) {
        assert_eq!(line["level"], "ERROR");
        assert_eq!(line["exception.type"], "panic");
        let id = span.span_context.span_id().to_string();
        assert_eq!(line["span_id"], id.as_str());
        let trace = span.span_context.trace_id().to_string();
        assert_eq!(line["trace_id"], trace.as_str());
    }
    assert_eq!(lines[3]["exception.message"], "in a field");
}

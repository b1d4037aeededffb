//! Without the feature `otel` nothing goes out and nothing comes in, and what is written for it compiles.

use hyperion::propagation::{Extractor, Injector, PropagatedContext, extract, inject};
use hyperion::{SpanContext, baggage, observe};
use std::collections::HashMap;

struct Job {
    queued_by: PropagatedContext,
}

#[observe(kind = consumer, parent = job.queued_by)]
fn run(job: Job) -> usize {
    size_of_val(&job)
}

#[observe(kind = server, parent = extract(headers), links = links)]
fn answer(headers: &HashMap<String, String>, links: &[PropagatedContext]) -> usize {
    headers.len() + links.len()
}

#[test]
fn nothing_is_written_and_nothing_is_read() {
    let mut headers = HashMap::new();
    inject(&mut headers);
    assert!(headers.is_empty());
    headers.set(
        "traceparent",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    assert_eq!(headers.get("traceparent").map(String::len), Some(55));
    let parent = extract(&headers);
    assert!(parent.is_empty());
    assert_eq!(parent.span_context(), &SpanContext::INVALID);
    assert_eq!(answer(&headers, &[parent]), 2);
    let job = Job {
        queued_by: PropagatedContext::current(),
    };
    assert!(run(job) > 0);
}

#[test]
fn there_is_no_baggage() {
    let scope = baggage::set("tenant.id", "acme");
    assert_eq!(baggage::get("tenant.id"), None);
    assert!(baggage::entries().is_empty());
    drop(scope);
    let plain = std::future::ready(7);
    assert_eq!(size_of_val(&baggage::with("tenant.id", "acme", plain)), 8);
    let known: &dyn Extractor = &[("b3", "0")];
    assert_eq!(known.get("B3"), Some("0"));
}

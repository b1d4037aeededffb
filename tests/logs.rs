//! Every log line of an observed call carries the ids of its span.

mod support;

use hyperion::observe;
use opentelemetry_sdk::trace::SpanData;
use support::lines::Lines;
use support::{spans_in, spans_in_async};

#[observe(component = "Logged", fields(id))]
fn outer(id: u64) -> Result<u64, String> {
    tracing::info!(id, "before");
    let inner = inner(id);
    tracing::warn!("after");
    inner
}

#[observe(component = "Logged")]
fn inner(id: u64) -> Result<u64, String> {
    tracing::error!("inside");
    Err(format!("no {id}"))
}

#[observe(component = "Logged")]
async fn later() {
    tracing::info!("first");
    tokio::task::yield_now().await;
    tracing::info!("second");
}

/// Returns true if the line was written in this span.
fn is_of(line: &serde_json::Value, span: &SpanData) -> bool {
    line["trace_id"] == span.span_context.trace_id().to_string()
        && line["span_id"] == span.span_context.span_id().to_string()
        && line["trace_flags"] == "03"
}

#[test]
fn lines_of_nested_calls_name_their_own_span() {
    let lines = Lines::default();
    let (_, spans) =
        spans_in(|| tracing::subscriber::with_default(lines.subscriber(), || outer(7)));
    let (outer, inner) = (
        support::span(&spans, "Logged.outer"),
        support::span(&spans, "Logged.inner"),
    );
    let [before, inside, after] = &lines.all()[..] else {
        panic!("three lines")
    };
    assert!(
        is_of(before, outer) && is_of(inside, inner) && is_of(after, outer),
        "{before} {inside} {after}"
    );
    assert_eq!(
        (&before["message"], &before["id"]),
        (&"before".into(), &7.into())
    );
    assert_eq!(
        (&inside["level"], &after["level"]),
        (&"ERROR".into(), &"WARN".into())
    );
}

#[tokio::test]
async fn lines_of_an_asynchronous_call_name_its_span_across_awaits() {
    use tracing::instrument::WithSubscriber;
    let lines = Lines::default();
    let ((), spans) = spans_in_async(later().with_subscriber(lines.subscriber())).await;
    let span = support::span(&spans, "Logged.later");
    let lines = lines.all();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| is_of(line, span)), "{lines:?}");
}

#[test]
fn lines_outside_of_any_call_name_none() {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.subscriber(), || tracing::info!("alone"));
    let [line] = &lines.all()[..] else {
        panic!("one line")
    };
    assert!(
        line.get("trace_id").is_none() && line.get("span_id").is_none(),
        "{line}"
    );
}

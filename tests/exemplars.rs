//! Every measurement of an observed call leads to its span.

mod support;

use hyperion::snapshot::{Data, Exemplar, NumberPoint, NumberValue};
use hyperion::{Counter, Histogram, LabelSet, Metrics, observe};
use opentelemetry_sdk::trace::SpanData;
use std::pin::pin;
use std::task::{Context, Waker};
use support::{kept, spans_in, spans_in_async};

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    hit: bool,
}

#[derive(Metrics)]
#[metrics(prefix = "linked")]
struct LinkedMetrics {
    /// Lookups.
    #[counter]
    lookups: Counter<Lookup>,
    /// Time of a step.
    #[histogram(unit = "s")]
    step: Histogram,
}

static METRICS: LinkedMetrics = LinkedMetrics::new();

#[observe(component = "Linked")]
fn find(hit: bool) -> Result<(), String> {
    METRICS.lookups.inc(Lookup { hit });
    METRICS.step.time().stop();
    if hit { Ok(()) } else { Err("missed".into()) }
}

#[observe(component = "Linked")]
async fn find_later() {
    tokio::task::yield_now().await;
    METRICS.step.time_async(tokio::task::yield_now()).await;
}

#[observe(component = "Linked")]
async fn never() {
    std::future::pending::<()>().await;
}

#[observe(component = "Linked")]
fn panics() {
    panic!("on purpose");
}

#[observe(component = "Linked", exclude(trace))]
fn without_span() {}

#[observe(component = "Linked", exclude(metrics))]
fn around() {
    without_span();
}

fn ids(span: &SpanData) -> (String, String) {
    let context = &span.span_context;
    (
        context.trace_id().to_string(),
        context.span_id().to_string(),
    )
}

fn ids_of(exemplar: &Exemplar) -> (String, String) {
    let span = exemplar.span.expect("only what is in a span is kept");
    (span.trace_id(), span.span_id())
}

/// The spans that the durations of calls of a method lead to.
fn durations(method: &str, outcome: &str) -> Vec<(String, String)> {
    let points = kept().calls("Linked", method, outcome);
    assert_eq!(points.len(), 1, "{points:?}");
    points[0].exemplars.iter().map(ids_of).collect()
}

fn lookups(hit: bool) -> NumberPoint {
    let families = kept().snapshot().families;
    let family = families
        .into_iter()
        .find(|family| family.name == "linked.lookups");
    let Some(Data::Counter(points)) = family.map(|family| family.data) else {
        panic!("lookups are counted");
    };
    let labels = [("hit".into(), hit.to_string().into())];
    let mut points = points.into_iter();
    points
        .find(|point| point.labels == labels)
        .expect("such lookups were counted")
}

#[test]
fn a_call_and_what_is_counted_in_it_lead_to_its_span() {
    for hit in [true, false] {
        let (_, spans) = spans_in(|| find(hit));
        let point = lookups(hit);
        let exemplar = point.exemplar.expect("it was counted in a span");
        assert_eq!(ids_of(&exemplar), ids(&spans[0]));
        assert_eq!(
            (exemplar.value, point.value),
            (NumberValue::U64(1), NumberValue::U64(1))
        );
        let outcome = if hit { "ok" } else { "error" };
        assert_eq!(durations("find", outcome), [ids(&spans[0])]);
    }
}

#[tokio::test]
async fn a_future_leads_to_its_span_wherever_it_ends() {
    let ((), spans) = spans_in_async(find_later()).await;
    assert_eq!(durations("find_later", "ok"), [ids(&spans[0])]);
    let ((), spans) = spans_in_async(async {
        let mut future = pin!(never());
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
    })
    .await;
    assert_eq!(durations("never", "cancelled"), [ids(&spans[0])]);
}

#[test]
fn a_panic_leads_to_its_span() {
    let (outcome, spans) = spans_in(|| std::panic::catch_unwind(panics));
    assert!(outcome.is_err());
    assert_eq!(durations("panics", "panic"), [ids(&spans[0])]);
}

#[test]
fn a_call_without_a_span_leads_to_the_one_around_it() {
    let ((), spans) = spans_in(around);
    assert_eq!(spans.len(), 1);
    assert_eq!(durations("without_span", "ok"), [ids(&spans[0])]);
}

#[test]
fn what_is_measured_outside_of_a_trace_leads_nowhere() {
    #[observe(component = "Linked", exclude(trace))]
    fn alone() {}

    kept();
    alone();
    assert_eq!(durations("alone", "ok"), []);
}

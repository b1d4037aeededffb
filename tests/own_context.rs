//! `tracing.context: own`: spans that OpenTelemetry's context does not know.

mod support;

use hyperion::config::{Config, ContextMode};
use hyperion::snapshot::{Data, Exemplar};
use hyperion::{Histogram, Metrics, SpanContext, current, observe, span};
use opentelemetry::trace::{
    SpanContext as Theirs, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SpanData;
use std::collections::HashMap;
use std::sync::OnceLock;
use support::{Kept, PATIENCE, id, span as the, text};

fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let mut config = Config::default();
        config.tracing.context = ContextMode::Own;
        support::install(config)
    })
}

/// Runs `call` in a trace of its own, and returns its spans.
fn spans_in(call: impl FnOnce()) -> Vec<SpanData> {
    kept();
    let trace = {
        let _root = span!("root").enter();
        call();
        current().context().trace_id()
    };
    kept().spans_of(TraceId::from(trace))
}

#[observe(component = "Own", fields(n = n))]
fn leaf(n: u32) -> u32 {
    current().set("said", n + 1);
    n
}

#[observe(component = "Own")]
fn parent() -> u32 {
    leaf(1) + leaf(2)
}

fn remote() -> Context {
    Context::new().with_remote_span_context(Theirs::new(
        TraceId::from(77),
        SpanId::from(7),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    ))
}

#[test]
fn spans_nest_and_are_spoken_of_as_ever() {
    let spans = spans_in(|| {
        assert_eq!(parent(), 3);
    });
    let parent = the(&spans, "Own.parent");
    assert_eq!(parent.parent_span_id, id(the(&spans, "root")));
    let leaves: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "Own.leaf")
        .collect();
    assert_eq!(leaves.len(), 2);
    for leaf in leaves {
        assert_eq!(leaf.parent_span_id, id(parent));
        assert_eq!(
            text(leaf, "said").parse::<u32>().ok(),
            text(leaf, "n").parse::<u32>().ok().map(|n| n + 1)
        );
    }
}

#[test]
fn instrumentation_by_others_does_not_find_them() {
    let spans = spans_in(|| {
        assert!(!Context::current().has_active_span());
        let attribute = KeyValue::new("n", 1);
        Context::map_current(|context| context.span().set_attribute(attribute));
    });
    assert!(support::attribute(the(&spans, "root"), "n").is_none());
}

#[test]
fn a_context_that_was_there_before_is_the_parent() {
    kept();
    let attached = remote().attach();
    let trace = {
        let _entered = span!("below a remote one").enter();
        parent();
        current().context().trace_id()
    };
    drop(attached);
    assert_eq!(trace, 77);
    let spans = kept().spans_of(TraceId::from(77));
    let first = the(&spans, "below a remote one");
    assert_eq!(first.parent_span_id, SpanId::from(7));
    assert!(first.parent_span_is_remote);
    assert_eq!(the(&spans, "Own.parent").parent_span_id, id(first));
}

#[test]
fn a_handle_speaks_from_anywhere_and_leads_to_its_span() {
    let spans = spans_in(|| {
        let handle = current();
        let _inner = span!("inner").enter();
        handle.set("from", "inside");
        handle.in_scope(|| span!("in scope").in_scope(|| leaf(1)));
        std::thread::scope(|threads| {
            threads.spawn(|| {
                handle.set("thread", "another");
                handle.in_scope(|| leaf(2));
            });
        });
        current().set("still", "in inner");
    });
    let root = the(&spans, "root");
    assert_eq!(text(root, "from"), "inside");
    assert_eq!(text(root, "thread"), "another");
    assert_eq!(the(&spans, "in scope").parent_span_id, id(root));
    assert_eq!(text(the(&spans, "inner"), "still"), "in inner");
    let on_thread = |span: &&SpanData| span.name == "Own.leaf" && text(span, "n") == "2";
    let leaf = spans.iter().find(on_thread).expect("the thread's");
    assert_eq!(leaf.parent_span_id, id(root));
}

#[test]
fn a_parent_that_is_given_is_the_parent() {
    #[observe(component = "Own", parent = given)]
    fn under(given: &SpanContext) {
        parent();
    }
    let given = SpanContext::new(88, 8, true);
    let spans = spans_in(|| under(&given));
    assert!(spans.iter().all(|span| span.name != "Own.under"));
    let spans = kept().spans_of(TraceId::from(88));
    let under = the(&spans, "Own.under");
    assert_eq!(under.parent_span_id, SpanId::from(8));
    assert_eq!(the(&spans, "Own.parent").parent_span_id, id(under));
}

#[test]
fn the_span_and_baggage_that_is_set_go_to_other_services() {
    let mut headers = HashMap::new();
    let spans = spans_in(|| {
        let _scope = hyperion::baggage::set("tenant.id", "acme");
        span!("client").in_scope(|| hyperion::propagation::inject(&mut headers));
    });
    let received = hyperion::propagation::extract(&headers);
    assert_eq!(received.baggage("tenant.id"), Some("acme"));
    let client = Theirs::from(received.span_context());
    assert_eq!(client.span_id(), id(the(&spans, "client")));
    span!("server", parent = received).in_scope(|| ());
    let below = kept().spans_of(client.trace_id());
    assert_eq!(the(&below, "server").parent_span_id, client.span_id());
}

#[test]
fn below_what_is_not_sampled_nothing_is_recorded() {
    #[observe(component = "Own", parent = unsampled)]
    fn not_sampled(unsampled: &SpanContext) {
        parent();
        assert!(!current().is_recording());
    }
    let unsampled = SpanContext::new(99, 9, false);
    let spans = spans_in(|| {
        not_sampled(&unsampled);
        leaf(5);
    });
    assert_eq!(support::names(&spans), ["Own.leaf", "root"]);
    assert!(kept().spans_of(TraceId::from(99)).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn futures_take_their_span_along() {
    #[observe(component = "Own")]
    async fn task(n: u32) -> u32 {
        for _ in 0..3 {
            tokio::task::yield_now().await;
            leaf(n);
        }
        n
    }
    kept();
    let (one, two) = tokio::join!(hyperion::spawn(task(10)), hyperion::spawn(task(20)));
    assert_eq!(one.expect("it runs") + two.expect("it runs"), 30);
    assert!(kept().telemetry.flush(PATIENCE));
    let spans = kept().all_spans();
    for task in spans.iter().filter(|span| span.name == "Own.task") {
        let leaves = spans.iter().filter(|span| span.parent_span_id == id(task));
        assert_eq!(leaves.count(), 3);
    }
}

#[derive(Metrics)]
#[metrics(prefix = "own")]
struct Sizes {
    /// Rows that were read.
    #[histogram(unit = "{row}", buckets = [1.0, 10.0])]
    rows: Histogram,
}

static SIZES: Sizes = Sizes::new();

#[test]
fn measurements_lead_to_their_trace() {
    #[observe(component = "Measured")]
    fn measured() {}
    let spans = spans_in(|| {
        measured();
        SIZES.rows.record(3.0);
    });
    let root = the(&spans, "root").span_context.clone();
    let points = kept().calls("Measured", "measured", "ok");
    let [call] = points
        .iter()
        .flat_map(|point| &point.exemplars)
        .collect::<Vec<_>>()[..]
    else {
        panic!("one call and one exemplar");
    };
    let trace = |exemplar: &Exemplar| exemplar.span.map(|span| span.trace_id);
    assert_eq!(trace(call), Some(root.trace_id().to_bytes()));
    let families = kept().snapshot().families;
    let rows = families.iter().find(|family| family.name == "own.rows");
    let Some(Data::Histogram(points)) = rows.map(|family| &family.data) else {
        panic!("rows are a histogram");
    };
    let [rows] = points
        .iter()
        .flat_map(|point| &point.exemplars)
        .collect::<Vec<_>>()[..]
    else {
        panic!("one measurement and one exemplar");
    };
    assert_eq!(
        rows.span.map(|span| span.span_id),
        Some(root.span_id().to_bytes())
    );
}

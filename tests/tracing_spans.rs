//! Spans of `tracing` are spans of the same traces where that is asked for, whichever way they nest with observed calls.

mod support;

use hyperion::config::{Config, ContextMode, SpanSource};
use hyperion::observe;
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use std::sync::OnceLock;
use std::time::Duration;
use support::lines::Lines;
use support::{Kept, attribute, id, span};
use tracing::{Instrument, info_span, instrument};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// The telemetry of this process, and the lines of its subscriber, which is made before the telemetry is.
fn kept() -> (&'static Kept, &'static Lines) {
    static KEPT: OnceLock<(Kept, Lines)> = OnceLock::new();
    let (kept, lines) = KEPT.get_or_init(|| {
        let lines = Lines::default();
        let written = lines.clone();
        let subscriber = tracing_subscriber::registry()
            .with(hyperion::logs::spans().with_filter(LevelFilter::INFO))
            .with(hyperion::logs::layer(
                hyperion::config::LogFormat::Json,
                move || written.clone(),
            ));
        tracing::subscriber::set_global_default(subscriber).expect("there is none");
        let mut config = Config::default();
        // It has no say where spans of `tracing` are wanted.
        config.tracing.context = ContextMode::Own;
        let kept = support::install_with(config, |builder| builder.spans(SpanSource::All));
        (kept, lines)
    });
    (kept, lines)
}

/// The spans of the trace that has the one span called `root`.
fn trace_of(root: &str) -> Vec<SpanData> {
    let kept = kept().0;
    let all = kept.all_spans();
    kept.spans_of(span(&all, root).span_context.trace_id())
}

#[track_caller]
fn is_below(spans: &[SpanData], child: &str, parent: &str) {
    assert_eq!(
        span(spans, child).parent_span_id,
        id(span(spans, parent)),
        "{child} below {parent}"
    );
}

#[track_caller]
fn line_is_in(message: &str, span: &SpanData) {
    let lines = kept().1.all();
    let found: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == message)
        .collect();
    assert!(!found.is_empty(), "{message}");
    for line in found {
        assert_eq!(
            line["span_id"],
            span.span_context.span_id().to_string(),
            "{line}"
        );
        assert_eq!(
            line["trace_id"],
            span.span_context.trace_id().to_string(),
            "{line}"
        );
    }
}

#[observe(name = "leaf")]
fn leaf() {
    tracing::info!("in the leaf");
}

#[instrument]
fn instrumented(id: u64) {
    tracing::info!("in an instrumented function");
    leaf();
}

#[observe(name = "observed_around")]
fn observed_around() {
    instrumented(7);
}

#[test]
fn instrument_inside_observe_and_observe_inside_instrument() {
    kept();
    observed_around();
    let spans = trace_of("observed_around");
    assert_eq!(spans.len(), 3);
    is_below(&spans, "instrumented", "observed_around");
    is_below(&spans, "leaf", "instrumented");
    let instrumented = span(&spans, "instrumented");
    assert_eq!(attribute(instrumented, "id"), Some(&7.into()));
    assert!(attribute(instrumented, "code.line.number").is_some());
    assert_eq!(instrumented.instrumentation_scope.name(), "tracing_spans");
    line_is_in("in an instrumented function", instrumented);
}

#[observe(name = "later")]
async fn later(round: u64) {
    tokio::task::yield_now().await;
    tracing::info!("in the later call");
    instrumented_later(round).await;
}

#[instrument(name = "instrumented later")]
async fn instrumented_later(round: u64) {
    tokio::task::yield_now().await;
    tracing::info!("in the later instrumented call");
}

#[observe(name = "request")]
async fn request() {
    let query = info_span!("query", rows = tracing::field::Empty);
    // As a library does it that goes on in a task of its own.
    tokio::spawn(later(1).instrument(query.clone()))
        .await
        .unwrap();
    query.record("rows", 3);
    // And as one that goes on in a thread.
    let elsewhere = info_span!(parent: &query, "elsewhere");
    std::thread::spawn(move || {
        elsewhere.in_scope(|| tracing::info!("elsewhere"));
    })
    .join()
    .unwrap();
}

#[test]
fn both_orders_hold_over_awaits_tasks_and_threads() {
    kept();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(request().instrument(info_span!("server")));
    let spans = trace_of("server");
    is_below(&spans, "request", "server");
    is_below(&spans, "query", "request");
    is_below(&spans, "later", "query");
    is_below(&spans, "instrumented later", "later");
    is_below(&spans, "elsewhere", "query");
    assert_eq!(attribute(span(&spans, "query"), "rows"), Some(&3.into()));
    line_is_in("in the later call", span(&spans, "later"));
    line_is_in(
        "in the later instrumented call",
        span(&spans, "instrumented later"),
    );
    line_is_in("elsewhere", span(&spans, "elsewhere"));
}

#[instrument(err, fields(otel.kind = "client", otel.name = "GET /users"))]
fn fails() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("disk full"))
}

#[test]
fn errors_kinds_names_and_links_are_understood() {
    kept();
    info_span!("fallible").in_scope(|| {
        assert!(fails().is_err());
        let cause = info_span!("cause");
        info_span!("effect").follows_from(&cause);
        // An observed call that logs an error is not what fails here.
        logs_error();
    });
    let spans = trace_of("fallible");
    let failed = span(&spans, "GET /users");
    assert_eq!(failed.status, Status::error("disk full"));
    assert_eq!(failed.span_kind, SpanKind::Client);
    assert_eq!(failed.events.len(), 1);
    assert_eq!(failed.events[0].name, "exception");
    assert_eq!(support::text(failed, "error.type"), "_OTHER");
    assert!(attribute(failed, "otel.kind").is_none());
    assert_eq!(span(&spans, "fallible").status, Status::Unset);
    let links = &span(&spans, "effect").links;
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].span_context, span(&spans, "cause").span_context);
}

#[observe(name = "logs_error")]
fn logs_error() {
    tracing::error!(error = "not of the span around", "handled");
}

#[test]
fn a_span_ends_when_it_was_last_left_and_not_with_those_inside() {
    kept();
    let outer = info_span!("short");
    let inner = outer.in_scope(|| info_span!("long"));
    drop(outer);
    std::thread::sleep(Duration::from_millis(30));
    drop(inner);
    let spans = trace_of("short");
    let (short, long) = (span(&spans, "short"), span(&spans, "long"));
    assert!(
        short.end_time + Duration::from_millis(20) < long.end_time,
        "{short:?} {long:?}"
    );
    is_below(&spans, "long", "short");
}

#[test]
fn a_root_begins_a_trace_and_what_is_off_is_nothing() {
    kept();
    info_span!("around").in_scope(|| {
        info_span!(parent: None, "root").in_scope(leaf_of_root);
        tracing::debug_span!("off").in_scope(|| info_span!("below nothing").in_scope(|| {}));
    });
    let spans = trace_of("root");
    assert_eq!(spans.len(), 2);
    is_below(&spans, "leaf of root", "root");
    let spans = trace_of("around");
    is_below(&spans, "below nothing", "around");
    assert!(spans.iter().all(|span| span.name != "off"));
}

#[observe(name = "leaf of root")]
fn leaf_of_root() {}

#[test]
fn spans_may_be_left_in_any_order() {
    kept();
    let (first, second) = (info_span!("first out"), info_span!("second out"));
    let (first, second) = (first.entered(), second.entered());
    drop(first);
    leaf_between();
    drop(second);
    leaf_after();
    let spans = trace_of("second out");
    is_below(&spans, "leaf between", "second out");
    assert_eq!(trace_of("leaf after").len(), 1);
}

#[observe(name = "leaf between")]
fn leaf_between() {}

#[observe(name = "leaf after")]
fn leaf_after() {}

#[test]
fn a_thread_that_ends_inside_a_span_does_no_harm() {
    kept();
    std::thread::spawn(|| std::mem::forget(info_span!("never left").entered()))
        .join()
        .unwrap();
}

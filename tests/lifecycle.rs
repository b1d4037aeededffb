//! Telemetry is installed once at a time, ends when it is told to, and can begin again.
#![allow(
    clippy::items_after_statements,
    reason = "a function stands where it is called"
)]

mod support;

use hyperion::config::{Config, MetricExporter, Sampler, TraceExporter};
use hyperion::{Error, observe};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use support::{PATIENCE, install};

fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[observe(component = "Life")]
fn call() -> SpanContext {
    Context::map_current(|context| context.span().span_context().clone())
}

#[test]
fn a_second_installation_is_refused_until_the_first_has_ended() {
    let _one = one_at_a_time();
    let kept = install(Config::default());
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    config.logs.enabled = false;
    let second = hyperion::builder().config(config.clone()).install();
    assert!(matches!(second, Err(Error::AlreadyInstalled)));
    drop(kept);
    let third = hyperion::builder()
        .config(config)
        .install()
        .expect("the first has ended");
    third.shutdown(PATIENCE);
}

#[test]
fn a_shutdown_delivers_what_was_recorded_and_stops_recording() {
    let _one = one_at_a_time();
    let kept = install(Config::default());
    (0..1000).for_each(|_| drop(call()));
    let report = kept.telemetry.shutdown(PATIENCE);
    assert_eq!(
        (
            report.spans_exported(),
            report.spans_lost(),
            report.is_complete()
        ),
        (1000, 0, true)
    );
    let points = report.metric_points_exported();
    assert!(points > 0);
    assert_eq!(
        (
            report.metric_exports(),
            report.metric_exports_failed(),
            report.last_failure()
        ),
        (1, 0, None)
    );
    assert_eq!(
        report.to_string(),
        format!("1000 spans exported, 0 lost; {points} metric points in 1 export, 0 failed")
    );
    assert!(!call().is_valid(), "nothing is recorded any more");
}

#[test]
fn a_span_that_ends_after_the_shutdown_is_counted_as_lost() {
    let _one = one_at_a_time();
    #[observe(component = "Life")]
    fn shuts_down(kept: support::Kept) -> hyperion::ShutdownReport {
        kept.telemetry.shutdown(PATIENCE)
    }
    let report = shuts_down(install(Config::default()));
    assert_eq!((report.spans_exported(), report.is_complete()), (0, true));
}

#[test]
fn what_is_not_sampled_is_not_recorded_and_keeps_its_trace() {
    let _one = one_at_a_time();
    #[observe(component = "Life")]
    fn nested() -> (SpanContext, SpanContext) {
        (
            Context::map_current(|context| context.span().span_context().clone()),
            call(),
        )
    }
    let mut config = Config::default();
    config.tracing.sampler = Sampler::ParentBasedAlwaysOff;
    let kept = install(config);
    let (outer, inner) = nested();
    assert!(outer.is_valid() && !outer.is_sampled());
    assert_eq!(outer.trace_id(), inner.trace_id());
    assert_eq!(kept.all_spans(), []);
    assert!(
        kept.count("Life", "nested", "ok") > 0,
        "metrics do not depend on sampling"
    );
}

#[test]
fn without_an_exporter_calls_have_ids_and_spans_go_nowhere() {
    let _one = one_at_a_time();
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    config.logs.enabled = false;
    let telemetry = hyperion::builder().config(config).install().unwrap();
    assert!(call().is_valid());
    assert_eq!(telemetry.shutdown(PATIENCE).spans_lost(), 0);
}

#[test]
fn what_is_disabled_is_not_there() {
    let _one = one_at_a_time();
    let mut config = Config::default();
    config.tracing.enabled = false;
    config.metrics.enabled = false;
    config.logs.enabled = false;
    let telemetry = hyperion::builder().config(config).install().unwrap();
    assert!(!call().is_valid());
    assert!(telemetry.flush(Duration::ZERO));
    assert!(telemetry.shutdown(Duration::ZERO).is_complete());
}

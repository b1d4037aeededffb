//! Processes that fork.
#![cfg(unix)]

mod support;

use hyperion::config::Config;
use hyperion::{SpanContext, current, observe, span};
use opentelemetry_sdk::trace::InMemorySpanExporter;
use support::PATIENCE;

#[observe(component = "Forked", fields(id = id))]
fn call(id: u32) -> SpanContext {
    current().context()
}

/// Runs `child` in a child of this process, and returns its answer.
fn in_child(child: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls what a program calls after a fork, and ends without any handler of this process.
    unsafe {
        match libc::fork() {
            0 => {
                let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(child));
                libc::_exit(i32::from(!answer.unwrap_or(false)))
            }
            child => {
                assert!(child > 0, "the process forks");
                let mut status = 0;
                assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
                libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
            }
        }
    }
}

#[test]
fn a_child_records_nothing_and_may_begin_anew() {
    let kept = support::kept();
    assert!(call(1).is_valid());
    assert!(in_child(
        || !call(2).is_valid() && kept.telemetry.flush(PATIENCE)
    ));

    let told = tempfile::NamedTempFile::new().expect("a file");
    let begin_anew = || {
        let mut config = Config::default();
        (config.metrics.enabled, config.logs.enabled) = (false, false);
        let spans = InMemorySpanExporter::default();
        let builder = hyperion::builder().config(config);
        let telemetry = builder.span_exporter(spans.clone()).install();
        let telemetry = telemetry.expect("the parent's does not run here");
        let ids = call(3);
        std::fs::write(told.path(), ids.to_string()).expect("the file takes it");
        telemetry.shutdown(PATIENCE).spans_exported() == 1
    };
    assert!(in_child(begin_anew), "telemetry of the child's own");
    let of_child = std::fs::read_to_string(told.path()).expect("the child has told");
    let of_child: SpanContext = of_child.parse().expect("its ids");
    let next = call(4);
    assert_ne!(next.trace_id(), of_child.trace_id());
    assert_ne!(next.span_id(), of_child.span_id());

    // Inside a span, which ends in both. What is called in the child finds it and adds none.
    let mut entered = Some(span!("in both").enter());
    let around = current().context();
    assert!(in_child(|| {
        let is_around = call(5) == around;
        drop(entered.take());
        is_around && !call(6).is_valid()
    }));
    drop(entered);
    let spans = kept.all_spans();
    let names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["Forked.call", "Forked.call", "in both"]);
}

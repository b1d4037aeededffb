//! Every log line inside an observed call carries the ids of that call: over threads, tasks, awaits and cancellation, through
//! the crate `log`, and around and inside spans of `tracing`.
//!
//! Each line says in its field `of` which span it belongs to, and in its message how it came there.

mod support;

use hyperion::{in_current_context, observe, with_current_context};
use opentelemetry_sdk::trace::SpanData;
use serde_json::Value;
use std::future::pending;
use std::sync::OnceLock;
use std::time::Duration;
use support::kept;
use support::lines::Lines;
use tracing::{Instrument, info_span};

/// Writes a line that belongs to the span `of`.
macro_rules! line {
    ($of:literal, $how:literal) => {
        tracing::info!(of = concat!("LogIds.", $of), $how)
    };
}

/// Logs, and calls what is observed, when it is dropped.
struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        line!("cancelled", "in a destructor");
        log::warn!(of = "LogIds.cancelled", attempt = 3; "in a destructor, through `log`");
        clean_up();
    }
}

#[observe(component = "LogIds")]
fn clean_up() {
    line!("clean_up", "in a call that a destructor makes");
}

#[observe(component = "LogIds")]
async fn cancelled() {
    let _cleanup = Cleanup;
    line!("cancelled", "before it waits");
    tokio::task::yield_now().await;
    line!("cancelled", "on another poll");
    pending::<()>().await;
}

/// The same by way of an argument, which is dropped last.
#[observe(component = "LogIds", name = "LogIds.cancelled")]
async fn cancelled_with(_cleanup: Cleanup) {
    pending::<()>().await;
}

#[observe(component = "LogIds")]
async fn gives_up() {
    tokio::select! {
        () = cancelled() => {}
        () = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            line!("gives_up", "in the branch that wins");
        } => {}
    }
    line!("gives_up", "after a branch was cancelled");
    let _ = tokio::time::timeout(Duration::from_millis(5), cancelled_with(Cleanup)).await;
    line!("gives_up", "after a timeout");
    let task = hyperion::spawn(cancelled());
    tokio::time::sleep(Duration::from_millis(20)).await;
    task.abort();
    let _ = task.await;
    line!("gives_up", "after a task was aborted");
    // A future goes on here and is dropped there.
    let mut moved = Box::pin(cancelled());
    assert!(futures::poll!(moved.as_mut()).is_pending());
    assert!(futures::poll!(moved.as_mut()).is_pending());
    std::thread::spawn(move || drop(moved)).join().unwrap();
    line!("gives_up", "after a future was dropped elsewhere");
}

#[observe(component = "LogIds")]
async fn spawns() {
    line!("spawns", "first");
    let task = hyperion::spawn(async {
        line!("spawns", "in a task");
        tokio::task::yield_now().await;
        line!("spawns", "in a task, later");
        observed_step().await;
    });
    let blocking = hyperion::spawn_blocking(|| line!("spawns", "in blocking work"));
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..4 {
        set.spawn(in_current_context(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            line!("spawns", "in one of a set");
        }));
    }
    let (a, b) = tokio::join!(observed_step(), async {
        line!("spawns", "beside an observed step");
    });
    let ((), ()) = (a, b);
    task.await.unwrap();
    blocking.await.unwrap();
    set.join_all().await;
    let aborted = tokio::spawn(in_current_context(async {
        let _on_drop = OnDrop(|| line!("spawns", "in a destructor of a task that is aborted"));
        pending::<()>().await;
    }));
    tokio::time::sleep(Duration::from_millis(20)).await;
    aborted.abort();
    let _ = aborted.await;
    line!("spawns", "last");
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[observe(component = "LogIds")]
async fn observed_step() {
    line!("observed_step", "before it waits");
    tokio::time::sleep(Duration::from_millis(1)).await;
    log::info!(of = "LogIds.observed_step", rows = 7, table = "users"; "after it waited");
}

#[observe(component = "LogIds")]
fn over_threads() {
    line!("over_threads", "here");
    let work = with_current_context(|| {
        line!("over_threads", "on another thread");
        let deeper = with_current_context(|| line!("over_threads", "on a third one"));
        std::thread::spawn(deeper).join().unwrap();
        clean_up();
    });
    std::thread::spawn(work).join().unwrap();
    let handle = hyperion::current();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| handle.in_scope(|| line!("over_threads", "in a scoped thread")));
        }
    });
    let _local = OnDrop(|| line!("over_threads", "in a destructor"));
    let caught = std::panic::catch_unwind(|| {
        let _unwound = OnDrop(|| line!("over_threads", "while it unwinds"));
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(caught.is_err());
}

/// As a library does it, which knows `tracing` and nothing of hyperion.
mod library {
    use super::*;

    #[tracing::instrument]
    pub(super) async fn query(table: &str) {
        line!("beside_tracing", "in `#[instrument]`");
        tokio::task::yield_now().await;
        line!("beside_tracing", "in `#[instrument]`, later");
    }

    /// Goes on in a task of its own, inside its span.
    pub(super) async fn query_in_task() {
        let work = async {
            line!("beside_tracing", "in a task of a library");
            tokio::task::yield_now().await;
            let _inner = info_span!("row").entered();
            line!("beside_tracing", "in a task of a library, deeper");
        };
        tokio::spawn(work.instrument(info_span!("query")))
            .await
            .unwrap();
    }

    /// Goes on in a thread, which enters the span, as `sqlx` does for `SQLite`.
    pub(super) fn query_in_thread() {
        let span = info_span!("connection");
        std::thread::spawn(move || {
            let _entered = span.enter();
            line!("beside_tracing", "in a thread of a library");
        })
        .join()
        .unwrap();
    }
}

#[observe(component = "LogIds")]
async fn beside_tracing() {
    info_span!("inside", id = 1).in_scope(|| line!("beside_tracing", "inside of a span"));
    {
        let _entered = info_span!("entered").entered();
        line!("beside_tracing", "inside of an entered span");
        clean_up();
    }
    library::query("users").await;
    library::query_in_task().await;
    library::query_in_thread();
    observed_step().instrument(info_span!("around")).await;
    line!("beside_tracing", "after all of them");
}

/// The lines of this process.
fn lines() -> &'static Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES.get_or_init(|| {
        let lines = Lines::default();
        tracing::subscriber::set_global_default(lines.subscriber()).expect("there is none");
        assert!(
            hyperion::logs::take_log_records(),
            "the program has no logger"
        );
        lines
    })
}

#[track_caller]
fn belongs_to_its_span(line: &Value, spans: &[SpanData]) {
    let named = spans
        .iter()
        .find(|span| line["span_id"] == span.span_context.span_id().to_string());
    let Some(span) = named else {
        panic!("no span has the id of {line}");
    };
    assert_eq!(line["of"], *span.name, "{line}");
    assert_eq!(
        line["trace_id"],
        span.span_context.trace_id().to_string(),
        "{line}"
    );
    assert_eq!(line["trace_flags"], "03", "{line}");
}

#[test]
fn every_line_carries_the_ids_of_its_call() {
    let (kept, lines) = (kept(), lines());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        gives_up().await;
        spawns().await;
        beside_tracing()
            .instrument(info_span!("request", id = 7))
            .await;
        tokio::spawn(spawns()).await.unwrap();
    });
    over_threads();
    info_span!("around").in_scope(over_threads);
    drop(runtime);
    let (spans, lines) = (kept.all_spans(), lines.all());
    for line in &lines {
        belongs_to_its_span(line, &spans);
    }
    let count = |message: &str| {
        lines
            .iter()
            .filter(|line| line["message"] == message)
            .count()
    };
    assert_eq!(
        count("in a destructor"),
        2 + 4,
        "of four cancelled calls and two that end"
    );
    assert_eq!(count("in a destructor, through `log`"), 4);
    assert_eq!(count("in a call that a destructor makes"), 4 + 2 + 1);
    assert_eq!(count("in one of a set"), 8);
    assert_eq!(lines.len(), 82);

    let of_log = lines
        .iter()
        .find(|line| line["message"] == "after it waited")
        .unwrap();
    assert_eq!(
        (&of_log["rows"], &of_log["table"]),
        (&7.into(), &"users".into())
    );
    // What a destructor starts hangs below the call that was cancelled.
    let cancelled: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "LogIds.cancelled")
        .collect();
    assert_eq!(cancelled.len(), 4);
    for span in cancelled {
        let is_child = |child: &&SpanData| child.parent_span_id == support::id(span);
        let children: Vec<_> = spans
            .iter()
            .filter(is_child)
            .map(|span| &*span.name)
            .collect();
        assert_eq!(children, ["LogIds.clean_up"]);
        assert_eq!(support::text(span, "outcome"), "cancelled");
    }
}

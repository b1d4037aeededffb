//! Levels decide which calls are on, for each component, while the program runs.
#![allow(
    clippy::items_after_statements,
    reason = "a function stands where it is called"
)]
#![allow(clippy::unused_self, reason = "what is called holds nothing")]

mod support;

use hyperion::config::Config;
use hyperion::{LevelFilter, observe};
use opentelemetry::trace::TraceContextExt;
use support::{Kept, id, install, names, span};

struct Repository;

#[observe(level = debug)]
impl Repository {
    fn find(&self) -> u32 {
        self.scan() + important()
    }

    #[observe(level = trace)]
    fn scan(&self) -> u32 {
        important()
    }
}

#[observe(component = "Service")]
fn important() -> u32 {
    1
}

#[observe(component = "Service", level = debug)]
async fn later() -> u32 {
    tokio::task::yield_now().await;
    important()
}

/// Returns the spans of one call of `find`, inside an important one.
fn spans(kept: &Kept) -> Vec<opentelemetry_sdk::trace::SpanData> {
    #[observe(component = "Service", name = "request")]
    fn request() -> (u32, opentelemetry::trace::TraceId) {
        let trace = opentelemetry::Context::current()
            .span()
            .span_context()
            .trace_id();
        (Repository.find(), trace)
    }
    let (found, trace) = request();
    assert_eq!(found, 2, "a call that is off still runs");
    kept.spans_of(trace)
}

/// One test, since what is on is a matter of the process.
#[test]
fn a_level_decides_what_is_on() {
    let mut config = Config::default();
    config
        .tracing
        .components
        .insert("Loud".to_owned(), LevelFilter::Trace);
    let kept = install(config);
    let levels = kept.telemetry.levels();

    // The default is `info`. What is off leaves no gap: its children hang under the nearest span there is.
    let at_info = spans(&kept);
    assert_eq!(
        names(&at_info),
        ["Service.important", "Service.important", "request"]
    );
    let request = id(span(&at_info, "request"));
    assert!(
        at_info
            .iter()
            .take(2)
            .all(|span| span.parent_span_id == request)
    );
    assert_eq!(
        kept.count("Repository", "find", "ok"),
        0,
        "no metric either"
    );

    levels.set_component("Repository", LevelFilter::Debug);
    assert_eq!(
        names(&spans(&kept)),
        [
            "Service.important",
            "Service.important",
            "Repository.find",
            "request"
        ]
    );
    assert_eq!(kept.count("Repository", "find", "ok"), 1);

    levels.set_component("Repository", LevelFilter::Trace);
    assert_eq!(spans(&kept).len(), 5);

    levels.set_component("Repository", LevelFilter::Off);
    levels.set(LevelFilter::Trace);
    assert_eq!(spans(&kept).len(), 3, "a component's own level comes first");
    levels.clear_component("Repository");
    assert_eq!(spans(&kept).len(), 5);

    levels.set(LevelFilter::Error);
    assert_eq!(names(&spans(&kept)), Vec::<&str>::new());

    // A future asks when it starts.
    levels.set(LevelFilter::Debug);
    let future = later();
    levels.set(LevelFilter::Info);
    let before = kept.count("Service", "later", "ok");
    assert_eq!(futures::executor::block_on(future), 1);
    assert_eq!(kept.count("Service", "later", "ok"), before);
}

//! Built with the feature `max_level_warn`: calls of a more detailed level are left out, whatever the configuration says.

mod support;

use hyperion::{LevelFilter, MAX_LEVEL, observe, span};
use support::{kept, names, spans_in_async};

#[observe(component = "Compiled", level = warn)]
fn kept_in() {}

#[observe(component = "Compiled")]
fn left_out() {
    kept_in();
}

#[observe(component = "Compiled", level = debug)]
async fn left_out_later() {
    tokio::task::yield_now().await;
    left_out();
}

#[tokio::test]
async fn more_detailed_calls_are_left_out() {
    assert_eq!(MAX_LEVEL, LevelFilter::Warn);
    kept().telemetry.levels().set(LevelFilter::Trace);
    let ((), spans) = spans_in_async(async {
        left_out_later().await;
        span!("by hand").in_scope(|| ());
        span!("by hand, important", level = error).in_scope(|| ());
    })
    .await;
    assert_eq!(names(&spans), ["Compiled.kept_in", "by hand, important"]);
    assert_eq!(kept().count("Compiled", "left_out", "ok"), 0);
}

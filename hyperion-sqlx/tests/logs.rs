//! The log lines of sqlx carry the ids of the query that they are about, also where another thread writes them.

mod database;

use database::support::lines::Lines;
use database::support::{id, kept, span};
use hyperion::observe;
use hyperion_sqlx::SqlitePool;
use opentelemetry_sdk::trace::SpanData;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::time::Duration;
use tracing::log::LevelFilter;

#[observe(component = "Users")]
async fn count(pool: &SqlitePool) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema")
        .fetch_one(pool)
        .await
}

#[tokio::test]
async fn lines_are_of_the_span_that_they_are_about() {
    kept();
    let lines = Lines::default();
    tracing::subscriber::set_global_default(lines.subscriber()).expect("it is set once");
    // Each statement takes longer than no time, and so leaves a line that it was slow.
    let options: SqliteConnectOptions = "sqlite::memory:".parse().expect("options");
    let options = options.log_slow_statements(LevelFilter::Warn, Duration::ZERO);
    let pool = SqlitePoolOptions::new().connect_with(options).await;
    let pool = SqlitePool::from(pool.expect("a pool"));
    count(&pool).await.expect("a count");

    let spans: Vec<SpanData> = kept().all_spans();
    let query = span(&spans, "SELECT sqlite_schema");
    assert_eq!(query.parent_span_id, id(span(&spans, "Users.count")));
    let lines = lines.all();
    let line = lines
        .iter()
        .find(|line| line["summary"] == "SELECT COUNT(*) FROM sqlite_schema");
    let line = line.unwrap_or_else(|| panic!("no line of the query in {lines:?}"));
    assert_eq!(line["target"], "sqlx::query");
    assert_eq!(line["trace_id"], query.span_context.trace_id().to_string());
    assert_eq!(line["span_id"], id(query).to_string());
}

//! The log lines of sqlx carry the ids of the query that they are about, and of the call around it.

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

#[observe(component = "Users")]
async fn count_unobserved(pool: &SqlitePool) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema");
    count.fetch_one(pool.inner()).await
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
    count_unobserved(&pool).await.expect("a count");

    let spans: Vec<SpanData> = kept().all_spans();
    let query = span(&spans, "SELECT sqlite_schema");
    let [around, alone] = ["Users.count", "Users.count_unobserved"].map(|name| span(&spans, name));
    assert_eq!(query.parent_span_id, id(around));
    for about in [query, alone] {
        let (trace_id, span_id) = (
            about.span_context.trace_id().to_string(),
            id(about).to_string(),
        );
        let lines = lines.all();
        let line = lines
            .iter()
            .find(|line| line["target"] == "sqlx::query" && line["span_id"] == span_id.as_str());
        let line = line.unwrap_or_else(|| panic!("no line of {} in {lines:?}", about.name));
        assert_eq!(line["trace_id"], trace_id.as_str());
    }
}

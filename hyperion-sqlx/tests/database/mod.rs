//! Databases in memory, and spans of their queries as text.

// Each test file is a program of its own and uses what it needs.
#![allow(dead_code)]

#[path = "../../../tests/support/mod.rs"]
pub(crate) mod support;

use hyperion_sqlx::{Database, Pool, SqlitePool};
use opentelemetry_sdk::trace::SpanData;
use sqlx::Sqlite;
use sqlx::sqlite::{SqlitePoolOptions, SqliteQueryResult};
use support::kept;

/// A pool of sqlx on a database in memory that has users.
pub(crate) async fn plain() -> sqlx::SqlitePool {
    kept();
    let options = SqlitePoolOptions::new().max_connections(2);
    let pool = options.connect("sqlite::memory:").await.expect("a pool");
    let users = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                 INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edith')";
    sqlx::raw_sql(users).execute(&pool).await.expect("users");
    pool
}

/// The same, observed.
pub(crate) async fn pool() -> SqlitePool {
    plain().await.into()
}

pub(crate) async fn insert(
    executor: impl sqlx::Executor<'_, Database = Sqlite>,
    id: i64,
    name: &str,
) -> sqlx::Result<SqliteQueryResult> {
    let query = sqlx::query("INSERT INTO users (id, name) VALUES (?, ?)");
    query.bind(id).bind(name).execute(executor).await
}

/// The names of all users, past what is observed.
pub(crate) async fn users<DB: Database>(pool: &Pool<DB>) -> Vec<String>
where
    for<'c> &'c sqlx::Pool<DB>: sqlx::Executor<'c, Database = DB>,
    (String,): for<'r> sqlx::FromRow<'r, DB::Row>,
    DB::Arguments: sqlx::IntoArguments<DB>,
{
    let users = sqlx::query_as::<DB, (String,)>("SELECT name FROM users ORDER BY id");
    let users = users.fetch_all(pool.inner()).await.expect("users");
    users.into_iter().map(|(name,)| name).collect()
}

/// A span as text: its kind, name and status, and its attributes by their keys.
pub(crate) fn shown(span: &SpanData) -> String {
    support::shown::span(span, |_, value| value)
}

/// Several spans as text.
pub(crate) fn all_shown(spans: &[SpanData]) -> String {
    spans.iter().map(shown).collect()
}

/// The series of a metric, each as its labels and its count or value.
pub(crate) fn series(name: &str) -> Vec<String> {
    let mut series = support::shown::series(name, |_, value| value);
    series.sort();
    series
}

/// The series of a metric that have this in their labels.
pub(crate) fn series_with(name: &str, part: &str) -> Vec<String> {
    let mut found = series(name);
    found.retain(|series| series.contains(part));
    found
}

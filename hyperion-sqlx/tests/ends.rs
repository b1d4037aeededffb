//! The ends of queries: errors, streams that are left, and callers that go away.

mod database;

use database::support::{attribute, kept, names, spans_in_async, text};
use database::{insert, plain, pool, series_with, shown};
use expect_test::expect;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use hyperion_sqlx::{Pool, SqlitePool};
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use sqlx::sqlite::SqlitePoolOptions;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const ALL: &str = "SELECT * FROM users ORDER BY id";

/// The one span that a future makes.
async fn one_span<T>(future: impl Future<Output = T>) -> (T, SpanData) {
    let (result, mut spans) = spans_in_async(future).await;
    assert_eq!(spans.len(), 1, "{:?}", names(&spans));
    (result, spans.remove(0))
}

fn assert_well(span: &SpanData) {
    assert_eq!(span.status, Status::Unset);
    assert!(attribute(span, "outcome").is_none());
    assert!(attribute(span, "error.type").is_none());
}

#[tokio::test]
async fn an_error_of_the_database_has_its_code_and_no_values() {
    let pool = pool().await;
    let (result, span) = one_span(insert(&pool, 7, "Ada")).await;
    let error = result.expect_err("there is an Ada");
    assert!(error.as_database_error().is_some());
    expect![[r"
        client `INSERT users`
          failed: unique violation
          component = Database
          db.collection.name = users
          db.namespace = :memory:
          db.operation.name = INSERT
          db.query.summary = INSERT users
          db.query.text = INSERT INTO users (id, name) VALUES (?, ?)
          db.response.status_code = 2067
          db.system.name = sqlite
          error.type = 2067
    "]]
    .assert_eq(&shown(&span));

    let telling = Pool::builder(pool.inner().clone())
        .error_messages(true)
        .build();
    let (_, span) = one_span(insert(&telling, 7, "Ada")).await;
    assert_eq!(
        span.status,
        Status::error("UNIQUE constraint failed: users.name")
    );
}

#[tokio::test]
async fn an_error_after_some_rows_fails_the_stream() {
    let pool = Pool::builder(plain().await).returned_rows(true).build();
    let overflow = "SELECT abs(id) FROM users UNION ALL SELECT abs(-9223372036854775808)";
    let (result, span) = one_span(sqlx::query(overflow).fetch(&pool).try_collect::<Vec<_>>()).await;
    result.expect_err("it has no absolute value");
    assert_eq!(span.status, Status::error(""));
    assert_eq!(text(&span, "db.response.status_code"), "1");
    assert_eq!(text(&span, "db.response.returned_rows"), "3");
}

#[tokio::test]
async fn no_row_is_an_answer() {
    let pool = pool().await;
    let nobody = "SELECT * FROM users WHERE id = 4711";
    let (result, span) = one_span(sqlx::query(nobody).fetch_one(&pool)).await;
    assert!(matches!(result, Err(sqlx::Error::RowNotFound)));
    assert_well(&span);
    let user = sqlx::query_as::<_, (i64, String)>(nobody).fetch_one(&pool);
    let (result, span) = one_span(user).await;
    assert!(matches!(result, Err(sqlx::Error::RowNotFound)));
    assert_well(&span);
}

#[tokio::test]
async fn an_error_of_the_client_has_its_kind() {
    let pool = pool().await;
    pool.close().await;
    let (result, span) = one_span(sqlx::query(ALL).fetch_all(&pool)).await;
    result.expect_err("it is closed");
    assert_eq!(text(&span, "error.type"), "PoolClosed");
    assert!(attribute(&span, "db.response.status_code").is_none());
    assert_eq!(
        span.status,
        Status::error("attempted to acquire a connection on a closed pool")
    );
}

#[tokio::test]
async fn a_stream_that_is_left_has_ended_well() {
    let pool = Pool::builder(plain().await).returned_rows(true).build();
    let (row, span) = one_span(async { sqlx::query(ALL).fetch(&pool).next().await }).await;
    row.expect("a row").expect("it was read");
    assert_well(&span);
    assert_eq!(text(&span, "db.response.returned_rows"), "1");
    let (row, span) = one_span(sqlx::query(ALL).fetch_one(&pool)).await;
    row.expect("a row");
    assert_well(&span);
}

#[tokio::test]
async fn what_is_never_polled_is_no_span() {
    let pool = pool().await;
    let ((), spans) = spans_in_async(async {
        drop(sqlx::query(ALL).fetch(&pool));
        drop(sqlx::query(ALL).fetch_all(&pool));
        drop(pool.begin());
    })
    .await;
    assert!(spans.is_empty(), "{:?}", names(&spans));
}

/// Runs for longer than the test waits.
const LONG: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000) SELECT MAX(i) FROM n";

/// A pool whose only connection is in use, so that a query waits.
async fn busy() -> (SqlitePool, hyperion_sqlx::PoolConnection<sqlx::Sqlite>) {
    kept();
    let options = SqlitePoolOptions::new().max_connections(1);
    let pool = options.acquire_timeout(Duration::from_millis(50));
    let pool = pool.connect("sqlite::memory:").await.expect("a pool");
    let pool = Pool::builder(pool).system("busy").build();
    let connection = pool.acquire().await.expect("a connection");
    (pool, connection)
}

#[tokio::test]
async fn a_query_whose_caller_goes_away_is_cancelled() {
    let (pool, _connection) = busy().await;
    let ((), span) = one_span(async {
        let query = sqlx::query("SELECT 1").fetch_one(&pool);
        assert!(query.now_or_never().is_none(), "there is no connection");
    })
    .await;
    assert_eq!(text(&span, "outcome"), "cancelled");
    assert_eq!(text(&span, "error.type"), "cancelled");
    assert_eq!(span.status, Status::Unset);
    let series = series_with("db.client.operation.duration", "cancelled");
    assert!(
        series.iter().any(|series| series.contains("busy")),
        "{series:?}"
    );
}

#[tokio::test]
async fn a_stream_that_is_waited_for_in_vain_is_cancelled() {
    let (pool, _connection) = busy().await;
    let ((), span) = one_span(async {
        let mut rows = sqlx::query("SELECT 1").fetch(&pool);
        let waiting = pin!(rows.next()).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(waiting, Poll::Pending));
    })
    .await;
    assert_eq!(text(&span, "outcome"), "cancelled");
}

#[tokio::test]
async fn the_time_that_a_driver_takes_is_cut_off_with_it() {
    let pool = pool().await;
    let (result, span) = one_span(tokio::time::timeout(
        Duration::from_millis(20),
        sqlx::query(LONG).fetch_one(&pool),
    ))
    .await;
    result.expect_err("it takes longer");
    assert_eq!(text(&span, "outcome"), "cancelled");
    assert_eq!(span.name, "SELECT SELECT SELECT");
}

#[tokio::test]
async fn a_pool_without_connections_times_out() {
    let (pool, _connection) = busy().await;
    let (result, span) = one_span(sqlx::query("SELECT 1").fetch_one(&pool)).await;
    assert!(matches!(result, Err(sqlx::Error::PoolTimedOut)));
    assert_eq!(text(&span, "error.type"), "PoolTimedOut");
    let (result, span) = one_span(pool.begin()).await;
    assert!(matches!(result, Err(sqlx::Error::PoolTimedOut)));
    assert_eq!(span.name, "BEGIN");
    assert_eq!(text(&span, "error.type"), "PoolTimedOut");
}

//! Pools are metrics, by their names.

mod database;

use database::support::kept;
use database::{insert, plain, series, series_with};
use futures_util::FutureExt;
use hyperion_sqlx::{Pool, SqlitePool};
use sqlx::sqlite::SqlitePoolOptions;
use std::time::Duration;

const CONNECTION: &str = "db.client.connection";

async fn named(name: &str) -> SqlitePool {
    kept();
    let options = SqlitePoolOptions::new()
        .max_connections(2)
        .min_connections(1);
    let options = options.acquire_timeout(Duration::from_millis(30));
    let pool = options.connect("sqlite::memory:").await.expect("a pool");
    Pool::builder(pool).name(name).build()
}

/// The value of a metric of a pool.
#[track_caller]
fn value(metric: &str, pool: &str, label: &str) -> i64 {
    let name = format!("db.client.connection.pool.name={pool}");
    let series = series_with(&format!("{CONNECTION}.{metric}"), &name);
    let series = series.iter().find(|series| series.contains(label));
    let series = series.unwrap_or_else(|| panic!("{metric} of {pool}"));
    let value = series.rsplit_once(": ").expect("a value").1;
    value.parse().expect("a number")
}

#[tokio::test]
async fn connections_are_counted_by_their_state() {
    let pool = named("counted").await;
    assert_eq!(pool.name(), Some("counted"));
    assert_eq!(value("max", "counted", ""), 2);
    assert_eq!(value("idle.min", "counted", ""), 1);
    assert_eq!(value("count", "counted", "state=idle"), 1);
    assert_eq!(value("count", "counted", "state=used"), 0);
    let first = pool.acquire().await.expect("a connection");
    let second = pool.begin().await.expect("a transaction");
    assert_eq!(value("count", "counted", "state=used"), 2);
    assert_eq!(value("count", "counted", "state=idle"), 0);
    drop((first, second));
}

#[tokio::test]
async fn waits_uses_and_timeouts_are_measured() {
    let pool = named("measured").await;
    let first = pool.acquire().await.expect("a connection");
    let second = pool.try_acquire();
    let second = match second {
        Some(connection) => connection,
        None => pool.acquire().await.expect("a connection"),
    };
    assert_eq!(value("wait_time", "measured", ""), 2);

    let mut waiting = Box::pin(pool.acquire());
    assert!((&mut waiting).now_or_never().is_none());
    assert_eq!(value("pending_requests", "measured", ""), 1);
    waiting.await.expect_err("none is free");
    assert_eq!(value("timeouts", "measured", ""), 1);
    drop(pool.acquire().now_or_never());
    assert_eq!(value("pending_requests", "measured", ""), 0);
    assert_eq!(value("wait_time", "measured", ""), 2);

    drop(first);
    second.close().await.expect("it is closed");
    assert_eq!(value("use_time", "measured", ""), 2);
    pool.begin()
        .await
        .expect("a transaction")
        .rollback()
        .await
        .expect("a rollback");
    assert_eq!(value("use_time", "measured", ""), 3);
    assert_eq!(value("wait_time", "measured", ""), 3);
}

#[tokio::test]
async fn a_query_waits_for_its_connection_and_gives_it_back() {
    let pool = Pool::builder(plain().await).name("queried").build();
    insert(&pool, 4, "Barbara").await.expect("a row");
    sqlx::query("SELECT 1")
        .fetch_all(&pool)
        .await
        .expect("a row");
    assert_eq!(value("wait_time", "queried", ""), 2);
    assert_eq!(value("use_time", "queried", ""), 2);
}

#[tokio::test]
async fn a_name_is_taken_as_long_as_its_pool_is_there() {
    let first = named("shared").await;
    let second = named("shared").await;
    assert_eq!(first.name(), Some("shared"));
    assert_eq!(second.name(), Some("shared-2"));
    let connection = first.acquire().await.expect("a connection");
    drop(first);
    assert_eq!(named("shared").await.name(), Some("shared-3"));
    drop(connection);
    assert_eq!(named("shared").await.name(), Some("shared"));
}

#[tokio::test]
async fn a_pool_that_is_gone_is_asked_no_more() {
    let pool = named("gone").await;
    assert_eq!(value("max", "gone", ""), 2);
    let inner = pool.inner().clone();
    drop(pool);
    let series = series_with("db.client.connection.max", "name=gone");
    assert!(series.is_empty(), "{series:?}");
    inner.close().await;
    let again = named("gone").await;
    assert_eq!(again.name(), Some("gone"));
}

#[tokio::test]
async fn pools_do_not_outlive_their_last_handle() {
    let pool = named("dropped").await;
    let closed = pool.close_event();
    drop(pool);
    tokio::time::timeout(Duration::from_secs(30), closed)
        .await
        .expect("nobody else holds it");
}

#[tokio::test]
async fn a_pool_is_named_by_its_database_if_by_nobody() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().display().to_string();
    let pool = SqlitePool::connect(&format!("sqlite://{path}")).await;
    let pool = pool.expect("a pool");
    assert_eq!(pool.name(), Some(&*path));
    assert_eq!((pool.size(), pool.is_closed()), (1, false));
    assert!(!series(&format!("{CONNECTION}.count")).is_empty());
}

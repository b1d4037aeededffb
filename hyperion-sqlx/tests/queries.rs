//! Queries are spans and durations, in whichever way they are executed.

mod database;

use database::support::{attribute, names, spans_in_async, text};
use database::{all_shown, insert, plain, pool, series_with, shown};
use expect_test::expect;
use futures_util::TryStreamExt;
use hyperion_sqlx::{Pool, SqlitePool};
use opentelemetry_sdk::trace::SpanData;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Executor, FromRow, QueryBuilder, Row, Sqlite, Statement};

const BY_NAME: &str = "SELECT id, name FROM users WHERE name = ?";

#[derive(Debug, FromRow)]
struct User {
    id: i64,
    name: String,
}

async fn counted_pool() -> SqlitePool {
    Pool::builder(plain().await).returned_rows(true).build()
}

/// The one span that a future makes.
async fn one_span<T>(future: impl Future<Output = sqlx::Result<T>>) -> (T, SpanData) {
    let (result, mut spans) = spans_in_async(future).await;
    assert_eq!(spans.len(), 1, "{:?}", names(&spans));
    (result.expect("an answer"), spans.remove(0))
}

#[track_caller]
fn assert_rows(span: &SpanData, rows: i64) {
    assert_eq!(text(span, "db.response.returned_rows"), rows.to_string());
    assert_eq!(span.status, opentelemetry::trace::Status::Unset);
    assert!(attribute(span, "error.type").is_none());
    assert!(attribute(span, "outcome").is_none());
}

#[tokio::test]
async fn a_query_has_the_attributes_of_the_conventions() {
    let pool = pool().await;
    let (row, span) = one_span(sqlx::query(BY_NAME).bind("Ada").fetch_one(&pool)).await;
    assert_eq!(row.get::<i64, _>(0), 1);
    expect![[r"
        client `SELECT users`
          component = Database
          db.collection.name = users
          db.namespace = :memory:
          db.operation.name = SELECT
          db.query.summary = SELECT users
          db.query.text = SELECT id, name FROM users WHERE name = ?
          db.system.name = sqlite
    "]]
    .assert_eq(&shown(&span));
}

#[tokio::test]
async fn values_in_the_text_do_not_leave_the_process() {
    let pool = pool().await;
    let query = sqlx::query("SELECT 4711 FROM users WHERE name = 'secret' -- or 'other'");
    let (_, span) = one_span(query.fetch_all(&pool)).await;
    assert_eq!(
        text(&span, "db.query.text").trim(),
        "SELECT ? FROM users WHERE name = ?"
    );
    let silent = Pool::builder(pool.inner().clone())
        .query_text(false)
        .build();
    let (_, span) = one_span(sqlx::query(BY_NAME).bind("secret").fetch_all(&silent)).await;
    assert!(attribute(&span, "db.query.text").is_none());
    assert_eq!(span.name, "SELECT users");
}

#[tokio::test]
async fn every_way_to_fetch_is_one_span() {
    let pool = counted_pool().await;
    let all = "SELECT id, name FROM users ORDER BY id";

    let (rows, span) = one_span(sqlx::query(all).fetch_all(&pool)).await;
    assert_eq!(rows.len(), 3);
    assert_rows(&span, 3);

    let (row, span) = one_span(sqlx::query(all).fetch_one(&pool)).await;
    assert_eq!(row.get::<i64, _>("id"), 1);
    assert_rows(&span, 1);

    let (row, span) = one_span(sqlx::query(BY_NAME).bind("Nobody").fetch_optional(&pool)).await;
    assert!(row.is_none());
    assert_rows(&span, 0);

    let (rows, span) = one_span(sqlx::query(all).fetch(&pool).try_collect::<Vec<_>>()).await;
    assert_eq!(rows.len(), 3);
    assert_rows(&span, 3);

    let users = sqlx::query_as::<_, User>(all).fetch_all(&pool);
    let (users, span) = one_span(users).await;
    assert_eq!((users[1].id, &*users[1].name), (2, "Grace"));
    assert_rows(&span, 3);

    let (user, span) = one_span(sqlx::query_as::<_, User>(all).fetch_one(&pool)).await;
    assert_eq!(user.name, "Ada");
    assert_rows(&span, 1);

    let count = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM users").fetch_one(&pool);
    let (count, span) = one_span(count).await;
    assert_eq!(count, 3);
    assert_rows(&span, 1);

    let ids = sqlx::query(all)
        .map(|row: SqliteRow| row.get::<i64, _>(0))
        .fetch_all(&pool);
    let (ids, span) = one_span(ids).await;
    assert_eq!(ids, [1, 2, 3]);
    assert_rows(&span, 3);
}

#[tokio::test]
async fn every_way_to_execute_is_one_span() {
    let pool = counted_pool().await;

    let (result, span) = one_span(insert(&pool, 4, "Barbara")).await;
    assert_eq!(result.rows_affected(), 1);
    assert_eq!(span.name, "INSERT users");
    assert_rows(&span, 0);

    let (result, span) = one_span(pool.execute("DELETE FROM users WHERE id = 4")).await;
    assert_eq!(result.rows_affected(), 1);
    assert_eq!(
        text(&span, "db.query.text"),
        "DELETE FROM users WHERE id = ?"
    );

    let several = "INSERT INTO users (name) VALUES ('a'); SELECT * FROM users; DELETE FROM users WHERE name = 'a'";
    let results = sqlx::raw_sql(several).execute_many(&pool);
    let (results, span) = one_span(results.try_collect::<Vec<_>>()).await;
    assert_eq!(results.len(), 3);
    assert_eq!(span.name, "INSERT users SELECT users DELETE users");
    assert!(attribute(&span, "db.operation.name").is_none());
    assert_rows(&span, 4);

    let mut builder = QueryBuilder::<Sqlite>::new("INSERT INTO users (id, name) ");
    builder.push_values([(5, "c"), (6, "d")], |mut row, (id, name)| {
        row.push_bind(id).push_bind(name);
    });
    let (result, span) = one_span(builder.build().execute(&pool)).await;
    assert_eq!(result.rows_affected(), 2);
    assert_eq!(
        text(&span, "db.query.text"),
        "INSERT INTO users (id, name) VALUES (?, ?), (?, ?)"
    );

    let made = AssertSqlSafe(format!("SELECT name FROM users WHERE id = {}", 5));
    let (row, span) = one_span(sqlx::query(made).fetch_one(&pool)).await;
    assert_eq!(row.get::<String, _>(0), "c");
    assert_eq!(
        text(&span, "db.query.text"),
        "SELECT name FROM users WHERE id = ?"
    );
}

#[tokio::test]
async fn a_statement_is_prepared_and_executed_in_a_span_each() {
    let pool = pool().await;
    let (user, spans) = spans_in_async(async {
        let mut connection = pool.acquire().await?;
        let statement = connection
            .prepare(sqlx::SqlStr::from_static(BY_NAME))
            .await?;
        statement
            .query()
            .bind("Grace")
            .fetch_one(&mut *connection)
            .await
    })
    .await;
    assert_eq!(user.expect("a user").get::<i64, _>(0), 2);
    expect![[r"
        client `PREPARE SELECT users`
          component = Database
          db.namespace = :memory:
          db.query.summary = PREPARE SELECT users
          db.query.text = SELECT id, name FROM users WHERE name = ?
          db.system.name = sqlite
        client `SELECT users`
          component = Database
          db.collection.name = users
          db.namespace = :memory:
          db.operation.name = SELECT
          db.query.summary = SELECT users
          db.query.text = SELECT id, name FROM users WHERE name = ?
          db.system.name = sqlite
    "]]
    .assert_eq(&all_shown(&spans));
    let (_, span) = one_span(pool.describe(sqlx::SqlStr::from_static(BY_NAME))).await;
    assert_eq!(span.name, "DESCRIBE SELECT users");
}

#[tokio::test]
async fn connections_and_references_to_them_execute_as_pools_do() {
    let pool = pool().await;
    let ((), spans) = spans_in_async(async {
        let mut connection = pool.acquire().await.expect("a connection");
        insert(&mut *connection, 7, "x").await.expect("a row");
        insert(&mut connection, 8, "y").await.expect("a row");
        let raw = connection.inner_mut();
        insert(&mut *raw, 9, "unseen").await.expect("a row");
        insert(&mut pool.observe(raw), 10, "z")
            .await
            .expect("a row");
        let detached = &mut connection.detach();
        insert(detached, 11, "w").await.expect("a row");
    })
    .await;
    assert_eq!(names(&spans), ["INSERT users"; 4]);
    assert_eq!(database::users(&pool).await.len(), 8);

    let mut alone = hyperion_sqlx::Connection::<Sqlite>::connect("sqlite::memory:")
        .await
        .expect("a connection");
    let (_, span) = one_span(alone.fetch_one("SELECT 1")).await;
    assert_eq!(span.name, "SELECT");
    alone.ping().await.expect("it is alive");
    alone.close().await.expect("it is closed");
}

#[tokio::test]
async fn durations_are_by_operation_and_not_by_text() {
    let pool = Pool::builder(plain().await).system("libsql").build();
    for name in ["Ada", "Grace"] {
        let query = sqlx::query(BY_NAME).bind(name);
        query.fetch_one(&pool).await.expect("a user");
    }
    let joined = "SELECT * FROM users a JOIN users b ON a.id = b.id";
    pool.fetch_all(joined).await.expect("users");
    pool.fetch_all("SELECT nobody FROM users")
        .await
        .expect_err("no such column");
    assert_eq!(
        series_with("db.client.operation.duration", "libsql"),
        [
            "db.collection.name=users db.namespace=:memory: db.operation.name=SELECT \
             db.query.summary=SELECT users db.response.status_code=1 db.system.name=libsql \
             error.type=1: 1",
            "db.collection.name=users db.namespace=:memory: db.operation.name=SELECT \
             db.query.summary=SELECT users db.system.name=libsql: 2",
            "db.namespace=:memory: db.operation.name=SELECT \
             db.query.summary=SELECT users users db.system.name=libsql: 1",
        ]
    );
}

#[tokio::test]
async fn a_span_that_is_off_by_its_level_still_has_a_duration() {
    let pool = Pool::builder(plain().await)
        .level(hyperion::Level::Trace)
        .system("quiet")
        .build();
    let (_, spans) = spans_in_async(sqlx::query(BY_NAME).bind("Ada").fetch_one(&pool)).await;
    assert!(spans.is_empty(), "{:?}", names(&spans));
    let series = series_with("db.client.operation.duration", "quiet");
    assert!(series[0].ends_with(": 1"), "{series:?}");
}

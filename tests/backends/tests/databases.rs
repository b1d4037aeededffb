//! What queries of a real PostgreSQL record: its codes, its server, its savepoints and its log lines.

#[path = "../../support/mod.rs"]
mod support;

use expect_test::expect;
use futures::TryStreamExt;
use hyperion_backend_tests::Postgres;
use hyperion_sqlx::{AnyPool, PgPool, Pool};
use opentelemetry_sdk::trace::SpanData;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, FromRow};
use std::fmt::Write;
use std::time::Duration;
use support::lines::Lines;
use support::{id, kept, names, span, spans_in_async, text};
use tracing::log::LevelFilter;

/// A pool whose queries see a schema of their own.
async fn pool(server: &Postgres, schema: &str) -> PgPool {
    kept();
    let options: PgConnectOptions = server.url().parse().expect("options");
    let options = options
        .options([("search_path", schema)])
        .log_slow_statements(LevelFilter::Warn, Duration::ZERO);
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .connect_with(options)
        .await;
    let pool = pool.expect("a pool");
    let tables = format!(
        "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; CREATE TABLE users (id INT PRIMARY KEY, name TEXT CONSTRAINT unique_name UNIQUE); \
         INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace')"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(tables))
        .execute(&pool)
        .await
        .expect("tables");
    Pool::builder(pool).returned_rows(true).build()
}

/// The attributes of a span by their keys, without those that are of the server's port.
fn shown(span: &SpanData) -> String {
    let mut shown = format!("{:?} `{}` {:?}\n", span.span_kind, span.name, span.status);
    let mut attributes: Vec<_> = span.attributes.iter().collect();
    attributes.sort_by_key(|attribute| attribute.key.as_str());
    for attribute in attributes {
        let is_port = attribute.key.as_str() == "server.port";
        let value = if is_port {
            "PORT".into()
        } else {
            attribute.value.to_string()
        };
        writeln!(shown, "  {} = {value}", attribute.key).expect("text");
    }
    shown
}

#[derive(Debug, FromRow)]
struct User {
    id: i32,
}

#[tokio::test]
async fn a_query_names_its_server_and_a_failure_its_state() {
    let server = Postgres::start();
    let pool = pool(&server, "failures").await;
    let ((), spans) = spans_in_async(async {
        let user = sqlx::query_as::<_, User>("SELECT id FROM users WHERE name = $1");
        let user = user.bind("Grace").fetch_one(&pool).await.expect("a user");
        assert_eq!(user.id, 2);
        let double = sqlx::query("INSERT INTO users VALUES ($1, $2)")
            .bind(3)
            .bind("Ada");
        double.execute(&pool).await.expect_err("there is one");
        let text = "SELECT 'secret'::int";
        pool.fetch_one(text).await.expect_err("it is no number");
    })
    .await;
    expect![[r#"
        Client `SELECT users` Unset
          component = Database
          db.collection.name = users
          db.namespace = postgres
          db.operation.name = SELECT
          db.query.summary = SELECT users
          db.query.text = SELECT id FROM users WHERE name = $1
          db.response.returned_rows = 1
          db.system.name = postgresql
          server.address = 127.0.0.1
          server.port = PORT
        Client `INSERT users` Error { description: "unique violation: unique_name" }
          component = Database
          db.collection.name = users
          db.namespace = postgres
          db.operation.name = INSERT
          db.query.summary = INSERT users
          db.query.text = INSERT INTO users VALUES ($1, $2)
          db.response.returned_rows = 0
          db.response.status_code = 23505
          db.system.name = postgresql
          error.type = 23505
          server.address = 127.0.0.1
          server.port = PORT
        Client `SELECT` Error { description: "" }
          component = Database
          db.namespace = postgres
          db.operation.name = SELECT
          db.query.summary = SELECT
          db.query.text = SELECT ?::int
          db.response.returned_rows = 0
          db.response.status_code = 22P02
          db.system.name = postgresql
          error.type = 22P02
          server.address = 127.0.0.1
          server.port = PORT
    "#]]
    .assert_eq(&spans.iter().map(shown).collect::<String>());
}

#[tokio::test]
async fn transactions_streams_and_timeouts_end_as_they_do() {
    let server = Postgres::start();
    let pool = pool(&server, "ends").await;
    let (result, spans) = spans_in_async(async {
        let mut outer = pool.begin().await?;
        let mut inner = outer.begin().await?;
        sqlx::query("DELETE FROM users")
            .execute(&mut *inner)
            .await?;
        inner.rollback().await?;
        let rows = sqlx::query("SELECT * FROM users").fetch(&mut *outer);
        assert_eq!(rows.try_collect::<Vec<_>>().await?.len(), 2);
        outer.commit().await?;
        let sleep = sqlx::query("SELECT pg_sleep($1)").bind(60.0);
        let slept = tokio::time::timeout(Duration::from_millis(50), sleep.execute(&pool)).await;
        slept.expect_err("it takes longer");
        Ok::<_, sqlx::Error>(())
    })
    .await;
    result.expect("a transaction");
    assert_eq!(
        names(&spans),
        [
            "BEGIN",
            "SAVEPOINT",
            "DELETE users",
            "ROLLBACK TO SAVEPOINT",
            "SELECT users",
            "COMMIT",
            "SELECT",
        ]
    );
    assert_eq!(text(&spans[6], "outcome"), "cancelled");
}

#[tokio::test]
async fn a_terminated_connection_is_a_failure() {
    let server = Postgres::start();
    let pool = pool(&server, "terminated").await;
    let ((), spans) = spans_in_async(async {
        let end = sqlx::query("SELECT pg_terminate_backend(pg_backend_pid())");
        end.execute(&pool).await.expect_err("it ended itself");
    })
    .await;
    assert_eq!(text(&spans[0], "error.type"), "57P01");
}

#[tokio::test]
async fn log_lines_have_the_ids_of_their_query() {
    let server = Postgres::start();
    let pool = pool(&server, "logs").await;
    let lines = Lines::default();
    let (_, spans) = {
        let _default = tracing::subscriber::set_default(lines.subscriber());
        spans_in_async(sqlx::query("SELECT * FROM users").fetch_all(&pool)).await
    };
    let query = span(&spans, "SELECT users");
    let lines = lines.all();
    let line = lines
        .iter()
        .find(|line| line["summary"] == "SELECT * FROM users");
    let line = line.unwrap_or_else(|| panic!("no line of the query in {lines:?}"));
    assert_eq!(line["span_id"], id(query).to_string());
}

#[tokio::test]
async fn any_database_is_the_one_that_the_url_names() {
    kept();
    let server = Postgres::start();
    sqlx::any::install_drivers(&[sqlx::postgres::any::DRIVER]).expect("drivers");
    let pool = AnyPool::connect(server.url()).await.expect("a pool");
    let ((), spans) = spans_in_async(async {
        let one = sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(&pool);
        assert_eq!(one.await.expect("a number"), 1);
        pool.execute("SELECT * FROM nothing")
            .await
            .expect_err("there is no such table");
    })
    .await;
    assert_eq!(text(&spans[0], "db.system.name"), "postgresql");
    assert_eq!(text(&spans[1], "db.response.status_code"), "42P01");
}

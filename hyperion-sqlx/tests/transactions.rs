//! Transactions: how they begin, what is in them, and how they end.

mod database;

use database::support::{names, spans_in_async};
use database::{all_shown, insert, plain, pool, users};
use expect_test::expect;
use hyperion_sqlx::{Connection, Pool};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Acquire, Executor, Sqlite};

#[tokio::test]
async fn a_transaction_is_its_statements_between_two_commands() {
    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        let mut transaction = pool.begin().await?;
        insert(&mut *transaction, 4, "Barbara").await?;
        insert(&mut transaction, 5, "Radia").await?;
        transaction.commit().await
    })
    .await;
    result.expect("a commit");
    assert_eq!(users(&pool).await.len(), 5);
    assert_eq!(
        names(&spans),
        ["BEGIN", "INSERT users", "INSERT users", "COMMIT"]
    );
    expect![[r"
        client `BEGIN`
          component = Database
          db.namespace = :memory:
          db.operation.name = BEGIN
          db.query.summary = BEGIN
          db.system.name = sqlite
    "]]
    .assert_eq(&all_shown(&spans[..1]));
}

#[tokio::test]
async fn a_rollback_is_a_span_and_a_dropped_transaction_is_undone() {
    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        let mut transaction = pool.begin().await?;
        insert(&mut transaction, 4, "Barbara").await?;
        transaction.rollback().await?;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        insert(&mut transaction, 5, "Radia").await?;
        drop(transaction);
        Ok::<_, sqlx::Error>(())
    })
    .await;
    result.expect("a rollback");
    assert_eq!(
        names(&spans),
        ["BEGIN", "INSERT users", "ROLLBACK", "BEGIN", "INSERT users"]
    );
    assert_eq!(users(&pool).await.len(), 3);
}

#[tokio::test]
async fn a_transaction_within_a_transaction_is_a_savepoint() {
    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        let mut connection = pool.acquire().await?;
        let mut outer = connection.begin().await?;
        let mut kept = outer.begin().await?;
        insert(&mut kept, 4, "Barbara").await?;
        kept.commit().await?;
        let mut undone = outer.begin().await?;
        insert(&mut undone, 5, "Radia").await?;
        undone.rollback().await?;
        outer.commit().await
    })
    .await;
    result.expect("a commit");
    assert_eq!(
        names(&spans),
        [
            "BEGIN",
            "SAVEPOINT",
            "INSERT users",
            "RELEASE SAVEPOINT",
            "SAVEPOINT",
            "INSERT users",
            "ROLLBACK TO SAVEPOINT",
            "COMMIT",
        ]
    );
    assert_eq!(users(&pool).await.len(), 4);
}

#[tokio::test]
async fn a_closure_can_be_a_transaction() {
    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        let mut connection = pool.acquire().await?;
        let added = connection.transaction(|transaction| {
            Box::pin(async move { insert(transaction, 4, "Barbara").await })
        });
        added.await?;
        let doubled = connection.transaction(|transaction| {
            Box::pin(async move { insert(transaction, 4, "Barbara").await })
        });
        doubled.await
    })
    .await;
    result.expect_err("there is one already");
    assert_eq!(
        names(&spans),
        [
            "BEGIN",
            "INSERT users",
            "COMMIT",
            "BEGIN",
            "INSERT users",
            "ROLLBACK"
        ]
    );
}

#[tokio::test]
async fn functions_take_any_connection() {
    async fn add(connection: &mut Connection<'_, Sqlite>, id: i64) -> sqlx::Result<()> {
        insert(&mut *connection, id, &format!("user {id}")).await?;
        connection.execute("SELECT * FROM users").await?;
        Ok(())
    }

    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        add(&mut *pool.acquire().await?, 4).await?;
        let mut transaction = pool.begin().await?;
        add(&mut transaction, 5).await?;
        transaction.commit().await
    })
    .await;
    result.expect("a commit");
    assert_eq!(spans.len(), 6, "{:?}", names(&spans));
}

#[tokio::test]
async fn what_asks_for_acquire_works_and_is_not_observed() {
    async fn count<'a>(source: impl Acquire<'a, Database = Sqlite>) -> sqlx::Result<i64> {
        let mut connection = source.acquire().await?;
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM users");
        count.fetch_one(&mut *connection).await
    }

    let pool = pool().await;
    let (result, spans) = spans_in_async(async {
        let mut connection = pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        let counts = (count(&mut transaction).await?, count(&pool).await?);
        let begun = Acquire::begin(&pool).await?;
        begun.rollback().await?;
        Ok::<_, sqlx::Error>(counts)
    })
    .await;
    assert_eq!(result.expect("counts"), (3, 3));
    assert_eq!(names(&spans), ["BEGIN"]);
}

#[tokio::test]
async fn migrations_run_over_the_pool() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("1_orders.sql");
    std::fs::write(file, "CREATE TABLE orders (id INTEGER)").expect("a migration");
    let pool = pool().await;
    let migrator = sqlx::migrate::Migrator::new(folder.path()).await;
    migrator
        .expect("migrations")
        .run(&pool)
        .await
        .expect("orders");
    pool.execute("SELECT id FROM orders").await.expect("orders");
}

#[tokio::test]
async fn a_transaction_begins_if_a_connection_is_idle() {
    let options = SqlitePoolOptions::new().max_connections(1);
    let pool = Pool::from(options.connect("sqlite::memory:").await.expect("a pool"));
    let (result, spans) = spans_in_async(async {
        let first = pool.try_begin().await?.expect("it is idle");
        assert!(pool.try_begin().await?.is_none());
        first.commit().await
    })
    .await;
    result.expect("a commit");
    assert_eq!(names(&spans), ["BEGIN", "COMMIT"]);
    drop(plain().await);
}

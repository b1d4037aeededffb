//! Without the feature `otel` queries pass through to the pool of sqlx.

use hyperion_sqlx::SqlitePool;
use sqlx::Row;

const USERS: &str = "SELECT name FROM users ORDER BY id";

#[tokio::test]
async fn queries_and_transactions_pass_through() -> sqlx::Result<()> {
    let pool = SqlitePool::connect("sqlite::memory:").await?;
    sqlx::raw_sql("CREATE TABLE users (id INTEGER, name TEXT)")
        .execute(&pool)
        .await?;
    for commit in [true, false] {
        let mut transaction = pool.begin().await?;
        sqlx::query("INSERT INTO users VALUES (?, ?)")
            .bind(7)
            .bind("Ada")
            .execute(&mut *transaction)
            .await?;
        if commit {
            transaction.commit().await?;
        }
    }
    let users = sqlx::query(USERS).fetch_all(&pool).await?;
    assert_eq!(users.len(), 1);
    let user = sqlx::query(USERS).fetch_one(&pool).await?;
    assert_eq!(user.get::<String, _>("name"), "Ada");
    let nobody = sqlx::query("SELECT * FROM users WHERE id = 8");
    assert!(nobody.fetch_optional(&pool).await?.is_none());
    let missing = sqlx::query("SELECT * FROM nothing").fetch_all(&pool).await;
    missing.expect_err("there is no such table");
    // Nothing is measured, so that no name is taken.
    assert_eq!(pool.name(), None);
    Ok(())
}

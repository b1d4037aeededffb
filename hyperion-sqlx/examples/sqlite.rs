//! A call, the queries below it, and the metrics of both, on the terminal: `cargo run -p hyperion-sqlx --example sqlite`.
//! It needs no server.

use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::observe;
use hyperion_sqlx::{Pool, SqlitePool};
use sqlx::sqlite::SqlitePoolOptions;
use std::time::Duration;

struct Shop {
    pool: SqlitePool,
}

#[observe]
impl Shop {
    /// Takes an order, all of it or nothing.
    #[observe(fields(user.id = user))]
    async fn order(&self, user: i64, items: &[&str]) -> sqlx::Result<i64> {
        let mut transaction = self.pool.begin().await?;
        let order: i64 = sqlx::query_scalar("INSERT INTO orders (user_id) VALUES (?) RETURNING id")
            .bind(user)
            .fetch_one(&mut *transaction)
            .await?;
        for item in items {
            sqlx::query("INSERT INTO items (order_id, name) VALUES (?, ?)")
                .bind(order)
                .bind(item)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(order)
    }

    /// The items that a user has ordered.
    #[observe(fields(user.id = user))]
    async fn items(&self, user: i64) -> sqlx::Result<Vec<String>> {
        let items = "SELECT name FROM items JOIN orders ON orders.id = order_id WHERE user_id = ?";
        sqlx::query_scalar(items)
            .bind(user)
            .fetch_all(&self.pool)
            .await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::Console;
    config.metrics.exporter = MetricExporter::Console;
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("shop")
        .install()?;

    let pool = SqlitePoolOptions::new().max_connections(2);
    let pool = Pool::from(pool.connect("sqlite::memory:").await?);
    let tables = "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL);
                  CREATE TABLE items (order_id INTEGER NOT NULL REFERENCES orders, name TEXT NOT NULL UNIQUE)";
    sqlx::raw_sql(tables).execute(&pool).await?;

    let shop = Shop { pool };
    shop.order(7, &["a teapot", "two cups"]).await?;
    println!("{:?}", shop.items(7).await?);
    // There is only one teapot: the transaction is undone.
    if let Err(error) = shop.order(8, &["a teapot"]).await {
        println!("{error}");
    }
    eprintln!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}

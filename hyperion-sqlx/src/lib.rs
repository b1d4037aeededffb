#![doc = include_str!("../README.md")]

mod connection;
mod database;
mod executor;
mod failure;
mod metrics;
mod observed;
mod operation;
mod pool;
mod query;
mod series;
mod settings;
mod sql;

pub use connection::{Connection, PoolConnection, Transaction};
pub use database::Database;
pub use pool::{Pool, PoolBuilder};

/// A pool for PostgreSQL.
#[cfg(feature = "postgres")]
pub type PgPool = Pool<sqlx::Postgres>;

/// A pool for MySQL and MariaDB.
#[cfg(feature = "mysql")]
pub type MySqlPool = Pool<sqlx::MySql>;

/// A pool for SQLite.
#[cfg(feature = "sqlite")]
pub type SqlitePool = Pool<sqlx_sqlite::Sqlite>;

/// A pool for the database that its URL names.
#[cfg(feature = "any")]
pub type AnyPool = Pool<sqlx::Any>;

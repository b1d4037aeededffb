//! The databases that there is a driver for.

#[cfg(feature = "any")]
mod any;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::sql::Dialect;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::error::DatabaseError;
use sqlx::{Connection, Describe, Either, Error, Execute, SqlStr};
use std::borrow::Cow;

/// A database whose queries can be observed: one that the feature of its driver is on for.
///
/// It is implemented for `sqlx::Postgres`, `MySql`, `Sqlite` and `Any`, and cannot be for others. Functions that are generic
/// over databases ask for it in the place of `sqlx::Database`:
///
/// ```
/// async fn warm_up<DB: hyperion_sqlx::Database>(pool: &hyperion_sqlx::Pool<DB>) -> sqlx::Result<()> {
///     pool.acquire().await?;
///     Ok(())
/// }
/// ```
pub trait Database: sqlx::Database + Driver {}

impl<DB: sqlx::Database + Driver> Database for DB {}

/// The end of a row, and the end of a statement of several.
pub(crate) type Step<DB> = Either<<DB as sqlx::Database>::QueryResult, <DB as sqlx::Database>::Row>;

/// The options by which connections to a database are made.
pub(crate) type Options<DB> = <<DB as sqlx::Database>::Connection as Connection>::Options;

/// The parts of a driver, for one concrete database each.
///
/// `&mut DB::Connection` is an `Executor` for each `DB`, but to ask for that of a `DB` that is not known has the compiler go
/// round in circles.
pub trait Driver: sqlx::Database {
    /// The database behind options of connections.
    fn endpoint(options: &Options<Self>) -> Endpoint;

    /// The code of an error that a database has returned.
    fn status_code(error: &dyn DatabaseError) -> Option<Cow<'_, str>> {
        error.code()
    }

    fn fetch_many<'e, 'q: 'e, E>(
        connection: &'e mut Self::Connection,
        query: E,
    ) -> BoxStream<'e, Result<Step<Self>, Error>>
    where
        E: 'q + Execute<'q, Self>;

    fn fetch_optional<'e, 'q: 'e, E>(
        connection: &'e mut Self::Connection,
        query: E,
    ) -> BoxFuture<'e, Result<Option<Self::Row>, Error>>
    where
        E: 'q + Execute<'q, Self>;

    fn prepare_with<'e>(
        connection: &'e mut Self::Connection,
        sql: SqlStr,
        parameters: &'e [Self::TypeInfo],
    ) -> BoxFuture<'e, Result<Self::Statement, Error>>;

    fn describe(
        connection: &mut Self::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<Describe<Self>, Error>>;
}

/// Implements the methods of a driver that go on to those of its connection.
#[cfg(any(
    feature = "any",
    feature = "mysql",
    feature = "postgres",
    feature = "sqlite"
))]
macro_rules! executed_by_connection {
    () => {
        fn fetch_many<'e, 'q: 'e, E>(
            connection: &'e mut Self::Connection,
            query: E,
        ) -> futures_core::stream::BoxStream<'e, Result<$crate::database::Step<Self>, sqlx::Error>>
        where
            E: 'q + sqlx::Execute<'q, Self>,
        {
            sqlx::Executor::fetch_many(connection, query)
        }

        fn fetch_optional<'e, 'q: 'e, E>(
            connection: &'e mut Self::Connection,
            query: E,
        ) -> futures_core::future::BoxFuture<'e, Result<Option<Self::Row>, sqlx::Error>>
        where
            E: 'q + sqlx::Execute<'q, Self>,
        {
            sqlx::Executor::fetch_optional(connection, query)
        }

        fn prepare_with<'e>(
            connection: &'e mut Self::Connection,
            sql: sqlx::SqlStr,
            parameters: &'e [Self::TypeInfo],
        ) -> futures_core::future::BoxFuture<'e, Result<Self::Statement, sqlx::Error>> {
            sqlx::Executor::prepare_with(connection, sql, parameters)
        }

        fn describe(
            connection: &mut Self::Connection,
            sql: sqlx::SqlStr,
        ) -> futures_core::future::BoxFuture<'_, Result<sqlx::Describe<Self>, sqlx::Error>> {
            sqlx::Executor::describe(connection, sql)
        }
    };
}
#[cfg(any(
    feature = "any",
    feature = "mysql",
    feature = "postgres",
    feature = "sqlite"
))]
use executed_by_connection;

/// The place of a database, as far as the options of its connections say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The value of `db.system.name`.
    pub(crate) system: &'static str,
    pub(crate) dialect: Dialect,
    /// The name of the database on its server.
    pub(crate) namespace: Option<String>,
    /// The name of the server, or the path of its socket.
    pub(crate) address: Option<String>,
    /// The driver works on a thread of its own, which takes the span of `tracing` along and no other.
    pub(crate) has_own_thread: bool,
    /// The port, if it is not the one that is usual for the system.
    pub(crate) port: Option<u16>,
}

impl Endpoint {
    /// A name for a pool that has none ([`db.client.connection.pool.name`]).
    ///
    /// [`db.client.connection.pool.name`]: https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/
    pub(crate) fn pool_name(&self) -> String {
        let mut name = match (&self.address, self.port) {
            (Some(address), Some(port)) => format!("{address}:{port}"),
            (Some(address), None) => address.clone(),
            (None, _) => String::new(),
        };
        if let Some(namespace) = &self.namespace {
            if !name.is_empty() {
                name.push('/');
            }
            name.push_str(namespace);
        }
        if name.is_empty() {
            name.push_str(self.system);
        }
        name
    }
}

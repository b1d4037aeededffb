//! Connections and transactions whose queries are observed.

mod pooled;
mod transaction;

pub use pooled::PoolConnection;
pub use transaction::Transaction;

use crate::database::{Database, Options};
use crate::metrics::{InUse, PoolObserver};
use crate::observed::observed_future;
use crate::operation::Statement;
use crate::settings::{Settings, Shared};
use futures_core::future::BoxFuture;
use sqlx::{Connection as _, Error, SqlSafeStr, SqlStr};
use std::fmt;
use std::sync::Arc;

/// A connection whose queries are observed.
///
/// It is what [`PoolConnection`] and [`Transaction`] dereference to, and what functions take that do not mind which it is:
///
/// ```
/// # use hyperion_sqlx::{Connection, SqlitePool};
/// async fn rename(connection: &mut Connection<'_, sqlx::Sqlite>, id: i64, name: &str) -> sqlx::Result<()> {
///     let query = sqlx::query("UPDATE users SET name = ? WHERE id = ?");
///     query.bind(name).bind(id).execute(connection).await?;
///     Ok(())
/// }
///
/// # async fn example(pool: SqlitePool) -> sqlx::Result<()> {
/// let mut transaction = pool.begin().await?;
/// rename(&mut transaction, 7, "Ada").await?;
/// transaction.commit().await
/// # }
/// ```
pub struct Connection<'c, DB: Database> {
    inner: Inner<'c, DB>,
    shared: Arc<Shared>,
    /// Dropped after the connection went back to its pool.
    in_use: Option<InUse>,
}

enum Inner<'c, DB: Database> {
    Own(Box<DB::Connection>),
    Borrowed(&'c mut DB::Connection),
    OfPool(sqlx::pool::PoolConnection<DB>),
    InTransaction(sqlx::Transaction<'c, DB>),
}

impl<DB: Database> Connection<'static, DB> {
    /// Opens a connection that is in no pool.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::connect`.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::connect_with(&url.parse()?).await
    }

    /// Opens a connection that is in no pool, with these options.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::connect_with`.
    pub async fn connect_with(options: &Options<DB>) -> Result<Self, Error> {
        let connection = DB::Connection::connect_with(options).await?;
        Ok(Self {
            inner: Inner::Own(Box::new(connection)),
            shared: Arc::new(Shared::new(
                DB::endpoint(options),
                Settings::default(),
                PoolObserver::other(),
            )),
            in_use: None,
        })
    }

    /// Closes the connection.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::close`.
    pub async fn close(self) -> Result<(), Error> {
        match self.inner {
            Inner::Own(connection) => connection.close().await,
            Inner::OfPool(connection) => connection.close().await,
            // Another owns it.
            Inner::Borrowed(_) | Inner::InTransaction(_) => Ok(()),
        }
    }
}

impl<'c, DB: Database> Connection<'c, DB> {
    pub(crate) fn of_pool(
        connection: sqlx::pool::PoolConnection<DB>,
        shared: Arc<Shared>,
        in_use: InUse,
    ) -> Self {
        Self {
            inner: Inner::OfPool(connection),
            shared,
            in_use: Some(in_use),
        }
    }

    pub(crate) fn borrowed(connection: &'c mut DB::Connection, shared: Arc<Shared>) -> Self {
        Self {
            inner: Inner::Borrowed(connection),
            shared,
            in_use: None,
        }
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// The connection itself, whose queries are not observed.
    pub fn inner(&self) -> &DB::Connection {
        match &self.inner {
            Inner::Own(connection) => connection,
            Inner::Borrowed(connection) => connection,
            Inner::OfPool(connection) => connection,
            Inner::InTransaction(transaction) => transaction,
        }
    }

    /// The connection itself, whose queries are not observed.
    pub fn inner_mut(&mut self) -> &mut DB::Connection {
        match &mut self.inner {
            Inner::Own(connection) => connection,
            Inner::Borrowed(connection) => connection,
            Inner::OfPool(connection) => connection,
            Inner::InTransaction(transaction) => transaction,
        }
    }

    /// Begins a transaction, or one within the transaction that the connection is in, which is a savepoint.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::begin`.
    pub async fn begin(&mut self) -> Result<Transaction<'_, DB>, Error> {
        let operation = if self.inner().is_in_transaction() {
            "SAVEPOINT"
        } else {
            "BEGIN"
        };
        self.begin_by(Statement::command::<DB>(operation), None)
            .await
    }

    /// Begins a transaction by a statement, such as `BEGIN IMMEDIATE`.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::begin_with`.
    pub async fn begin_with(
        &mut self,
        statement: impl SqlSafeStr,
    ) -> Result<Transaction<'_, DB>, Error> {
        let sql = statement.into_sql_str();
        let observed = Statement::query::<DB>(sql.clone(), false);
        self.begin_by(observed, Some(sql)).await
    }

    async fn begin_by(
        &mut self,
        observed: Statement,
        sql: Option<SqlStr>,
    ) -> Result<Transaction<'_, DB>, Error> {
        let shared = self.shared();
        let is_nested = self.inner().is_in_transaction();
        let begun = sqlx::Transaction::begin(self.inner_mut(), sql);
        let transaction = observed_future(begun, observed, Arc::clone(&shared), |_| false).await?;
        let connection = Connection {
            inner: Inner::InTransaction(transaction),
            shared,
            in_use: None,
        };
        Ok(Transaction::of(connection, is_nested))
    }

    /// Runs `work` in a transaction, which is committed if it returns `Ok`, and else rolled back.
    ///
    /// # Errors
    ///
    /// What `work` returns, and errors of the transaction.
    pub async fn transaction<F, R, E>(&mut self, work: F) -> Result<R, E>
    where
        for<'t> F: FnOnce(&'t mut Transaction<'_, DB>) -> BoxFuture<'t, Result<R, E>> + Send,
        R: Send,
        E: From<Error> + Send,
    {
        let mut transaction = self.begin().await?;
        match work(&mut transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }

    /// Asks the database for an answer, to see if the connection is alive. It is no query, and has no span.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::ping`.
    pub async fn ping(&mut self) -> Result<(), Error> {
        self.inner_mut().ping().await
    }
}

impl<DB: Database> fmt::Debug for Connection<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("database", &self.shared.endpoint)
            .finish_non_exhaustive()
    }
}

//! Transactions, and savepoints within them.

use super::{Connection, Inner, PoolConnection};
use crate::database::Database;
use crate::observed::observed_future;
use crate::operation::Statement;
use futures_core::future::BoxFuture;
use sqlx::{Error, SqlStr};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A transaction whose queries are observed. It is rolled back if it is dropped before it is committed.
///
/// A rollback by drop has no span: sqlx queues it, and it is done with what the connection does next.
pub struct Transaction<'c, DB: Database> {
    connection: Connection<'c, DB>,
    /// It is a savepoint in another one.
    is_nested: bool,
}

impl<'c, DB: Database> Transaction<'c, DB> {
    pub(super) fn of(connection: Connection<'c, DB>, is_nested: bool) -> Self {
        Self {
            connection,
            is_nested,
        }
    }

    /// Begins a transaction on a connection of a pool.
    pub(crate) async fn of_pool(
        connection: PoolConnection<DB>,
        sql: Option<SqlStr>,
    ) -> Result<Self, Error> {
        let Connection {
            inner,
            shared,
            in_use,
        } = connection.connection;
        let inner = match inner {
            Inner::OfPool(connection) => {
                Inner::InTransaction(sqlx::Transaction::begin(connection, sql).await?)
            }
            other => other,
        };
        Ok(Self {
            connection: Connection {
                inner,
                shared,
                in_use,
            },
            is_nested: false,
        })
    }

    /// Commits the transaction, or releases the savepoint.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Transaction::commit`.
    pub async fn commit(self) -> Result<(), Error> {
        let operation = if self.is_nested {
            "RELEASE SAVEPOINT"
        } else {
            "COMMIT"
        };
        self.end(operation, |transaction| Box::pin(transaction.commit()))
            .await
    }

    /// Rolls the transaction back, or what was done since the savepoint.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Transaction::rollback`.
    pub async fn rollback(self) -> Result<(), Error> {
        let operation = if self.is_nested {
            "ROLLBACK TO SAVEPOINT"
        } else {
            "ROLLBACK"
        };
        self.end(operation, |transaction| Box::pin(transaction.rollback()))
            .await
    }

    async fn end(
        self,
        operation: &'static str,
        end: impl FnOnce(sqlx::Transaction<'c, DB>) -> BoxFuture<'c, Result<(), Error>>,
    ) -> Result<(), Error> {
        let Connection {
            inner,
            shared,
            in_use,
        } = self.connection;
        let Inner::InTransaction(transaction) = inner else {
            return Ok(());
        };
        let statement = Statement::command::<DB>(operation);
        let ended = observed_future(end(transaction), statement, shared, |()| false).await;
        // The connection is back in its pool.
        drop(in_use);
        ended
    }

    /// Begins a transaction within this one, which is a savepoint.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::begin`.
    pub async fn begin(&mut self) -> Result<Transaction<'_, DB>, Error> {
        self.connection.begin().await
    }
}

impl<DB: Database> fmt::Debug for Transaction<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transaction")
            .field(&self.connection)
            .finish()
    }
}

impl<'c, DB: Database> Deref for Transaction<'c, DB> {
    type Target = Connection<'c, DB>;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<DB: Database> DerefMut for Transaction<'_, DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

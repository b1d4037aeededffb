//! Connections of a pool.

use super::{Connection, Inner, Transaction};
use crate::database::Database;
use sqlx::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A connection of a [`Pool`](crate::Pool), which goes back to it when this is dropped.
pub struct PoolConnection<DB: Database> {
    pub(crate) connection: Connection<'static, DB>,
}

impl<DB: Database> PoolConnection<DB> {
    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Connection::begin`.
    pub async fn begin(&mut self) -> Result<Transaction<'_, DB>, Error> {
        self.connection.begin().await
    }

    /// Closes the connection.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::pool::PoolConnection::close`.
    pub async fn close(self) -> Result<(), Error> {
        self.connection.close().await
    }

    /// Has the connection closed when this is dropped.
    pub fn close_on_drop(&mut self) {
        if let Inner::OfPool(connection) = &mut self.connection.inner {
            connection.close_on_drop();
        }
    }

    /// Takes the connection out of the pool, which may open another in its place.
    #[must_use]
    pub fn detach(self) -> Connection<'static, DB> {
        let Connection { inner, shared, .. } = self.connection;
        Connection {
            inner: match inner {
                Inner::OfPool(connection) => Inner::Own(Box::new(connection.detach())),
                other => other,
            },
            shared,
            in_use: None,
        }
    }
}

impl<DB: Database> fmt::Debug for PoolConnection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PoolConnection")
            .field(&self.connection)
            .finish()
    }
}

impl<DB: Database> Deref for PoolConnection<DB> {
    type Target = Connection<'static, DB>;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<DB: Database> DerefMut for PoolConnection<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

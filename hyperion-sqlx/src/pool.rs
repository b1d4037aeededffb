//! Pools whose queries and connections are observed.

use crate::connection::{Connection, PoolConnection, Transaction};
use crate::database::{Database, Options};
use crate::metrics::PoolObserver;
use crate::observed::observed_future;
use crate::operation::{IS_RECORDED, Statement};
use crate::settings::{Settings, Shared};
use hyperion::Level;
use sqlx::pool::{CloseEvent, PoolOptions};
use sqlx::{Error, SqlSafeStr, SqlStr};
use std::fmt;
use std::sync::Arc;

/// A pool of connections whose queries are observed, in the place of `sqlx::Pool`.
///
/// ```
/// # async fn example() -> sqlx::Result<()> {
/// use hyperion_sqlx::Pool;
/// use sqlx::sqlite::SqlitePoolOptions;
///
/// let pool = SqlitePoolOptions::new().max_connections(4).connect("sqlite:shop.db").await?;
/// let pool = Pool::from(pool);
///
/// let users = sqlx::query("SELECT * FROM users").fetch_all(&pool).await?;
/// # Ok(())
/// # }
/// ```
///
/// It is no `sqlx::Pool`, and does not dereference to one, so that no query goes past it unseen; what needs one takes
/// [`inner`](Self::inner). Cloning it is cheap.
pub struct Pool<DB: Database> {
    inner: sqlx::Pool<DB>,
    shared: Arc<Shared>,
}

impl<DB: Database> Pool<DB> {
    /// Opens a pool with the options that are usual, and one connection of it.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::connect`.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Ok(sqlx::Pool::connect(url).await?.into())
    }

    /// Opens a pool with options for its connections, and one of these.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::connect_with`.
    pub async fn connect_with(options: Options<DB>) -> Result<Self, Error> {
        Ok(sqlx::Pool::connect_with(options).await?.into())
    }

    /// Makes a pool that opens its first connection when one is needed.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::connect_lazy`.
    pub fn connect_lazy(url: &str) -> Result<Self, Error> {
        Ok(sqlx::Pool::connect_lazy(url)?.into())
    }

    /// Makes a pool that opens its first connection when one is needed, with options for it.
    pub fn connect_lazy_with(options: Options<DB>) -> Self {
        sqlx::Pool::connect_lazy_with(options).into()
    }

    /// Takes settings for a pool that is to be observed.
    pub fn builder(pool: sqlx::Pool<DB>) -> PoolBuilder<DB> {
        PoolBuilder {
            pool,
            name: None,
            system: None,
            settings: Settings::default(),
        }
    }

    /// The pool itself, whose queries are not observed.
    pub fn inner(&self) -> &sqlx::Pool<DB> {
        &self.inner
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// The name of the pool on its metrics; none if there are more than 32, which share `_OTHER`.
    pub fn name(&self) -> Option<&'static str> {
        self.shared.pool.name()
    }

    /// Takes a connection, or waits for one.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::acquire`.
    pub fn acquire(
        &self,
    ) -> impl Future<Output = Result<PoolConnection<DB>, Error>> + Send + use<DB> {
        let shared = self.shared();
        let acquired = self.inner.acquire();
        async move {
            let waiting = shared.pool.wait();
            let (connection, in_use) = waiting.end(acquired.await)?;
            Ok(PoolConnection {
                connection: Connection::of_pool(connection, shared, in_use),
            })
        }
    }

    /// Takes a connection that nothing is known of when it is used.
    pub(crate) fn acquire_unobserved(
        &self,
    ) -> impl Future<Output = Result<sqlx::pool::PoolConnection<DB>, Error>> + Send + use<DB> {
        let shared = self.shared();
        let acquired = self.inner.acquire();
        async move {
            let waiting = shared.pool.wait();
            let (connection, in_use) = waiting.end(acquired.await)?;
            in_use.forget();
            Ok(connection)
        }
    }

    /// Takes a connection, if one is idle.
    pub fn try_acquire(&self) -> Option<PoolConnection<DB>> {
        let connection = self.inner.try_acquire()?;
        let (connection, in_use) = self.shared.pool.wait().end(Ok(connection)).ok()?;
        Some(PoolConnection {
            connection: Connection::of_pool(connection, self.shared(), in_use),
        })
    }

    /// Begins a transaction on a connection of the pool.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::begin`.
    pub async fn begin(&self) -> Result<Transaction<'static, DB>, Error> {
        let begun = self.clone().begun(None);
        self.observed_begin(Box::pin(begun), Statement::command::<DB>("BEGIN"))
            .await
    }

    /// Begins a transaction by a statement, such as `BEGIN IMMEDIATE`.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::begin_with`.
    pub async fn begin_with(
        &self,
        statement: impl SqlSafeStr,
    ) -> Result<Transaction<'static, DB>, Error> {
        let sql = statement.into_sql_str();
        let observed = Statement::query::<DB>(sql.clone(), false);
        let begun = self.clone().begun(Some(sql));
        self.observed_begin(Box::pin(begun), observed).await
    }

    /// Begins a transaction, if a connection is idle.
    ///
    /// # Errors
    ///
    /// Those of `sqlx::Pool::try_begin`.
    pub async fn try_begin(&self) -> Result<Option<Transaction<'static, DB>>, Error> {
        let Some(connection) = self.try_acquire() else {
            return Ok(None);
        };
        let begun = Box::pin(Transaction::of_pool(connection, None));
        let begun = self.observed_begin(begun, Statement::command::<DB>("BEGIN"));
        begun.await.map(Some)
    }

    async fn begun(self, sql: Option<SqlStr>) -> Result<Transaction<'static, DB>, Error> {
        Transaction::of_pool(self.acquire().await?, sql).await
    }

    async fn observed_begin(
        &self,
        begun: futures_core::future::BoxFuture<'static, Result<Transaction<'static, DB>, Error>>,
        statement: Statement,
    ) -> Result<Transaction<'static, DB>, Error> {
        observed_future(begun, statement, self.shared(), |_| false).await
    }

    /// Observes a connection that was not taken from this pool, or past it: one that `sqlx::Acquire` has given, or that of a
    /// hook of the pool.
    pub fn observe<'c>(&self, connection: &'c mut DB::Connection) -> Connection<'c, DB> {
        Connection::borrowed(connection, self.shared())
    }

    /// Closes the pool, and waits for its connections to be closed.
    pub async fn close(&self) {
        self.inner.close().await;
    }

    /// Returns true if the pool is closed.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// A future that waits for the pool to be closed.
    pub fn close_event(&self) -> CloseEvent {
        self.inner.close_event()
    }

    /// The number of connections that are open.
    pub fn size(&self) -> u32 {
        self.inner.size()
    }

    /// The number of connections that nobody uses.
    pub fn num_idle(&self) -> usize {
        self.inner.num_idle()
    }

    /// The options for connections.
    pub fn connect_options(&self) -> Arc<Options<DB>> {
        self.inner.connect_options()
    }

    /// Sets the options for the connections that are opened from now on. The server that spans name stays the first one.
    pub fn set_connect_options(&self, options: Options<DB>) {
        self.inner.set_connect_options(options);
    }

    /// The options of the pool.
    pub fn options(&self) -> &PoolOptions<DB> {
        self.inner.options()
    }
}

impl<DB: Database> From<sqlx::Pool<DB>> for Pool<DB> {
    fn from(pool: sqlx::Pool<DB>) -> Self {
        Self::builder(pool).build()
    }
}

impl<DB: Database> Clone for Pool<DB> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            shared: self.shared(),
        }
    }
}

impl<DB: Database> fmt::Debug for Pool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("inner", &self.inner)
            .field("shared", &self.shared)
            .finish()
    }
}

/// The settings of a [`Pool`].
///
/// ```
/// # fn example(pool: sqlx::SqlitePool) {
/// use hyperion_sqlx::Pool;
///
/// let pool = Pool::builder(pool).name("orders").returned_rows(true).build();
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a builder makes nothing until `build` is called"]
pub struct PoolBuilder<DB: Database> {
    pool: sqlx::Pool<DB>,
    name: Option<String>,
    system: Option<&'static str>,
    settings: Settings,
}

impl<DB: Database> PoolBuilder<DB> {
    /// Sets the name of the pool on its metrics, `db.client.connection.pool.name`. By default it is `host:port/database`.
    ///
    /// A name that another pool has gets a number. The first 32 names of a program have metrics of their own.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets `db.system.name`, for a database that is not the one that its driver is made for, such as `mariadb` or
    /// `cockroachdb`.
    pub fn system(mut self, system: &'static str) -> Self {
        self.system = Some(system);
        self
    }

    /// Sets how much detail the spans are; `info` by default. Their component is `Database`.
    pub fn level(mut self, level: Level) -> Self {
        self.settings.level = level;
        self
    }

    /// Says if the texts of queries are attributes, `db.query.text`, which they are by default.
    ///
    /// A query with parameters is recorded as it is written, for its values are elsewhere. Of one without, each literal is
    /// replaced by `?`.
    pub fn query_text(mut self, recorded: bool) -> Self {
        self.settings.query_text = recorded;
        self
    }

    /// Says if the numbers of rows are attributes, `db.response.returned_rows`, which they are not by default.
    pub fn returned_rows(mut self, recorded: bool) -> Self {
        self.settings.returned_rows = recorded;
        self
    }

    /// Says if the messages of the database describe the spans of queries that failed, which they do not by default.
    ///
    /// Databases quote values: `Duplicate entry 'ada@example.com' for key 'users.email'`. Without the message there are the
    /// code, and the constraint where there is one.
    pub fn error_messages(mut self, recorded: bool) -> Self {
        self.settings.error_messages = recorded;
        self
    }

    /// Observes the pool.
    pub fn build(self) -> Pool<DB> {
        let mut endpoint = DB::endpoint(&self.pool.connect_options());
        endpoint.system = self.system.unwrap_or(endpoint.system);
        let observer = if IS_RECORDED {
            let name = self.name.unwrap_or_else(|| endpoint.pool_name());
            PoolObserver::of(&self.pool, &name)
        } else {
            PoolObserver::other()
        };
        Pool {
            shared: Arc::new(Shared::new(endpoint, self.settings, observer)),
            inner: self.pool,
        }
    }
}

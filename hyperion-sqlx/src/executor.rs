//! What `sqlx::query(..).fetch_all(..)` and its like take.

use crate::connection::{Connection, PoolConnection, Transaction};
use crate::database::{Database, Driver, Step};
use crate::observed::{observed_future, observed_stream};
use crate::operation::Statement;
use crate::pool::Pool;
use crate::query::Query;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::TryStreamExt;
use sqlx::{Acquire, Describe, Either, Error, Execute, Executor, SqlStr};

fn is_row<DB: sqlx::Database>(step: &Step<DB>) -> bool {
    matches!(step, Either::Right(_))
}

/// The methods that the others of an executor are made of.
impl<'p, DB: Database> Executor<'p> for &'_ Pool<DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<DB>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let query = Query::<DB>::of(query);
        let statement = Statement::query::<DB>(query.text(), query.is_parameterized());
        let acquired = self.acquire();
        let stream = async_stream::try_stream! {
            let mut connection = acquired.await?;
            let mut steps = DB::fetch_many(connection.inner_mut(), query);
            while let Some(step) = steps.try_next().await? {
                yield step;
            }
        };
        observed_stream(Box::pin(stream), statement, self.shared(), is_row::<DB>)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let query = Query::<DB>::of(query);
        let statement = Statement::query::<DB>(query.text(), query.is_parameterized());
        let acquired = self.acquire();
        let row = async move { DB::fetch_optional(acquired.await?.inner_mut(), query).await };
        observed_future(Box::pin(row), statement, self.shared(), Option::is_some)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'p: 'e,
    {
        let statement = Statement::about::<DB>("PREPARE", sql.clone());
        let acquired = self.acquire();
        let prepared =
            async move { DB::prepare_with(acquired.await?.inner_mut(), sql, parameters).await };
        observed_future(Box::pin(prepared), statement, self.shared(), |_| false)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        'p: 'e,
    {
        let statement = Statement::about::<DB>("DESCRIBE", sql.clone());
        let acquired = self.acquire();
        let described = async move { DB::describe(acquired.await?.inner_mut(), sql).await };
        observed_future(Box::pin(described), statement, self.shared(), |_| false)
    }
}

impl<'t, DB: Database> Executor<'t> for &'t mut Connection<'_, DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<DB>, Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let shared = self.shared();
        let query = Query::<DB>::of(query);
        let statement = Statement::query::<DB>(query.text(), query.is_parameterized());
        let steps = DB::fetch_many(self.inner_mut(), query);
        observed_stream(steps, statement, shared, is_row::<DB>)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let shared = self.shared();
        let query = Query::<DB>::of(query);
        let statement = Statement::query::<DB>(query.text(), query.is_parameterized());
        let row = DB::fetch_optional(self.inner_mut(), query);
        observed_future(row, statement, shared, Option::is_some)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        't: 'e,
    {
        let shared = self.shared();
        let statement = Statement::about::<DB>("PREPARE", sql.clone());
        let prepared = DB::prepare_with(self.inner_mut(), sql, parameters);
        observed_future(prepared, statement, shared, |_| false)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        't: 'e,
    {
        let shared = self.shared();
        let statement = Statement::about::<DB>("DESCRIBE", sql.clone());
        let described = <DB as Driver>::describe(self.inner_mut(), sql);
        observed_future(described, statement, shared, |_| false)
    }
}

/// Implements what dereferences to a connection as an executor, and as what a connection can be acquired from.
macro_rules! executes_on_its_connection {
    ($type:ty) => {
        impl<'t, DB: Database> Executor<'t> for &'t mut $type {
            type Database = DB;

            fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<DB>, Error>>
            where
                't: 'e,
                E: 'q + Execute<'q, DB>,
            {
                (&mut **self).fetch_many(query)
            }

            fn fetch_optional<'e, 'q: 'e, E>(
                self,
                query: E,
            ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
            where
                't: 'e,
                E: 'q + Execute<'q, DB>,
            {
                (&mut **self).fetch_optional(query)
            }

            fn prepare_with<'e>(
                self,
                sql: SqlStr,
                parameters: &'e [DB::TypeInfo],
            ) -> BoxFuture<'e, Result<DB::Statement, Error>>
            where
                't: 'e,
            {
                (&mut **self).prepare_with(sql, parameters)
            }

            fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
            where
                't: 'e,
            {
                Executor::describe(&mut **self, sql)
            }
        }

        acquires_its_connection!($type);
    };
}

/// Implements `Acquire`, which gives connections of sqlx itself: what is done on them is not observed.
macro_rules! acquires_its_connection {
    ($type:ty) => {
        impl<'t, DB: Database> Acquire<'t> for &'t mut $type {
            type Database = DB;
            type Connection = &'t mut DB::Connection;

            fn acquire(self) -> BoxFuture<'t, Result<Self::Connection, Error>> {
                Box::pin(std::future::ready(Ok(self.inner_mut())))
            }

            fn begin(self) -> BoxFuture<'t, Result<sqlx::Transaction<'t, DB>, Error>> {
                sqlx::Transaction::begin(self.inner_mut(), None)
            }
        }
    };
}

acquires_its_connection!(Connection<'_, DB>);
executes_on_its_connection!(PoolConnection<DB>);
executes_on_its_connection!(Transaction<'_, DB>);

impl<'p, DB: Database> Acquire<'p> for &'_ Pool<DB> {
    type Database = DB;
    type Connection = sqlx::pool::PoolConnection<DB>;

    fn acquire(self) -> BoxFuture<'p, Result<Self::Connection, Error>> {
        Box::pin(self.acquire_unobserved())
    }

    fn begin(self) -> BoxFuture<'p, Result<sqlx::Transaction<'p, DB>, Error>> {
        let acquired = self.acquire_unobserved();
        Box::pin(async move { sqlx::Transaction::begin(acquired.await?, None).await })
    }
}

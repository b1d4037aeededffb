//! A query between its caller and its driver.

use sqlx::error::BoxDynError;
use sqlx::{Arguments, Database, Execute, SqlStr};

/// A query whose text was looked at, which takes the query itself apart.
pub(crate) struct Query<DB: Database> {
    sql: SqlStr,
    arguments: Result<Option<DB::Arguments>, BoxDynError>,
    statement: Option<DB::Statement>,
    is_persistent: bool,
}

impl<DB: Database> Query<DB> {
    pub(crate) fn of<'q>(mut query: impl Execute<'q, DB>) -> Self {
        Self {
            arguments: query.take_arguments(),
            statement: query.statement().cloned(),
            is_persistent: query.persistent(),
            sql: query.sql(),
        }
    }

    pub(crate) fn text(&self) -> SqlStr {
        self.sql.clone()
    }

    /// Returns true if values stand beside the text, so that none are in it.
    pub(crate) fn is_parameterized(&self) -> bool {
        matches!(&self.arguments, Ok(Some(arguments)) if arguments.len() > 0)
    }
}

impl<DB: Database> Execute<'_, DB> for Query<DB> {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&DB::Statement> {
        self.statement.as_ref()
    }

    fn take_arguments(&mut self) -> Result<Option<DB::Arguments>, BoxDynError> {
        std::mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.is_persistent
    }
}

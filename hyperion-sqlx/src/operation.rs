//! One call of a database, from its start to its end.

use crate::database::Database;
use crate::failure::Failure;
use crate::metrics::{Ended, OPERATIONS};
use crate::settings::{Shared, span_at};
use crate::sql::{Summary, redacted};
use hyperion::Span;
use sqlx::{Error, SqlStr};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Instant;

/// False in a build without the feature `otel` of hyperion, where a span takes no room. Queries pass through there.
pub(crate) const IS_RECORDED: bool = size_of::<Span>() > 0;

/// A call that has not begun.
#[derive(Debug)]
pub(crate) struct Statement {
    work: Work,
    failure: fn(&Error, bool) -> Failure,
}

/// The work that a database is asked to do.
#[derive(Debug)]
enum Work {
    /// A query.
    Query { sql: SqlStr, is_parameterized: bool },
    /// Something about a query, without executing it.
    About {
        operation: &'static str,
        sql: SqlStr,
    },
    /// A command that has no text.
    Command(&'static str),
}

impl Statement {
    pub(crate) fn query<DB: Database>(sql: SqlStr, is_parameterized: bool) -> Self {
        Self::of::<DB>(Work::Query {
            sql,
            is_parameterized,
        })
    }

    pub(crate) fn about<DB: Database>(operation: &'static str, sql: SqlStr) -> Self {
        Self::of::<DB>(Work::About { operation, sql })
    }

    pub(crate) fn command<DB: Database>(operation: &'static str) -> Self {
        Self::of::<DB>(Work::Command(operation))
    }

    fn of<DB: Database>(work: Work) -> Self {
        Self {
            work,
            failure: Failure::of::<DB>,
        }
    }

    fn summary(&self, shared: &Shared) -> Summary {
        let dialect = shared.endpoint.dialect;
        match &self.work {
            Work::Query { sql, .. } => Summary::of(sql.as_str(), dialect),
            Work::About { operation, sql } => Summary::of(sql.as_str(), dialect).within(operation),
            Work::Command(operation) => Summary::of_operation(operation),
        }
    }

    /// The text as it may leave the process: as it is if its values are parameters, else without them.
    fn text(&self, shared: &Shared) -> Option<Cow<'_, str>> {
        let (sql, is_parameterized) = match &self.work {
            Work::Query {
                sql,
                is_parameterized,
            } => (sql.as_str(), *is_parameterized),
            Work::About { sql, .. } => (sql.as_str(), false),
            Work::Command(_) => return None,
        };
        if !shared.settings.query_text {
            None
        } else if is_parameterized {
            Some(sql.into())
        } else {
            Some(redacted(sql, shared.endpoint.dialect).into())
        }
    }
}

/// The end of a call.
#[derive(Debug)]
pub(crate) enum End {
    /// It was answered, as far as its caller wanted the answer.
    Complete,
    Failed(Failure),
    /// Its caller went away while it was waited for.
    Cancelled,
    /// Code of the driver panicked.
    Panicked,
}

/// A call that goes on.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Taken when it ends.
    span: Option<Span>,
    /// A span of `tracing` in it, which leads log lines of the driver to it.
    lines: tracing::Span,
    started: Instant,
    statement: Statement,
    /// Made when a span or a metric that is on asks for it.
    summary: OnceCell<Summary>,
    rows: u64,
    shared: Arc<Shared>,
}

impl Operation {
    pub(crate) fn start(statement: Statement, shared: Arc<Shared>) -> Self {
        let mut operation = Self {
            span: None,
            lines: tracing::Span::none(),
            started: Instant::now(),
            statement,
            summary: OnceCell::new(),
            rows: 0,
            shared,
        };
        let mut span = operation.start_span();
        if span.is_recording() {
            let endpoint = &operation.shared.endpoint;
            let name = operation.summary().text().unwrap_or(endpoint.system);
            span.update_name(name.to_owned());
            if endpoint.has_own_thread {
                operation.lines = span.within(span_of_lines);
            }
        }
        operation.span = Some(span);
        operation
    }

    fn start_span(&self) -> Span {
        let Shared {
            endpoint, settings, ..
        } = &*self.shared;
        span_at!(
            settings.level,
            "database",
            kind = client,
            component = "Database",
            location = false,
            fields(
                db.system.name = endpoint.system,
                db.namespace = endpoint.namespace.as_deref(),
                db.operation.name = self.summary().operation(),
                db.collection.name = self.summary().collection(),
                db.query.summary = self.summary().text(),
                db.query.text = self.statement.text(&self.shared).as_deref(),
                server.address = endpoint.address.as_deref(),
                server.port = endpoint.port,
            )
        )
    }

    fn summary(&self) -> &Summary {
        self.summary
            .get_or_init(|| self.statement.summary(&self.shared))
    }

    /// Calls `work` inside the span. A panic ends the operation and goes on.
    pub(crate) fn within<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let unwinding = Unwinding(self);
        let Self { span, lines, .. } = &mut *unwinding.0;
        let result = match span {
            Some(span) => span.within(|| lines.in_scope(work)),
            None => work(),
        };
        std::mem::forget(unwinding);
        result
    }

    /// Counts a row.
    pub(crate) fn row(&mut self) {
        self.rows += 1;
    }

    /// Ends the operation by an error.
    pub(crate) fn fail(&mut self, error: &Error) {
        let failure = (self.statement.failure)(error, self.shared.settings.error_messages);
        self.end(&End::Failed(failure));
    }

    pub(crate) fn end(&mut self, end: &End) {
        let Some(mut span) = self.span.take() else {
            return;
        };
        let seconds = self.started.elapsed().as_secs_f64();
        let (status_code, error_type) = match end {
            End::Complete => (None, None),
            End::Failed(failure) => (failure.status_code.as_deref(), Some(&*failure.error_type)),
            End::Cancelled => (None, Some("cancelled")),
            End::Panicked => (None, Some("panic")),
        };
        if span.is_recording() {
            match end {
                End::Failed(failure) => drop(span.set_status_error(failure.message.clone())),
                End::Cancelled => drop(span.set("outcome", "cancelled")),
                // The span says that it panicked itself.
                End::Complete | End::Panicked => {}
            }
            let rows = Some(self.rows).filter(|_| self.shared.settings.returned_rows);
            span.set("db.response.status_code", status_code)
                .set("error.type", error_type)
                .set("db.response.returned_rows", rows);
        }
        // Inside, for the sake of exemplars.
        span.within(|| self.record(seconds, status_code, error_type));
    }

    fn record(&self, seconds: f64, status_code: Option<&str>, error_type: Option<&str>) {
        let Shared { endpoint, port, .. } = &*self.shared;
        let labels = || {
            let summary = self.summary();
            Ended::of([
                endpoint.system,
                endpoint.namespace.as_deref().unwrap_or_default(),
                endpoint.address.as_deref().unwrap_or_default(),
                port,
                summary.operation().unwrap_or_default(),
                summary.collection().unwrap_or_default(),
                summary.text().unwrap_or_default(),
                status_code.unwrap_or_default(),
                error_type.unwrap_or_default(),
            ])
        };
        // A batch is asked for its labels only while metrics are on.
        let ended = std::iter::once_with(|| (seconds, labels()));
        OPERATIONS.duration.record_batch(ended);
    }
}

/// A span of `tracing`, of a level that is on wherever any is.
///
/// The driver of SQLite hands the current one over to the thread that executes the query. A log layer of hyperion knows where
/// it was created, and so whose lines these are.
fn span_of_lines() -> tracing::Span {
    tracing::error_span!("query")
}

/// Ends an operation whose code panics.
struct Unwinding<'a>(&'a mut Operation);

impl Drop for Unwinding<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.end(&End::Panicked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Driver;
    use crate::metrics::PoolObserver;
    use crate::settings::Settings;
    use sqlx_sqlite::{Sqlite, SqliteConnectOptions};

    #[test]
    fn nothing_is_read_while_nothing_is_recorded() {
        let shared = Shared::new(
            Sqlite::endpoint(&SqliteConnectOptions::new()),
            Settings::default(),
            PoolObserver::other(),
        );
        let statement = Statement::query::<Sqlite>(SqlStr::from_static("SELECT 1"), false);
        let mut operation = Operation::start(statement, Arc::new(shared));
        operation.within(|| ());
        operation.end(&End::Complete);
        assert_eq!(operation.summary.get(), None);
    }
}

//! Errors of sqlx, as attributes say them.

use crate::database::Database;
use sqlx::Error;
use sqlx::error::{DatabaseError, ErrorKind};
use std::borrow::Cow;
use std::io;

/// Stands for a kind of error that has no name here.
const OTHER: &str = "_OTHER";

/// An error, without a word of what parameters or rows hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// `db.response.status_code`, if the database has answered with one.
    pub(crate) status_code: Option<String>,
    /// `error.type`: the code of the database, or the kind of error of sqlx.
    pub(crate) error_type: Cow<'static, str>,
    /// The description of the span's status.
    pub(crate) message: String,
}

impl Failure {
    /// The failure behind an error. What the database wrote is its message only if `with_message` says so, for it may quote
    /// values.
    pub(crate) fn of<DB: Database>(error: &Error, with_message: bool) -> Self {
        let Some(database_error) = error.as_database_error() else {
            return Self::of_client(error);
        };
        let code = DB::status_code(database_error).map(Cow::into_owned);
        Self {
            error_type: code.clone().map_or(OTHER.into(), Cow::Owned),
            status_code: code,
            message: if with_message {
                database_error.message().to_owned()
            } else {
                violation(database_error)
            },
        }
    }

    fn of_client(error: &Error) -> Self {
        Self {
            status_code: None,
            error_type: client_error_type(error),
            message: match error {
                // Their texts are fixed, or are about the connection.
                Error::Io(_)
                | Error::Tls(_)
                | Error::PoolTimedOut
                | Error::PoolClosed
                | Error::WorkerCrashed
                | Error::InvalidSavePointStatement
                | Error::BeginFailed => error.to_string(),
                _ => String::new(),
            },
        }
    }
}

/// The constraint that a statement did not keep, in words of our own.
fn violation(error: &dyn DatabaseError) -> String {
    let violation = match error.kind() {
        ErrorKind::UniqueViolation => "unique violation",
        ErrorKind::ForeignKeyViolation => "foreign key violation",
        ErrorKind::NotNullViolation => "not null violation",
        ErrorKind::CheckViolation => "check violation",
        ErrorKind::ExclusionViolation => "exclusion violation",
        _ => return String::new(),
    };
    match error.constraint().or_else(|| error.table()) {
        Some(name) => format!("{violation}: {name}"),
        None => violation.to_owned(),
    }
}

/// The name of an error that comes from this side of the connection: the variant of `sqlx::Error`, or what is in it where
/// that says more.
fn client_error_type(error: &Error) -> Cow<'static, str> {
    let name = match error {
        Error::Io(error) => return io_error_type(error.kind()),
        Error::Configuration(_) => "Configuration",
        Error::InvalidArgument(_) => "InvalidArgument",
        Error::Tls(_) => "Tls",
        Error::Protocol(_) => "Protocol",
        Error::RowNotFound => "RowNotFound",
        Error::TypeNotFound { .. } => "TypeNotFound",
        Error::ColumnIndexOutOfBounds { .. } => "ColumnIndexOutOfBounds",
        Error::ColumnNotFound(_) => "ColumnNotFound",
        Error::ColumnDecode { .. } => "ColumnDecode",
        Error::Encode(_) => "Encode",
        Error::Decode(_) => "Decode",
        Error::AnyDriverError(_) => "AnyDriverError",
        Error::PoolTimedOut => "PoolTimedOut",
        Error::PoolClosed => "PoolClosed",
        Error::WorkerCrashed => "WorkerCrashed",
        Error::InvalidSavePointStatement => "InvalidSavePointStatement",
        Error::BeginFailed => "BeginFailed",
        _ => OTHER,
    };
    name.into()
}

/// The kind of an error of input or output, by its name: there are some forty, of which connections have a few.
fn io_error_type(kind: io::ErrorKind) -> Cow<'static, str> {
    format!("{kind:?}").into()
}

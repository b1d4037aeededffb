//! Which kind of error an error is.

/// Names the kind of an error, for `error.type`.
pub trait ErrorType {
    /// The kind of this error.
    fn error_type(&self) -> &'static str;
}

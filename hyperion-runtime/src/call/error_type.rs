//! The names of errors in telemetry.

use std::rc::Rc;
use std::sync::Arc;

/// An error that knows which of its kinds it is.
///
/// The answer is the value of OpenTelemetry's attribute [`error.type`] on spans and metrics, where it tells a timeout from
/// a missing user. Every value is a time series of its own, so that there have to be few of them, known before the program
/// runs: the name of a case, never a message or an id. The semantic conventions ask for low cardinality as well, and the
/// lifetime of the return type holds it.
///
/// An error without this trait is called by the path of its type, without generic arguments, as in `shop::Declined`; one behind
/// `Box<dyn Error>` is `dyn Error`.
///
/// The derive macro of the same name implements it with the name of the variant or of the struct:
///
/// ```
/// use hyperion::ErrorType;
///
/// #[derive(Debug, ErrorType)]
/// #[error_type(rename_all = "snake_case")]
/// enum PaymentError {
///     CardDeclined,
///     NotEnough { missing: u64 },
/// }
///
/// assert_eq!(PaymentError::NotEnough { missing: 3 }.error_type(), "not_enough");
/// ```
///
/// By hand it is a `match`, for a type that comes from elsewhere and is wrapped, or for cases that belong together:
///
/// ```
/// use hyperion::ErrorType;
///
/// struct DatabaseError(std::io::Error);
///
/// impl ErrorType for DatabaseError {
///     fn error_type(&self) -> &'static str {
///         match self.0.kind() {
///             std::io::ErrorKind::TimedOut => "timeout",
///             std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::ConnectionReset => "connection",
///             _ => "_OTHER",
///         }
///     }
/// }
///
/// let refused = DatabaseError(std::io::ErrorKind::ConnectionRefused.into());
/// assert_eq!(refused.error_type(), "connection");
/// ```
///
/// `_OTHER` is the value that the conventions keep for what has no name of its own.
///
/// [`error.type`]: https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say its `error.type`",
    label = "not an `ErrorType`",
    note = "derive `hyperion::ErrorType` for it, or remove `#[error_type(inner)]` to use the name of the variant or struct"
)]
pub trait ErrorType {
    /// The value of `error.type`: the name of this case of the error, from a small and fixed set.
    fn error_type(&self) -> &'static str;
}

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: ErrorType + ?Sized> ErrorType for $pointer {
            #[inline]
            fn error_type(&self) -> &'static str {
                (**self).error_type()
            }
        }
    )*};
}

pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    struct Timeout;

    impl ErrorType for Timeout {
        fn error_type(&self) -> &'static str {
            "timeout"
        }
    }

    fn of<E: ErrorType>(error: E) -> &'static str {
        error.error_type()
    }

    #[test]
    fn pointers_say_what_they_point_to() {
        let owned = [
            of::<Box<dyn ErrorType>>(Box::new(Timeout)),
            of::<Rc<dyn ErrorType>>(Rc::new(Timeout)),
            of::<Arc<dyn ErrorType + Send + Sync>>(Arc::new(Timeout)),
        ];
        assert_eq!(owned, ["timeout"; 3]);
        let borrowed = [
            of::<&dyn ErrorType>(&Timeout),
            of::<&mut Timeout>(&mut Timeout),
        ];
        assert_eq!(borrowed, ["timeout"; 2]);
    }
}

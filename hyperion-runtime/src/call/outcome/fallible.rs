//! Types whose values hold an error or do not.

use std::error::Error;
use std::task::Poll;

/// A type whose values hold an error or do not.
pub trait Fallible {
    /// The type of the error.
    type Error;

    /// The error, if the value holds one.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    #[inline]
    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// The value of a `poll` function. That it is pending is no error.
impl<T, E> Fallible for Poll<Result<T, E>> {
    type Error = E;

    #[inline]
    fn error(&self) -> Option<&E> {
        match self {
            Self::Ready(Err(error)) => Some(error),
            Self::Ready(Ok(_)) | Self::Pending => None,
        }
    }
}

/// The value of a stream's `poll_next`. Neither that it is pending nor that it is over is an error.
impl<T, E> Fallible for Poll<Option<Result<T, E>>> {
    type Error = E;

    #[inline]
    fn error(&self) -> Option<&E> {
        match self {
            Self::Ready(Some(Err(error))) => Some(error),
            Self::Ready(Some(Ok(_)) | None) | Self::Pending => None,
        }
    }
}

/// Any error, behind a pointer such as `Box<dyn Error>`, `anyhow::Error` or `eyre::Report`.
///
/// The pointer displays as the error does, but is none itself: without this its sources would be lost.
pub trait AnyError {
    /// The error without what else is known of it.
    fn as_error<'a>(&'a self) -> &'a (dyn Error + 'a);
}

macro_rules! any_errors {
    ($($error:ty,)*) => {$(
        impl<'e> AnyError for $error {
            #[inline]
            fn as_error<'a>(&'a self) -> &'a (dyn Error + 'a) {
                self
            }
        }
    )*};
}

any_errors! {
    dyn Error + 'e,
    dyn Error + Send + 'e,
    dyn Error + Sync + 'e,
    dyn Error + Send + Sync + 'e,
}

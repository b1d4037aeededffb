//! How a call ended, read from its return value by type.
//!
//! The macro cannot know whether a return type is a `Result`: it may be an alias. So the expansion writes
//! `(&&&&Probe(&returned)).__hyperion_outcome()`, and method resolution picks the first trait below that fits, because every
//! level of reference it has to remove comes later: a `Result` whose error is an `Error`, then one whose error is
//! `Display`, then any `Result`, then anything. The method's name is one that no trait of a user's has, since theirs would
//! be found first.

use std::error::Error;
use std::fmt::Display;

/// How a call that returned ended.
#[derive(Clone, Copy)]
pub enum Outcome<'a> {
    /// The call returned something other than an `Err`.
    Ok,
    /// The call returned an `Err`.
    Error(ErrorRef<'a>),
}

/// An error as it was returned.
#[derive(Clone, Copy)]
pub struct ErrorRef<'a> {
    /// The name of the error's type.
    pub kind: &'static str,
    /// What the error says of itself.
    pub detail: Detail<'a>,
}

/// What an error can say of itself.
#[derive(Clone, Copy)]
pub enum Detail<'a> {
    /// A message and a chain of sources.
    Error(&'a (dyn Error + 'a)),
    /// A message.
    Display(&'a dyn Display),
    /// Nothing but its type.
    Opaque,
}

impl<'a> Outcome<'a> {
    fn error<E: ?Sized>(detail: Detail<'a>) -> Self {
        Self::Error(ErrorRef {
            kind: core::any::type_name::<E>(),
            detail,
        })
    }
}

/// A returned value under inspection.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A `Result` whose error implements [`Error`], also one that borrows.
pub trait ProbeError<'a> {
    /// How the call ended.
    fn __hyperion_outcome(&self) -> Outcome<'a>;
}

impl<'a, T, E: Error> ProbeError<'a> for &&&Probe<'a, Result<T, E>> {
    #[inline]
    fn __hyperion_outcome(&self) -> Outcome<'a> {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(error) => Outcome::error::<E>(Detail::Error(error)),
        }
    }
}

/// A `Result` whose error implements [`Display`].
pub trait ProbeDisplay<'a> {
    /// How the call ended.
    fn __hyperion_outcome(&self) -> Outcome<'a>;
}

impl<'a, T, E: Display> ProbeDisplay<'a> for &&Probe<'a, Result<T, E>> {
    #[inline]
    fn __hyperion_outcome(&self) -> Outcome<'a> {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(error) => Outcome::error::<E>(Detail::Display(error)),
        }
    }
}

/// Any `Result`.
pub trait ProbeOpaque<'a> {
    /// How the call ended.
    fn __hyperion_outcome(&self) -> Outcome<'a>;
}

impl<'a, T, E> ProbeOpaque<'a> for &Probe<'a, Result<T, E>> {
    #[inline]
    fn __hyperion_outcome(&self) -> Outcome<'a> {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(_) => Outcome::error::<E>(Detail::Opaque),
        }
    }
}

/// Anything else: a call that returns it went well.
pub trait ProbeAny<'a> {
    /// How the call ended.
    fn __hyperion_outcome(&self) -> Outcome<'a>;
}

impl<'a, T: ?Sized> ProbeAny<'a> for Probe<'a, T> {
    #[inline]
    fn __hyperion_outcome(&self) -> Outcome<'a> {
        Outcome::Ok
    }
}

/// Calls the body of an observed function.
///
/// The bound makes the compiler see a closure that is called once, so that it may return borrows from what it owns, such
/// as a `&mut` into `self`.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Tells the compiler what an observed `async` body returns; never called.
///
/// An `async` block has no place to write its type, and without one `?` and coercions in it lack what they convert to.
pub fn returned<T>() -> T {
    unreachable!("the expansion guards this with `if false`")
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! outcome {
        ($value:expr) => {
            (&&&&Probe($value)).__hyperion_outcome()
        };
    }

    #[derive(Debug)]
    struct Plain;

    type Alias<T> = Result<T, std::io::Error>;

    #[test]
    fn the_type_decides_and_not_its_spelling() {
        let failed: Alias<()> = Err(std::io::Error::other("full"));
        let Outcome::Error(ErrorRef {
            kind,
            detail: Detail::Error(error),
        }) = outcome!(&failed)
        else {
            panic!("an io::Error is an Error");
        };
        assert_eq!(kind, "std::io::error::Error");
        assert_eq!(error.to_string(), "full");
    }

    #[test]
    fn every_error_finds_the_most_telling_trait() {
        let display: Result<(), String> = Err("no".into());
        assert!(matches!(
            outcome!(&display),
            Outcome::Error(ErrorRef {
                detail: Detail::Display(_),
                ..
            })
        ));
        let boxed: Result<(), Box<dyn Error>> = Err("no".into());
        assert!(matches!(
            outcome!(&boxed),
            Outcome::Error(ErrorRef {
                detail: Detail::Display(_),
                ..
            })
        ));
        let opaque: Result<(), Plain> = Err(Plain);
        assert!(matches!(
            outcome!(&opaque),
            Outcome::Error(ErrorRef {
                detail: Detail::Opaque,
                ..
            })
        ));
    }

    #[test]
    fn anything_else_went_well() {
        assert!(matches!(outcome!(&Ok::<u8, Plain>(1)), Outcome::Ok));
        assert!(matches!(outcome!(&None::<u8>), Outcome::Ok));
        assert!(matches!(outcome!("text"), Outcome::Ok));
    }
}

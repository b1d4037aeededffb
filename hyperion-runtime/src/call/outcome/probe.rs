//! The outcome of a call, from the value that it returned and the type of that.
//!
//! The macro cannot know what a return type is: `io::Result<()>` is an alias, and whether an error implements `Error` is not
//! written anywhere near it. So the expansion writes
//!
//! ```text
//! {
//!     use P::Probed as _;
//!     P::Probe(&returned).__hyperion_probe().__hyperion_probe().__hyperion_probe()
//! }
//! ```
//!
//! and method resolution answers one question a step: does the value hold an error, does the error know its kind, and what
//! texts does it have. It takes the first method whose bounds the type meets, in the order in which it looks for them: one of
//! the type itself, one of a trait that the type implements, one of a trait that a reference to it implements, and one of a
//! trait that a mutable reference to it implements. So the answers of a step stand in that order, from the most telling to the
//! one that fits everything. What went well is an [`Outcome`] after the first step, and stays one.
//!
//! One step with a level for each combination would need a reference in the expansion for each level: a function takes the
//! compiler several times as long then, since it builds, checks and takes apart every one of them.
//!
//! The method's name is one that no trait of a user's has, since theirs could be found first.
//!
//! # What is an error
//!
//! An `Err`, also in `Poll::Ready(..)` and in `Poll::Ready(Some(..))`, and an `Err` in the `Ok` of a `Result`, which is what
//! timeouts and joined tasks return. Everything else went well, also `None`, `ControlFlow::Break` and `Poll::Pending`;
//! `err(error_if = ..)` says otherwise.
//!
//! The kind of an error comes from [`ErrorType`], else it is the name of its type. Its text comes from [`Error`], which it may
//! be or point to, as `Box<dyn Error>`, `anyhow::Error` and `eyre::Report` do; else from [`Display`], else it has none. With
//! `err(record = debug)` the last step is another one, which takes the text from [`Debug`].
//!
//! For a `Result` in a `Result` one answer is for both errors: the text comes from what both of them implement, and `ErrorType`
//! is asked only of the inner one, and only if both are an `Error`. Here the outer error is nearly always one of a runtime, and
//! the inner one the program's own.

use super::fallible::{AnyError, Fallible};
use super::{Detail, Outcome, type_name};
use crate::asking::ask;
use crate::call::error_type::ErrorType;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::ops::Deref;

/// A returned value under inspection.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The answer of a step that fits where the type has no better one.
pub trait Probed {
    /// The outcome, or what the next step inspects.
    type Next;

    /// Takes the next step.
    fn __hyperion_probe(self) -> Self::Next;
}

/// The errors that a returned value can hold, and the one that it does.
pub struct Found<E>(Option<E>);

/// The same, and the kind where the error knows it.
pub struct Kinded<'a, E> {
    error: Option<E>,
    kind: Option<&'a dyn ErrorType>,
}

/// One of the errors of a `Result` in a `Result`.
pub enum Nested<'a, Inner, Outer> {
    /// That of the `Result` inside.
    Inner(&'a Inner),
    /// That of the one around it.
    Outer(&'a Outer),
}

// Does the value hold an error?

impl<'a, T, Inner, Outer> Probe<'a, Result<Result<T, Inner>, Outer>> {
    /// Finds the error of a `Result` in a `Result`.
    #[inline]
    pub fn __hyperion_probe(self) -> Found<Nested<'a, Inner, Outer>> {
        Found(match self.0 {
            Ok(Ok(_)) => None,
            Ok(Err(inner)) => Some(Nested::Inner(inner)),
            Err(outer) => Some(Nested::Outer(outer)),
        })
    }
}

impl<'a, R: Fallible> Probed for Probe<'a, R> {
    type Next = Found<&'a R::Error>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        Found(self.0.error())
    }
}

/// Anything else: a call that returns it went well.
impl<T: ?Sized> Probed for &Probe<'_, T> {
    type Next = Outcome<'static>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        Outcome::Ok
    }
}

impl Outcome<'_> {
    /// Stays what it is: there is nothing left to find out.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn __hyperion_probe(self) -> Self {
        self
    }

    /// The same, where errors are recorded by their `Debug`.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn __hyperion_debug(self) -> Self {
        self
    }
}

// Does the error know its kind?

impl<'a, E: ErrorType> Found<&'a E> {
    /// Keeps whom to ask for the kind.
    #[inline]
    pub fn __hyperion_probe(self) -> Kinded<'a, &'a E> {
        let Self(error) = self;
        Kinded {
            error,
            kind: error.map(|error| error as &dyn ErrorType),
        }
    }
}

impl<'a, Inner: ErrorType + Error, Outer: Error> Found<Nested<'a, Inner, Outer>> {
    /// Keeps whom to ask for the kind.
    #[inline]
    pub fn __hyperion_probe(self) -> Kinded<'a, Nested<'a, Inner, Outer>> {
        let Self(error) = self;
        let kind: Option<&dyn ErrorType> = match error {
            Some(Nested::Inner(inner)) => Some(inner),
            Some(Nested::Outer(_)) | None => None,
        };
        Kinded { error, kind }
    }
}

impl<E> Probed for Found<E> {
    type Next = Kinded<'static, E>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        Kinded {
            error: self.0,
            kind: None,
        }
    }
}

// What texts does it have?

/// The outcome by the errors that can be, each with the detail that it gives.
macro_rules! ended {
    ($kinded:expr, $error:ident => $detail:expr) => {
        match $kinded.error {
            Some($error) => ended!(@ $error, $kinded.kind, $detail),
            None => Outcome::Ok,
        }
    };
    ($kinded:expr, nested $error:ident => $detail:expr) => {
        match $kinded.error {
            Some(Nested::Inner($error)) => ended!(@ $error, $kinded.kind, $detail),
            Some(Nested::Outer($error)) => ended!(@ $error, None, $detail),
            None => Outcome::Ok,
        }
    };
    (@ $error:ident, $kind:expr, $detail:expr) => {
        Outcome::of_error(type_name($error), $kind, $detail)
    };
}

impl<'a, E: Error> Kinded<'a, &'a E> {
    /// Takes the error as one.
    #[inline]
    pub fn __hyperion_probe(self) -> Outcome<'a> {
        ended!(self, error => Detail::Error(error))
    }
}

impl<'a, Inner: Error, Outer: Error> Kinded<'a, Nested<'a, Inner, Outer>> {
    /// Takes either error as one.
    #[inline]
    pub fn __hyperion_probe(self) -> Outcome<'a> {
        ended!(self, nested error => Detail::Error(error))
    }
}

impl<'a, E: Deref<Target: AnyError>> Probed for Kinded<'a, &'a E> {
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        ended!(self, error => pointed_to(error))
    }
}

impl<'a, Inner: Deref<Target: AnyError>, Outer: Error> Probed
    for Kinded<'a, Nested<'a, Inner, Outer>>
{
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        match self.error {
            Some(Nested::Inner(error)) => ended!(@ error, self.kind, pointed_to(error)),
            Some(Nested::Outer(error)) => ended!(@ error, None, Detail::Error(error)),
            None => Outcome::Ok,
        }
    }
}

/// The error behind a pointer, which may be the user's own.
fn pointed_to<E: Deref<Target: AnyError>>(error: &E) -> Detail<'_> {
    ask(|| error.as_error()).map_or(Detail::Opaque, Detail::Error)
}

impl<'a, E: Display> Probed for &Kinded<'a, &'a E> {
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        ended!(self, error => Detail::Display(error))
    }
}

impl<'a, Inner: Display, Outer: Display> Probed for &Kinded<'a, Nested<'a, Inner, Outer>> {
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        ended!(self, nested error => Detail::Display(error))
    }
}

impl<'a, E> Probed for &mut Kinded<'a, &'a E> {
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        ended!(self, error => Detail::Opaque)
    }
}

impl<'a, Inner, Outer> Probed for &mut Kinded<'a, Nested<'a, Inner, Outer>> {
    type Next = Outcome<'a>;

    #[inline]
    fn __hyperion_probe(self) -> Self::Next {
        ended!(self, nested error => Detail::Opaque)
    }
}

impl<'a, E> Kinded<'a, &'a E> {
    /// Takes the error by its `Debug`.
    #[inline]
    pub fn __hyperion_debug(self) -> Outcome<'a>
    where
        E: Debug,
    {
        ended!(self, error => Detail::Debug(error))
    }
}

impl<'a, Inner, Outer> Kinded<'a, Nested<'a, Inner, Outer>> {
    /// Takes either error by its `Debug`.
    #[inline]
    pub fn __hyperion_debug(self) -> Outcome<'a>
    where
        Inner: Debug,
        Outer: Debug,
    {
        ended!(self, nested error => Detail::Debug(error))
    }
}

#[cfg(test)]
mod tests;

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
mod tests {
    use super::*;
    use crate::call::outcome::ErrorRef;
    use std::convert::Infallible;
    use std::fmt;
    use std::ops::ControlFlow;
    use std::task::Poll;

    macro_rules! outcome {
        ($value:expr) => {
            Probe($value)
                .__hyperion_probe()
                .__hyperion_probe()
                .__hyperion_probe()
        };
    }

    /// The answer of the level that was found about an error: its kind, its type, and how its text is had.
    #[track_caller]
    fn found(outcome: Outcome<'_>) -> (&'static str, &'static str, &'static str, String) {
        let Outcome::Error(ErrorRef {
            kind,
            type_name,
            detail,
        }) = outcome
        else {
            panic!("it is an error")
        };
        let type_name = type_name.expect("an error was returned");
        let short = |path: &'static str| path.rsplit("::").next().unwrap_or(path);
        let (level, text) = match detail {
            Detail::Error(error) => ("error", error.to_string()),
            Detail::Display(error) => ("display", error.to_string()),
            Detail::Debug(error) => ("debug", format!("{error:?}")),
            Detail::Opaque => ("opaque", String::new()),
        };
        (short(kind), short(type_name), level, text)
    }

    fn is_ok(outcome: Outcome<'_>) -> bool {
        matches!(outcome, Outcome::Ok)
    }

    /// Declares an error type with the implementations that are named.
    macro_rules! errors {
        ($($name:ident: $($implements:ident)*;)*) => {$(
            #[derive(Debug)]
            struct $name;
            $(errors!(@ $implements $name);)*
        )*};
        (@ Display $name:ident) => {
            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(stringify!($name))
                }
            }
        };
        (@ Error $name:ident) => {
            impl Error for $name {}
        };
        (@ ErrorType $name:ident) => {
            impl ErrorType for $name {
                fn error_type(&self) -> &'static str {
                    concat!("kind of ", stringify!($name))
                }
            }
        };
    }

    errors! {
        Full: ErrorType Display Error;
        Shown: ErrorType Display;
        Kind: ErrorType;
        Plain: Display Error;
        Text: Display;
        Opaque: ;
    }

    #[test]
    fn every_error_finds_the_most_telling_level() {
        macro_rules! fails {
            ($error:expr) => {
                found(outcome!(&Err::<(), _>($error)))
            };
        }
        let text = str::to_owned;
        assert_eq!(
            fails!(Full),
            ("kind of Full", "Full", "error", text("Full"))
        );
        assert_eq!(
            fails!(Shown),
            ("kind of Shown", "Shown", "display", text("Shown"))
        );
        assert_eq!(fails!(Kind), ("kind of Kind", "Kind", "opaque", text("")));
        assert_eq!(fails!(Plain), ("Plain", "Plain", "error", text("Plain")));
        assert_eq!(fails!(Text), ("Text", "Text", "display", text("Text")));
        assert_eq!(fails!(Opaque), ("Opaque", "Opaque", "opaque", text("")));
    }

    #[test]
    fn the_type_decides_and_not_its_spelling() {
        type Alias<T> = Result<T, std::io::Error>;
        let failed: Alias<()> = Err(std::io::Error::other("full"));
        let Outcome::Error(error) = outcome!(&failed) else {
            panic!("it is an error")
        };
        assert_eq!(error.kind, "std::io::error::Error");
        assert_eq!(error.type_name, Some("std::io::error::Error"));
    }

    #[test]
    fn an_error_in_a_box_keeps_its_sources() {
        #[derive(Debug)]
        struct Outside(Plain);
        impl fmt::Display for Outside {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("outside")
            }
        }
        impl Error for Outside {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        macro_rules! source {
            ($error:ty) => {{
                let failed: Result<(), $error> = Err(Outside(Plain).into());
                let Outcome::Error(ErrorRef {
                    detail: Detail::Error(error),
                    ..
                }) = outcome!(&failed)
                else {
                    panic!("it is an error with sources")
                };
                assert_eq!(error.to_string(), "outside");
                error.source().map(ToString::to_string)
            }};
        }
        assert_eq!(source!(Box<dyn Error>), Some("Plain".to_owned()));
        assert_eq!(
            source!(Box<dyn Error + Send + Sync>),
            Some("Plain".to_owned())
        );
        let shared: Result<(), std::rc::Rc<dyn Error>> = Err(std::rc::Rc::new(Outside(Plain)));
        assert_eq!(found(outcome!(&shared)).2, "error");
        assert_eq!(source!(Outside), Some("Plain".to_owned()));
    }

    #[test]
    fn an_error_may_borrow() {
        #[derive(Debug)]
        struct Borrows<'t>(&'t str);
        impl fmt::Display for Borrows<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
        impl Error for Borrows<'_> {}
        fn in_box<'t>(text: &'t str) -> Result<(), Box<dyn Error + 't>> {
            Err(Box::new(Borrows(text)))
        }
        let text = String::from("borrowed");
        let failed: Result<(), Borrows<'_>> = Err(Borrows(&text));
        assert_eq!(found(outcome!(&failed)).2, "error");
        let (_, _, level, said) = found(outcome!(&in_box(&text)));
        assert_eq!((level, said.as_str()), ("error", "borrowed"));
        let reference: Result<(), &Plain> = Err(&Plain);
        assert_eq!(
            found(outcome!(&reference)),
            ("Plain", "Plain", "error", "Plain".to_owned())
        );
        let unsized_text: Result<(), &str> = Err(&text);
        let (kind, _, level, said) = found(outcome!(&unsized_text));
        assert_eq!((kind, level, said.as_str()), ("str", "display", "borrowed"));
    }

    #[test]
    fn what_poll_functions_return_is_looked_into() {
        type Polled = Poll<Result<u8, Full>>;
        type Next = Poll<Option<Result<u8, Text>>>;
        assert_eq!(found(outcome!(&Polled::Ready(Err(Full)))).0, "kind of Full");
        assert!(is_ok(outcome!(&Polled::Ready(Ok(1)))));
        assert!(is_ok(outcome!(&Polled::Pending)));
        assert_eq!(found(outcome!(&Next::Ready(Some(Err(Text))))).2, "display");
        assert!(is_ok(outcome!(&Next::Ready(Some(Ok(1))))));
        assert!(is_ok(outcome!(&Next::Ready(None))));
        assert!(is_ok(outcome!(&Next::Pending)));
    }

    #[test]
    fn an_error_within_ok_is_an_error_too() {
        /// The answers about both errors of a nested result, the inner one first.
        macro_rules! both {
            ($inner:ident, $outer:ident) => {{
                type Nested = Result<Result<u8, $inner>, $outer>;
                assert!(is_ok(outcome!(&Nested::Ok(Ok(1)))));
                let [inner, outer] = [Nested::Ok(Err($inner)), Nested::Err($outer)]
                    .map(|nested| found(outcome!(&nested)));
                ((inner.0, inner.2), (outer.0, outer.2))
            }};
        }
        assert_eq!(
            both!(Full, Plain),
            (("kind of Full", "error"), ("Plain", "error"))
        );
        assert_eq!(
            both!(Full, Full),
            (("kind of Full", "error"), ("Full", "error"))
        );
        assert_eq!(both!(Plain, Full), (("Plain", "error"), ("Full", "error")));
        assert_eq!(
            both!(Text, Plain),
            (("Text", "display"), ("Plain", "display"))
        );
        assert_eq!(
            both!(Shown, Text),
            (("Shown", "display"), ("Text", "display"))
        );
        assert_eq!(
            both!(Plain, Opaque),
            (("Plain", "opaque"), ("Opaque", "opaque"))
        );
    }

    #[test]
    fn anything_else_went_well() {
        assert!(is_ok(outcome!(&Ok::<u8, Opaque>(1))));
        assert!(is_ok(outcome!(&Ok::<u8, Infallible>(1))));
        assert!(is_ok(outcome!(&None::<u8>)));
        assert!(is_ok(outcome!(&Some(Err::<u8, Plain>(Plain)))));
        assert!(is_ok(outcome!(&ControlFlow::<u8>::Break(1))));
        assert!(is_ok(outcome!("text")));
        assert!(is_ok(outcome!(&[1_u8, 2][..])));
    }

    #[test]
    fn a_kind_that_panics_is_the_type() {
        #[derive(Debug)]
        struct Panics;
        impl ErrorType for Panics {
            fn error_type(&self) -> &'static str {
                panic!("in error_type")
            }
        }
        assert_eq!(found(outcome!(&Err::<(), _>(Panics))).0, "Panics");
    }

    #[test]
    fn an_error_of_a_generic_function_has_what_its_bounds_say() {
        fn shown<E: fmt::Debug + Display>(error: E) -> &'static str {
            found(outcome!(&Err::<(), E>(error))).2
        }
        assert_eq!(shown(Full), "display");
    }
}

//! The outcome of a call, from the value that it returned and the type of that.
//!
//! The macro cannot know what a return type is: `io::Result<()>` is an alias, and whether an error implements `Error` is not
//! written anywhere near it. So the expansion writes
//!
//! ```text
//! { use P::Probed as _; (&&&&&&&&&&&&P::Probe(&returned)).__hyperion_outcome() }
//! ```
//!
//! with twelve `&`, as many as there are levels below. Method resolution takes off one `&` after the other and stops at the
//! first level whose bounds the type meets, so the levels stand in the order from the most telling to the one that fits
//! everything. All levels are implementations of one trait, which can have them side by side since each is for a type of its
//! own. With a trait for each level the compiler would ask every trait at every `&`, and spend three times as long in here.
//!
//! The method's name is one that no trait of a user's has, since theirs would be found first.
//!
//! # What is an error
//!
//! An `Err`, also in `Poll::Ready(..)` and in `Poll::Ready(Some(..))`, and an `Err` in the `Ok` of a `Result`, which is what
//! timeouts and joined tasks return. Everything else went well, also `None`, `ControlFlow::Break` and `Poll::Pending`;
//! `err(error_if = ..)` says otherwise.
//!
//! The kind of an error comes from [`ErrorType`], else it is the name of its type. Its text comes from [`Error`], else from
//! [`Display`], else it has none.
//!
//! For a `Result` in a `Result` both errors have to be met by one level: the text comes from what both of them implement, and
//! `ErrorType` is asked only of the inner one, and only if both are an `Error`. A level for each pair would cost every
//! function, and here the outer error is nearly always one of a runtime, and the inner one the program's own.

use super::fallible::{BoxedError, Fallible};
use super::{Detail, Outcome};
use crate::call::error_type::ErrorType;
use std::error::Error;
use std::fmt::Display;

/// A returned value under inspection.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A returned value whose type says how its call ended.
pub trait Probed<'a> {
    /// The outcome of the call.
    fn __hyperion_outcome(&self) -> Outcome<'a>;
}

/// A level for a `Result` in a `Result`.
macro_rules! nested {
    (
        [$($refs:tt)*]
        $inner:ident: [$($inner_bounds:tt)*] => $inner_outcome:expr,
        $outer:ident: [$($outer_bounds:tt)*] => $outer_outcome:expr,
    ) => {
        impl<'a, T, Inner, Outer> Probed<'a> for $($refs)* Probe<'a, Result<Result<T, Inner>, Outer>>
        where
            Inner: $($inner_bounds)*,
            Outer: $($outer_bounds)*,
        {
            #[inline]
            fn __hyperion_outcome(&self) -> Outcome<'a> {
                match self.0 {
                    Ok(Ok(_)) => Outcome::Ok,
                    Ok(Err($inner)) => $inner_outcome,
                    Err($outer) => $outer_outcome,
                }
            }
        }
    };
}

/// A level for everything that holds an error.
macro_rules! fallible {
    ([$($refs:tt)*] $error:ident: [$($bounds:tt)*] => $outcome:expr) => {
        impl<'a, R: Fallible> Probed<'a> for $($refs)* Probe<'a, R>
        where
            R::Error: $($bounds)*,
        {
            #[inline]
            fn __hyperion_outcome(&self) -> Outcome<'a> {
                match self.0.error() {
                    Some($error) => $outcome,
                    None => Outcome::Ok,
                }
            }
        }
    };
}

nested! {
    [&&&&&&&&&&&]
    inner: [ErrorType + Error] => Outcome::of_kind(inner, Detail::Error(inner)),
    outer: [Error] => Outcome::of_type(outer, Detail::Error(outer)),
}
nested! {
    [&&&&&&&&&&]
    inner: [Error] => Outcome::of_type(inner, Detail::Error(inner)),
    outer: [Error] => Outcome::of_type(outer, Detail::Error(outer)),
}
nested! {
    [&&&&&&&&&]
    inner: [Display] => Outcome::of_type(inner, Detail::Display(inner)),
    outer: [Display] => Outcome::of_type(outer, Detail::Display(outer)),
}
nested! {
    [&&&&&&&&]
    inner: [Sized] => Outcome::of_type(inner, Detail::Opaque),
    outer: [Sized] => Outcome::of_type(outer, Detail::Opaque),
}

fallible! { [&&&&&&&] error: [ErrorType + Error] => Outcome::of_kind(error, Detail::Error(error)) }
fallible! { [&&&&&&] error: [ErrorType + Display] => Outcome::of_kind(error, Detail::Display(error)) }
fallible! { [&&&&&] error: [ErrorType] => Outcome::of_kind(error, Detail::Opaque) }
fallible! { [&&&&] error: [Error] => Outcome::of_type(error, Detail::Error(error)) }
fallible! { [&&&] error: [BoxedError] => Outcome::of_type(error, Detail::Error(error.as_error())) }
fallible! { [&&] error: [Display] => Outcome::of_type(error, Detail::Display(error)) }
fallible! { [&] error: [Sized] => Outcome::of_type(error, Detail::Opaque) }

/// Anything else: a call that returns it went well.
impl<'a, T: ?Sized> Probed<'a> for Probe<'a, T> {
    #[inline]
    fn __hyperion_outcome(&self) -> Outcome<'a> {
        Outcome::Ok
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
            (&&&&&&&&&&&&Probe($value)).__hyperion_outcome()
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

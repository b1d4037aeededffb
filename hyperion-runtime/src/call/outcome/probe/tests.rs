//! The level that each kind of error finds.

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

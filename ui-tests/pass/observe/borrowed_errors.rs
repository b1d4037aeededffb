//! An error may borrow, and an error type may be anything.
#![deny(warnings)]

use std::error::Error;
use std::fmt::{self, Debug, Display};

use hyperion::{ErrorType, observe};

#[derive(Debug)]
struct Unexpected<'a>(&'a str);

impl Display for Unexpected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unexpected {}", self.0)
    }
}

impl Error for Unexpected<'_> {}

#[derive(Debug, ErrorType)]
struct Known;

impl Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("known")
    }
}

impl Error for Known {}

#[observe]
fn borrowed(text: &str) -> Result<u32, Unexpected<'_>> {
    text.parse().map_err(|_| Unexpected(text))
}

#[observe]
async fn borrowed_later(text: &str) -> Result<u32, Unexpected<'_>> {
    text.parse().map_err(|_| Unexpected(text))
}

#[observe]
#[track_caller]
fn borrowed_in_place(text: &str) -> Result<u32, Unexpected<'_>> {
    text.parse().map_err(|_| Unexpected(text))
}

#[observe]
fn generic<E: Error>(error: E) -> Result<(), E> {
    Err(error)
}

#[observe]
async fn generic_later<T, E: Display>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[observe]
fn unknown<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[observe]
fn text() -> Result<(), &'static str> {
    Err("text")
}

#[observe]
fn boxed<'a>(text: &'a str) -> Result<(), Box<dyn Error + 'a>> {
    Err(Box::new(Unexpected(text)))
}

#[observe]
fn opaque() -> Result<(), impl Debug> {
    Err(1)
}

/// The only return type about which no step of the inspection asks a trait of ours.
#[observe]
fn nested(known: bool) -> Result<Result<(), Known>, fmt::Error> {
    if known { Ok(Err(Known)) } else { Err(fmt::Error) }
}

fn main() {
    let text_of = |text: &str| borrowed(text).map_err(|error| error.to_string());
    assert_eq!(text_of("x").unwrap_err(), "unexpected x");
    assert!(borrowed_in_place("x").is_err());
    drop(borrowed_later("x"));
    assert!(generic(Unexpected("x")).is_err());
    drop(generic_later::<u8, _>(Err("x")));
    assert!(unknown(()).is_err());
    assert!(text().is_err());
    assert!(boxed("x").is_err());
    assert!(opaque().is_err());
    assert!(nested(true).is_ok_and(|inner| inner.is_err()) && nested(false).is_err());
}

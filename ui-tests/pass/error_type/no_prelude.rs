//! The expansion names everything by its full path, and nothing of the user's is in the way.
#![deny(warnings, missing_docs, unsafe_code)]
#![forbid(unused_qualifications, unused_variables, unreachable_code)]
#![no_implicit_prelude]
#![allow(non_camel_case_types, dead_code)]

mod core {}
mod std {}
mod __private {}

struct Option;
struct Some;
struct Result;
struct Ok;
struct Err;
struct str;
struct usize;

trait Everything {
    fn error_type(&self) -> u8 {
        1
    }
}

impl<T: ?::core::marker::Sized> Everything for T {}

#[derive(::hyperion::ErrorType)]
enum Failure<__inner> {
    Some(str),
    #[error_type(inner)]
    Inner(__inner),
    #[error_type(inner)]
    Named {
        __inner: ::std::boxed::Box<Reason>,
    },
}

#[derive(::hyperion::ErrorType)]
struct Reason;

#[derive(::hyperion::ErrorType)]
enum Never {}

fn main() {
    let of = |failure: &Failure<Reason>| ::hyperion::ErrorType::error_type(failure);
    ::std::assert_eq!(of(&Failure::Some(str)), "Some");
    ::std::assert_eq!(of(&Failure::Inner(Reason)), "Reason");
    let named = Failure::Named {
        __inner: ::std::boxed::Box::new(Reason),
    };
    ::std::assert_eq!(of(&named), "Reason");
}

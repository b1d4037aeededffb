//! The expansion names everything by its full path, and nothing of the user's is in the way.
#![deny(warnings, missing_docs, unsafe_code)]
#![forbid(unused_qualifications, unused_variables, unreachable_code)]
#![no_implicit_prelude]
#![allow(non_camel_case_types, dead_code)]

mod core {}
mod std {}
mod __private {}

struct Option;
struct str;
struct usize;

trait Everything {
    const CARDINALITY: u8 = 1;
    fn index(&self) -> u8 {
        1
    }
}

impl<T: ?::core::marker::Sized> Everything for T {}

#[derive(::hyperion::Label)]
enum Tier {
    Some,
    None,
}

fn main() {
    ::std::assert_eq!(<Tier as ::hyperion::Label>::CARDINALITY, 2);
    ::std::assert_eq!(::hyperion::Label::index(&Tier::None), 1);
    ::std::assert_eq!(<Tier as ::hyperion::Label>::value(0), "some");
}

//! The expansion names everything by its full path, and nothing of the user's is in the way.
#![deny(warnings, missing_docs, unsafe_code)]
#![forbid(unused_qualifications, unused_variables, unreachable_code)]
#![no_implicit_prelude]
#![allow(non_camel_case_types, dead_code)]

mod core {}
mod std {}
mod __private {}
mod label_set {}

struct Option;
struct String;
struct str;
struct usize;
trait FnMut {}
trait From {}

trait Everything {
    const CARDINALITY: u8 = 1;
    const KNOWN: u8 = 1;
    fn index(&self) -> u8 {
        1
    }
    fn from(&self) -> u8 {
        1
    }
}

impl<T: ?::core::marker::Sized> Everything for T {}

#[derive(::hyperion::Label)]
struct Tenant(::hyperion::Bounded<5>);

#[derive(::hyperion::LabelSet)]
struct Lookup {
    index: bool,
    give: Tenant,
}

fn main() {
    let give = <Tenant as ::core::convert::From<&::core::primitive::str>>::from("acme");
    let lookup = Lookup { index: true, give };
    ::std::assert_eq!(<Lookup as ::hyperion::LabelSet>::CARDINALITY, 12);
    ::std::assert!(::hyperion::LabelSet::index(&lookup) >= 6);
    ::std::assert_eq!(<Lookup as ::hyperion::LabelSet>::KEYS, ["index", "give"]);
}

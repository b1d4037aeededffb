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
struct str;

trait Everything {
    fn field_value(&self) -> u8 {
        1
    }
}

impl<T: ?::core::marker::Sized> Everything for T {}

#[derive(::hyperion::Field)]
struct Id<T>(T);

#[derive(::hyperion::Field)]
struct Named<'a> {
    text: &'a ::core::primitive::str,
}

#[derive(::hyperion::Field)]
enum State {
    Some,
    Option {},
    #[field(rename = "some")]
    str(),
}

#[derive(::hyperion::Field)]
enum Never {}

#[derive(::core::fmt::Debug, ::hyperion::Field)]
#[field(debug)]
struct Point<T, const N: ::core::primitive::usize> {
    x: [T; N],
}

#[::hyperion::observe(fields(id, point, named, state))]
fn record(
    id: Id<::core::primitive::u8>,
    point: Point<::core::primitive::u8, 2>,
    named: Named<'_>,
    state: ::core::option::Option<State>,
) {
}

fn main() {
    let state = ::core::option::Option::Some(State::Some);
    record(Id(1), Point { x: [1, 2] }, Named { text: "a" }, state);
}

//! Nothing of the user's is in the way, whatever it is called.
#![deny(warnings)]
#![allow(
    non_snake_case,
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    unused_macros
)]

use hyperion::observe;

mod core {}
mod std {}
mod hyperion_derive {}
mod __private {}

struct Option;
struct Some;
struct Result;
struct Ok;
struct Err;
struct Vec;
struct Box;
struct Call;
struct Callsite;
struct CallsiteMeta;
struct Fields;
struct Probe;
struct Future;
struct str;
struct bool;
struct u32;

const CALLSITE: i32 = 1;
static path: i32 = 1;

macro_rules! file {
    () => {
        compile_error!("not this one")
    };
}
macro_rules! line {
    () => {
        compile_error!("not this one")
    };
}

trait Everything {
    fn enter(&self) {}
    fn fields(&self) {}
    fn value(&self) {}
    fn finish_with(&self) {}
}

impl<T: ?Sized> Everything for T {}

#[observe(fields(__call, __f = __fields, output = %__output))]
fn locals(
    __call: i32,
    __fields: i32,
    __output: i32,
    __arg3: i32,
    _: i32,
    (__arg5, _): (i32, i32),
) -> i32 {
    let __callsite = CALLSITE;
    __call + __fields + __output + __arg3 + __arg5 + __callsite + path
}

#[observe(fields(__callsite, __fields, __output))]
async fn future(__callsite: i32, __fields: i32, __output: i32) -> i32 {
    '__body: {
        if __fields > 0 {
            break '__body;
        }
    }
    __callsite + __fields + __output + path
}

#[observe]
fn call(call: i32, ret: i32, outcome: i32, callsite: i32) -> i32 {
    fn path() -> i32 {
        10
    }
    call + ret + outcome + callsite + path()
}

#[observe]
fn CALLSITE_(returned: i32) -> i32 {
    static CALLSITE: i32 = 5;
    returned + CALLSITE
}

#[observe]
fn unit(__call: &mut i32) {
    *__call += path;
}

#[observe]
#[track_caller]
fn tracked(__output: i32) -> i32 {
    let __call = __output;
    __call
}

fn main() {
    assert_eq!(locals(1, 2, 3, 4, 5, (6, 7)), 18);
    drop(future(1, 2, 3));
    assert_eq!(call(1, 2, 3, 4), 20);
    assert_eq!(CALLSITE_(1), 6);
    let mut n = 0;
    unit(&mut n);
    assert_eq!(n, 1);
    assert_eq!(tracked(1), 1);
}

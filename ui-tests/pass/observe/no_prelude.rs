//! The expansion names everything by its full path.
#![deny(warnings)]
#![no_implicit_prelude]

struct Failure;

#[::hyperion::observe(component = "Names", fields(n, "text" = "literal", shown = %n, debugged = ?n))]
fn value(n: u32) -> ::core::result::Result<u32, Failure> {
    if n == 0 {
        return ::core::result::Result::Err(Failure);
    }
    ::core::result::Result::Ok(n)
}

#[::hyperion::observe(name = "whole")]
fn unit() {}

#[::hyperion::observe]
#[track_caller]
fn tracked() -> u32 {
    1
}

#[::hyperion::observe(fields(n))]
async fn future(n: u32) -> u32 {
    n
}

#[::hyperion::observe]
async fn never() -> ! {
    loop {
        future(1).await;
    }
}

fn main() {
    ::std::assert!(::core::result::Result::is_ok(&value(1)));
    ::std::assert!(::core::result::Result::is_err(&value(0)));
    unit();
    ::std::assert_eq!(tracked(), 1);
    ::core::mem::drop((future(1), never()));
}

//! hyperion may be somewhere else, under another name.
#![deny(warnings)]
#![no_implicit_prelude]

mod telemetry {
    pub(crate) use ::hyperion as observability;
}

mod inner {
    use super::telemetry::observability::observe;

    #[observe(crate = super::telemetry::observability)]
    pub(crate) fn relative() -> u32 {
        1
    }

    #[observe(crate = crate::telemetry::observability, fields(n))]
    pub(crate) async fn absolute(n: u32) -> u32 {
        n
    }

    #[observe(crate = ::hyperion)]
    pub(crate) fn global() -> u32 {
        1
    }
}

fn main() {
    ::std::assert_eq!(inner::relative() + inner::global(), 2);
    ::core::mem::drop(inner::absolute(1));
}

//! hyperion may be somewhere else, under another name.
#![deny(warnings)]
#![no_implicit_prelude]

mod telemetry {
    pub(crate) use ::hyperion as observability;
}

mod inner {
    use super::telemetry::observability::Label;

    #[derive(Label)]
    #[label(crate = super::telemetry::observability)]
    pub(crate) enum Relative {
        Free,
    }

    #[derive(Label)]
    #[label(crate = crate::telemetry::observability, rename_all = "UPPERCASE")]
    pub(crate) enum Absolute {
        Paid,
    }
}

fn main() {
    use ::hyperion::Label;
    ::std::assert_eq!(
        inner::Relative::value(inner::Relative::Free.index()),
        "free"
    );
    ::std::assert_eq!(
        inner::Absolute::value(inner::Absolute::Paid.index()),
        "PAID"
    );
}

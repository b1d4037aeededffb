//! hyperion may be somewhere else, under another name.
#![deny(warnings)]
#![no_implicit_prelude]

mod telemetry {
    pub(crate) use ::hyperion as observability;
}

mod inner {
    use super::telemetry::observability::ErrorType;

    #[derive(ErrorType)]
    #[error_type(crate = super::telemetry::observability)]
    pub(crate) struct Relative;

    #[derive(ErrorType)]
    #[error_type(rename_all = "kebab-case", crate = crate::telemetry::observability)]
    pub(crate) enum Absolute {
        #[error_type(inner)]
        Inner(Relative),
        NotFound,
    }
}

fn main() {
    use ::hyperion::ErrorType;
    ::std::assert_eq!(inner::Absolute::NotFound.error_type(), "not-found");
    ::std::assert_eq!(
        inner::Absolute::Inner(inner::Relative).error_type(),
        "Relative"
    );
}

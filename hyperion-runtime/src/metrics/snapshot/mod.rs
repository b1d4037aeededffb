//! The numbers that every native instrument held at one moment.
//!
//! Exporters read this and nothing else, so that a scrape, an OTLP export and the console table show the same numbers.

mod baseline;
pub(crate) mod collect;
mod families;
mod points;
mod totals;

pub use collect::take;
pub use points::*;

/// For tests.
#[doc(hidden)]
pub mod testing {
    pub use super::collect::reset;
}

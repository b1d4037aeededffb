//! Observed calls of a program built with `otel`.

mod callsite;
pub(crate) mod ending;
mod fields;
mod future;
mod guard;
mod location;
mod running;

pub use callsite::Callsite;
pub use fields::{Fields, fields};
pub use future::{Observed, observe_future};
pub use guard::Call;

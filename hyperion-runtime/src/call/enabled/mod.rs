//! Observed calls of a program built with `otel`.

mod callsite;
mod ending;
mod fields;
mod future;
mod guard;
#[allow(dead_code)]
#[cfg_attr(feature = "logs", path = "lines/mod.rs")]
#[cfg_attr(not(feature = "logs"), path = "lines/missing.rs")]
mod lines;
mod location;
mod running;

pub use callsite::Callsite;
pub use fields::{Fields, fields};
pub use future::{Observed, observe_future};
pub use guard::Call;

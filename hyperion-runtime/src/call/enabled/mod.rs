//! Observed calls of a program built with `otel`.

mod call_labels;
mod callsite;
mod failure;
mod fields;
mod frame;
mod future;
mod guard;
mod lines;
mod location;
mod origin;
mod place;
mod profile;
mod span;
mod suspended;
pub(crate) mod switch;

pub use callsite::Callsite;
pub use fields::{Fields, fields};
pub use future::{Observed, observe_future, observe_prepared};
pub use guard::Call;
pub use origin::{Origin, Prepare, Prepared, prepare};
pub use span::{EnteredSpan, Span};

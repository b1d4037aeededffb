//! Native instruments, their storage and its snapshot.

mod block;
pub(crate) mod description;
mod instrument;
mod label;
pub(crate) mod registry;
pub mod snapshot;
pub(crate) mod storage;
pub use instrument::{Counter, Histogram};
pub use label::Label;

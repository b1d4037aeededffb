//! Native instruments, their storage and its snapshot.

#[cfg(feature = "otel")]
mod block;
#[cfg(feature = "otel")]
pub(crate) mod description;
#[cfg(feature = "otel")]
mod instrument;
#[cfg(feature = "otel")]
pub(crate) mod registry;
#[cfg(feature = "otel")]
pub mod snapshot;
#[cfg(feature = "otel")]
pub(crate) mod storage;
#[cfg(feature = "otel")]
pub use instrument::{Counter, Histogram};

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(not(feature = "otel"))]
pub use disabled::{Counter, Histogram};

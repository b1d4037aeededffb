//! The part that all instruments have in common; in a build without `otel` it is empty.

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
mod enabled;

#[cfg(not(feature = "otel"))]
pub use disabled::Observation;
#[cfg(not(feature = "otel"))]
pub(crate) use disabled::{Core, Stopwatch, register};
#[cfg(feature = "otel")]
pub use enabled::Observation;
#[cfg(feature = "otel")]
pub(crate) use enabled::{Core, Stopwatch, register};

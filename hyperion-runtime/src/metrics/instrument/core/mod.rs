//! The part that all instruments have in common; in a build without `otel` it is empty.

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
mod enabled;

#[cfg(not(feature = "otel"))]
pub use disabled::*;
#[cfg(feature = "otel")]
pub use enabled::*;

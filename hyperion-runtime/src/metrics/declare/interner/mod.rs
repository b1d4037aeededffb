//! The texts of one label; in a build without `otel` none.

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
mod enabled;

#[cfg(not(feature = "otel"))]
pub use disabled::Texts;
#[cfg(feature = "otel")]
pub use enabled::Texts;

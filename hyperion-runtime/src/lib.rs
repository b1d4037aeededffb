//! What the macros of `hyperion-observe` call at run time.

#[cfg(feature = "logs")]
pub mod logs;
#[cfg(feature = "otel")]
pub mod metrics;
#[cfg(feature = "otel")]
pub mod pipeline;

//! What the macros of `hyperion-observe` call at run time.

#[cfg(feature = "otel")]
pub mod export;
#[cfg(feature = "otel")]
pub mod metrics;

//! From a configuration to running OpenTelemetry, and to its end: the half of `hyperion-observe` that a binary chooses.
//!
//! Depend on `hyperion-observe` with the feature `otel`, which shows what of this is for use by hand. ARCHITECTURE.md in the
//! repository is the map.

pub mod bridge;
pub mod config;
pub mod export;
#[cfg(feature = "logs")]
pub mod logs;
mod pipeline;
#[cfg(feature = "process")]
mod process;
mod propagation;
mod text;

pub use pipeline::{Builder, Error, Levels, ShutdownReport, Telemetry, builder, init};

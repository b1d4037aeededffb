//! What the macros of `hyperion-observe` call at run time.
//!
//! Depend on `hyperion-observe`, which shows what of this is for use by hand. ARCHITECTURE.md in the repository is the map.

pub mod call;
pub mod context;
#[cfg(feature = "otel")]
mod diagnostics;
#[cfg(feature = "otel")]
pub mod export;
pub mod interceptor;
pub mod level;
#[cfg(feature = "otel")]
mod lock;
#[cfg(feature = "logs")]
pub mod logs;
pub mod metrics;
#[cfg_attr(not(feature = "otel"), path = "pipeline/disabled.rs")]
pub mod pipeline;
#[cfg(feature = "process")]
mod process;
#[cfg(feature = "otel")]
mod random;
#[cfg(feature = "otel")]
mod state;
#[cfg(feature = "otel")]
mod trace;

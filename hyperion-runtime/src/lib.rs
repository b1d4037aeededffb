//! The runtime of `hyperion-observe`, which its macros call.
//!
//! It records, and nothing in it leaves the process: that is `hyperion-otel`. Depend on `hyperion-observe`, which shows what of
//! this is for use by hand. ARCHITECTURE.md in the repository is the map.

mod asking;
#[cfg(feature = "otel")]
#[doc(hidden)]
pub mod backend;
pub mod baggage;
pub mod call;
pub mod context;
#[cfg(feature = "otel")]
mod diagnostics;
mod error_kind;
mod field;
pub mod interceptor;
pub mod level;
#[cfg(feature = "otel")]
mod lock;
pub mod metrics;
pub mod pipeline;
pub mod propagation;
mod span_kind;
#[cfg(feature = "otel")]
mod state;
#[cfg(feature = "otel")]
mod text;
#[cfg(feature = "otel")]
mod trace;

//! From a configuration to running telemetry, and to its end.
//!
//! This is the only place that chooses a backend. Everything else records into the runtime and does not know where it
//! goes.

#[cfg(feature = "otel")]
mod builder;
#[cfg(feature = "otel")]
pub mod config;
#[cfg(feature = "otel")]
mod error;
#[cfg(feature = "otel")]
mod metrics;
#[cfg(feature = "otel")]
mod resource;
#[cfg(feature = "otel")]
mod sinks;
#[cfg(feature = "otel")]
mod telemetry;
#[cfg(feature = "otel")]
mod traces;

#[cfg(feature = "otel")]
pub use builder::{Builder, builder, init};
#[cfg(feature = "otel")]
pub use error::Error;
#[cfg(feature = "otel")]
pub use telemetry::{ShutdownReport, Telemetry};

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(not(feature = "otel"))]
pub use disabled::{Error, ShutdownReport, Telemetry, init};

//! From a configuration to running telemetry, and to its end.
//!
//! This is the only place that chooses a backend. Everything else records into the runtime and does not know where it
//! goes.

mod announcement;
mod builder;
mod collector;
mod delivery;
mod error;
mod flush;
mod fork;
mod levels;
mod logs;
mod lost;
mod metrics;
mod panic_hook;
mod process;
mod report;
mod resource;
mod sinks;
mod telemetry;
mod traces;
mod worker;

pub use builder::{Builder, builder, init};
pub use error::Error;
pub use levels::Levels;
pub use report::ShutdownReport;
pub use telemetry::Telemetry;

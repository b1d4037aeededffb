//! Logs over OTLP: from the configuration to a queue that is sent.

#[cfg(not(all(feature = "logs", feature = "otlp")))]
mod disabled;
#[cfg(all(feature = "logs", feature = "otlp"))]
mod enabled;

#[cfg(not(all(feature = "logs", feature = "otlp")))]
pub(super) use disabled::{Logs, RecordLosses, close_in_child};
#[cfg(all(feature = "logs", feature = "otlp"))]
pub(super) use enabled::{Logs, RecordLosses, close_in_child};

//! One service, and what each way to observe it needs to serve it.
//!
//! The binaries `serve-*` are the service, each observed by another library; `compare` puts them under load. Nothing
//! here but [`otlp`] knows telemetry, and who does not call it does not link it.

pub mod application;
mod observed;
pub mod otlp;
pub mod report;
pub mod server;

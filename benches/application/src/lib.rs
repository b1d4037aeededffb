//! One service, and what each way to observe it needs to serve it.
//!
//! The binaries `serve-*` are the service, each observed by another library, those of hyperion in a package of their own;
//! `compare` puts them under load. Nothing here but [`otlp`] knows telemetry, and who does not call it does not link it.

pub mod application;
pub mod otlp;
pub mod report;
pub mod server;

//! From a configuration to running telemetry.

pub mod config;

//! Spans, from their start to the exporter.

pub(crate) mod active;
pub(crate) mod attributes;
mod chunk;
pub(crate) mod clock;
mod generator;
mod header;
mod hub;
pub(crate) mod local;
mod message;
pub(crate) mod open;
pub(crate) mod otel_api;
pub(crate) mod parent;
pub(crate) mod random;
pub(crate) mod record;
pub(crate) mod recorder;
mod remarks;
pub(crate) mod sampler;
pub(crate) mod settings;
mod stand_in;
pub(crate) mod update;
mod words;

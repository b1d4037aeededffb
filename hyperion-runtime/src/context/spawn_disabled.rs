//! Tokio's own functions: there is no context to carry.

pub use tokio::task::{spawn, spawn_blocking};

//! Calls of gRPC, by the conventions for RPC ([spans], [metrics]).
//!
//! [spans]: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
//! [metrics]: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/

#[cfg(feature = "grpc")]
mod code;
#[cfg(not(feature = "grpc"))]
mod disabled;
#[cfg(feature = "grpc")]
mod enabled;

#[cfg(not(feature = "grpc"))]
pub(crate) use disabled::{answered_here, sent_from_here};
#[cfg(feature = "grpc")]
pub(crate) use enabled::{answered_here, sent_from_here};

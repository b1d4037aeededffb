//! Propagation between services: the context of a call goes along in the headers of a message.
//!
//! ```
//! use std::collections::HashMap;
//!
//! # fn send(headers: &HashMap<String, String>) { received(headers) }
//! #[hyperion::observe(kind = client)]
//! fn ask() {
//!     let mut headers = HashMap::new();
//!     hyperion::propagation::inject(&mut headers);
//!     send(&headers);
//! }
//!
//! fn received(headers: &HashMap<String, String>) {
//!     let parent = hyperion::propagation::extract(headers);
//!     answer(&parent);
//! }
//!
//! #[hyperion::observe(kind = server, parent = parent)]
//! fn answer(parent: &hyperion::propagation::PropagatedContext) {}
//! # ask();
//! ```
//!
//! Which headers are written and read is for the binary to say, by `propagation.propagators` or `OTEL_PROPAGATORS`: those of
//! W3C Trace Context and W3C Baggage by default. In a build without `otel`, and before telemetry is installed, nothing is
//! written and nothing is read.
//!
//! A carrier is whatever implements [`Injector`] and [`Extractor`]: maps and lists of strings, with the feature `http` the
//! `HeaderMap` of that crate, which axum, hyper and reqwest use, and with the feature `tonic` its `MetadataMap`.

mod carrier;
mod propagated;
#[cfg(any(feature = "otel", feature = "serde"))]
mod w3c;

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
pub(crate) mod enabled;
#[cfg(feature = "http")]
mod headers;
#[cfg(feature = "tonic")]
mod metadata;
#[cfg(feature = "serde")]
mod serialized;

pub use carrier::{Extractor, Injector};
#[cfg(not(feature = "otel"))]
pub use disabled::{extract, inject};
#[cfg(feature = "otel")]
pub use enabled::{extract, inject};
pub use propagated::PropagatedContext;

#[cfg(not(feature = "otel"))]
use disabled::Carried;
#[cfg(feature = "otel")]
use enabled::Carried;

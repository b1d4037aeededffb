//! The span that code runs in: what names it, what is said of it, and how it goes along to other threads and tasks.
//!
//! Built without `otel` the same names stand for nothing: there is no span, and what is carried is the work alone.

mod links;
mod parent;
mod span_context;
mod traceparent;
mod tracestate;

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
mod enabled;
#[cfg(all(feature = "otel", feature = "tokio"))]
mod spawn;

#[cfg(any(feature = "otel", feature = "serde"))]
pub(crate) use traceparent::traceparent;
#[cfg(feature = "otel")]
pub(crate) use traceparent::{hex, write_hex};

#[cfg(not(feature = "otel"))]
use disabled as spans;
#[cfg(feature = "otel")]
use enabled as spans;
pub use spans::{
    EventBuilder, InContext, SpanHandle, SpanReference, current, in_current_context,
    with_current_context,
};
#[cfg(all(feature = "otel", feature = "tokio"))]
pub use spawn::{spawn, spawn_blocking};
#[cfg(all(not(feature = "otel"), feature = "tokio"))]
pub use tokio::task::{spawn, spawn_blocking};

pub use links::Links;
pub(crate) use links::link_to_one;
pub use parent::AsSpanContext;
pub use span_context::SpanContext;
pub use traceparent::ParseSpanContextError;
pub(crate) use tracestate::TraceState;

//! The span that code runs in: what names it, what is said of it, and how it goes along to other threads and tasks.
//!
//! Built without `otel` the same names stand for nothing: there is no span, and what is carried is the work alone.

mod links;
mod parent;
mod span_context;
mod traceparent;

#[cfg(feature = "otel")]
mod enabled;
#[cfg(feature = "otel")]
pub use enabled::{
    EventBuilder, InContext, SpanHandle, SpanReference, current, in_current_context,
    with_current_context,
};

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(not(feature = "otel"))]
pub use disabled::{
    EventBuilder, InContext, SpanHandle, SpanReference, current, in_current_context,
    with_current_context,
};

#[cfg(feature = "tokio")]
#[cfg_attr(not(feature = "otel"), path = "spawn_disabled.rs")]
mod spawn;
#[cfg(feature = "tokio")]
pub use spawn::{spawn, spawn_blocking};

pub use links::Links;
pub use parent::AsSpanContext;
pub use span_context::SpanContext;
pub use traceparent::ParseSpanContextError;

//! Spans of a program built with `otel`, by way of OpenTelemetry's context.

mod carry;
mod handle;
mod reference;

pub use carry::{InContext, in_current_context, with_current_context};
pub use handle::{EventBuilder, SpanHandle, current};
pub use reference::SpanReference;

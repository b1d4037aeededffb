//! Spans of a program built with `otel`, by way of OpenTelemetry's context.

mod carry;
mod event;
mod handle;
mod reference;

pub use carry::{InContext, in_current_context, with_current_context};
pub use event::EventBuilder;
pub use handle::{SpanHandle, current};
pub use reference::SpanReference;

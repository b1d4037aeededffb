//! The console.

use crate::export::{MetricSink, SpanSink, console};
use crate::pipeline::Error;

#[allow(
    clippy::unnecessary_wraps,
    reason = "a build without the feature fails here"
)]
pub(super) fn spans() -> Result<Box<dyn SpanSink>, Error> {
    Ok(Box::new(console::span_sink()))
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "a build without the feature fails here"
)]
pub(super) fn metrics() -> Result<Box<dyn MetricSink>, Error> {
    Ok(Box::new(console::metric_sink()))
}

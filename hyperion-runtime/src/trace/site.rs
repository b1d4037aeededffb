//! What every span of one call site has in common.

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

/// A call site, as spans name it.
#[derive(Debug)]
pub struct Site {
    /// The name of its spans.
    pub name: &'static str,
    /// The kind of its spans.
    pub kind: SpanKind,
    /// `code.*` and `component`.
    pub attributes: Vec<KeyValue>,
}

//! What every span of one call site has in common.

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

/// A call site, as spans name it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) kind: SpanKind,
    /// `code.*` and `component`.
    pub(crate) attributes: Vec<KeyValue>,
}

//! The kinds of spans.

/// The role of a span in a trace ([Trace API, `SpanKind`]).
///
/// [Trace API, `SpanKind`]: https://opentelemetry.io/docs/specs/otel/trace/api/#spankind
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// The work stays in the process.
    Internal,
    /// Answers a remote caller.
    Server,
    /// Asks a remote service and waits for the answer.
    Client,
    /// Starts work that somebody else finishes later.
    Producer,
    /// Does the work that a producer started.
    Consumer,
}

#[cfg(feature = "otel")]
impl From<SpanKind> for opentelemetry::trace::SpanKind {
    fn from(kind: SpanKind) -> Self {
        match kind {
            SpanKind::Internal => Self::Internal,
            SpanKind::Server => Self::Server,
            SpanKind::Client => Self::Client,
            SpanKind::Producer => Self::Producer,
            SpanKind::Consumer => Self::Consumer,
        }
    }
}

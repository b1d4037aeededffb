//! What is known about a call site when it is compiled.

/// A call site as the macro saw it.
#[derive(Debug)]
pub struct CallsiteMeta {
    /// The span's name, where the user gave one.
    pub name: Option<&'static str>,
    /// The first half of the span's name, where the user gave one.
    pub component: Option<&'static str>,
    /// The function's own name.
    pub method: &'static str,
    /// The kind of the span.
    pub kind: SpanKind,
    /// Names the item `path` nested in the function, and so the function: `crate::module::Type::method::path`.
    pub path: fn() -> &'static str,
    /// The file of the function.
    pub file: &'static str,
    /// The line of the function.
    pub line: u32,
}

/// Which role a span plays in a trace ([Trace API, `SpanKind`]).
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

/// The full path of the function item `item`.
pub fn path_of<T>(_item: &T) -> &'static str {
    core::any::type_name::<T>()
}

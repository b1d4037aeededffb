//! The names of spans for others.

use std::fmt;

/// The name of a span for others: its ids, and the decision about its trace.
///
/// It is a plain value that can be kept, compared and sent, for example beside a job that somebody else will do. As
/// text it is a `traceparent` header of [W3C Trace Context]; it is read with [`str::parse`] and written with
/// [`to_string`](ToString::to_string):
///
/// ```
/// use hyperion::SpanContext;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let caller: SpanContext = header.parse()?;
/// assert_eq!(caller.trace_id_hex(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert!(caller.is_sampled() && caller.is_remote());
/// assert_eq!(caller.to_string(), header);
/// # Ok::<(), hyperion::ParseSpanContextError>(())
/// ```
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#traceparent-header
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
    remote: bool,
}

impl SpanContext {
    /// Names no span.
    pub const INVALID: Self = Self {
        trace_id: 0,
        span_id: 0,
        sampled: false,
        remote: false,
    };

    /// Names a span that is known by its ids alone, and so counts as [remote](Self::is_remote).
    pub const fn new(trace_id: u128, span_id: u64, sampled: bool) -> Self {
        Self {
            trace_id,
            span_id,
            sampled,
            remote: true,
        }
    }

    /// The same span, as one of another process or of this one.
    #[must_use]
    pub const fn with_remote(self, remote: bool) -> Self {
        Self { remote, ..self }
    }

    /// Returns true if it names a span: neither id is zero.
    pub const fn is_valid(self) -> bool {
        self.trace_id != 0 && self.span_id != 0
    }

    /// The trace; zero for none.
    pub const fn trace_id(self) -> u128 {
        self.trace_id
    }

    /// The trace, as 32 digits of lower-case hex.
    pub fn trace_id_hex(self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The span in its trace; zero for none.
    pub const fn span_id(self) -> u64 {
        self.span_id
    }

    /// The span in its trace, as 16 digits of lower-case hex.
    pub fn span_id_hex(self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Returns true if the trace is recorded.
    pub const fn is_sampled(self) -> bool {
        self.sampled
    }

    /// Returns true if the span is one of another process, as far as is known.
    pub const fn is_remote(self) -> bool {
        self.remote
    }
}

/// [`INVALID`](SpanContext::INVALID).
impl Default for SpanContext {
    fn default() -> Self {
        Self::INVALID
    }
}

/// A `traceparent` header of version 00.
impl fmt::Display for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(
            f,
            "00-{:032x}-{:016x}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }
}

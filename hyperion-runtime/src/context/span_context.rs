//! The names of spans for others.

use super::TraceState;

/// The trace is recorded, or may be.
const SAMPLED: u8 = 0b01;
/// The lower 56 bits of the trace id were drawn at random.
const RANDOM: u8 = 0b10;
/// The flags of level 2. Others are reserved and "MUST be set to zero".
pub(super) const KNOWN: u8 = SAMPLED | RANDOM;

/// The name of a span for others: its ids, and the decision about its trace.
///
/// It is a plain value that can be kept, compared and sent. As text it is a `traceparent` header of [W3C Trace Context], which
/// is read with [`str::parse`] and written with [`to_string`](ToString::to_string); what goes along in other headers is read
/// and written by [`propagation`](crate::propagation).
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
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context-2/#traceparent-header
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpanContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
    remote: bool,
    trace_state: TraceState,
}

impl SpanContext {
    /// Names no span.
    pub const INVALID: Self = Self {
        trace_id: 0,
        span_id: 0,
        flags: 0,
        remote: false,
        trace_state: TraceState::NONE,
    };

    /// Names a span that is known by its ids alone, and so counts as [remote](Self::is_remote).
    pub const fn new(trace_id: u128, span_id: u64, sampled: bool) -> Self {
        Self {
            trace_id,
            span_id,
            flags: if sampled { SAMPLED } else { 0 },
            remote: true,
            trace_state: TraceState::NONE,
        }
    }

    /// The same span, as one of another process or of this one.
    #[must_use]
    pub const fn with_remote(mut self, remote: bool) -> Self {
        self.remote = remote;
        self
    }

    /// The same span with these [trace flags]. Those that the recommendation does not define are set to zero, as it asks for.
    ///
    /// [trace flags]: https://www.w3.org/TR/trace-context-2/#trace-flags
    #[must_use]
    pub const fn with_trace_flags(mut self, flags: u8) -> Self {
        self.flags = flags & KNOWN;
        self
    }

    /// The same span with this [`tracestate`]. A text that is not one leaves it without, and one that is too long is cut, by
    /// the rules of the recommendation.
    ///
    /// ```
    /// use hyperion::SpanContext;
    ///
    /// let caller = SpanContext::new(1, 2, true).with_trace_state("rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE");
    /// assert_eq!(caller.trace_state(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    /// assert_eq!(caller.with_trace_state("no list").trace_state(), "");
    /// ```
    ///
    /// [`tracestate`]: https://www.w3.org/TR/trace-context-2/#tracestate-header
    #[must_use]
    pub fn with_trace_state(self, text: &str) -> Self {
        self.with_state(TraceState::read([text]))
    }

    /// Becomes a span of another process.
    #[inline]
    pub(crate) fn become_remote(
        &mut self,
        trace_id: u128,
        span_id: u64,
        flags: u8,
        trace_state: TraceState,
    ) {
        self.trace_id = trace_id;
        self.span_id = span_id;
        self.flags = flags & KNOWN;
        self.remote = true;
        self.trace_state = trace_state;
    }

    #[must_use]
    pub(crate) fn with_state(mut self, trace_state: TraceState) -> Self {
        self.trace_state = trace_state;
        self
    }

    /// Returns true if it names a span: neither id is zero.
    pub const fn is_valid(&self) -> bool {
        self.trace_id != 0 && self.span_id != 0
    }

    /// The trace; zero for none.
    pub const fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The trace, as 32 digits of lower-case hex.
    pub fn trace_id_hex(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The span in its trace; zero for none.
    pub const fn span_id(&self) -> u64 {
        self.span_id
    }

    /// The span in its trace, as 16 digits of lower-case hex.
    pub fn span_id_hex(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Returns true if the trace is recorded.
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Returns true if who began the trace drew its id at random, so that samplers can rely on it.
    pub const fn has_random_trace_id(&self) -> bool {
        self.flags & RANDOM != 0
    }

    /// The flags that the recommendation defines: 1 for [sampled](Self::is_sampled), 2 for a
    /// [random trace id](Self::has_random_trace_id).
    pub const fn trace_flags(&self) -> u8 {
        self.flags
    }

    /// The `tracestate`: what tracing systems on the way here have added for themselves. It is empty in most traces.
    pub fn trace_state(&self) -> &str {
        self.trace_state.as_str()
    }

    /// Returns true if the span is one of another process, as far as is known.
    pub const fn is_remote(&self) -> bool {
        self.remote
    }
}

/// [`INVALID`](SpanContext::INVALID).
impl Default for SpanContext {
    fn default() -> Self {
        Self::INVALID
    }
}

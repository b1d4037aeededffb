//! The header of a record: the facts that every span has, in words.

use super::chunk::OWN_BITS;
use super::clock::Ticks;
use opentelemetry::trace::{SpanId, TraceFlags, TraceId};

/// The facts that every span has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) trace_id: TraceId,
    pub(super) span_id: SpanId,
    /// The parent, or the invalid id in a root span.
    pub(super) parent_span_id: SpanId,
    pub(super) parent_is_remote: bool,
    pub(super) flags: TraceFlags,
    pub(super) start: Ticks,
    pub(super) end: Ticks,
}

/// Set in the last word of a header if the parent is a span of another process.
const REMOTE_PARENT: u64 = 1 << 8;
/// Set there if the failure of the call is among the words.
const FAILED: u64 = 1 << 9;

impl Header {
    pub(super) const EMPTY: Self = Self {
        trace_id: TraceId::INVALID,
        span_id: SpanId::INVALID,
        parent_span_id: SpanId::INVALID,
        parent_is_remote: false,
        flags: TraceFlags::SAMPLED,
        start: Ticks::ZERO,
        end: Ticks::ZERO,
    };

    /// The number of its words.
    pub(super) const WORDS: usize = 8;

    /// The words of the header, with the number of the call site; 0 if there is none.
    #[inline(always)]
    pub(super) fn to_words(self, site: u32) -> [u64; Self::WORDS] {
        let [high, low] = halves(self.trace_id);
        let remote = if self.parent_is_remote {
            REMOTE_PARENT
        } else {
            0
        };
        [
            u64::from(site) << OWN_BITS,
            high,
            low,
            u64::from_be_bytes(self.span_id.to_bytes()),
            u64::from_be_bytes(self.parent_span_id.to_bytes()),
            self.start.into(),
            self.end.into(),
            u64::from(self.flags.to_u8()) | remote,
        ]
    }

    /// The ids of the trace and of the span.
    #[inline(always)]
    pub(super) fn ids([_, high, low, span, ..]: &[u64; Self::WORDS]) -> (TraceId, SpanId) {
        let trace_id = u128::from(*high) << 64 | u128::from(*low);
        (TraceId::from(trace_id), SpanId::from(*span))
    }

    #[inline(always)]
    pub(super) fn start([.., start, _, _]: &[u64; Self::WORDS]) -> Ticks {
        Ticks::from(*start)
    }

    #[inline(always)]
    pub(super) fn set_start([.., start, _, _]: &mut [u64; Self::WORDS], now: Ticks) {
        *start = now.into();
    }

    #[inline(always)]
    pub(super) fn set_end([.., end, _]: &mut [u64; Self::WORDS], now: Ticks) {
        *end = now.into();
    }

    pub(super) fn flags([.., flags]: &[u64; Self::WORDS]) -> TraceFlags {
        TraceFlags::new(flags.to_le_bytes()[0])
    }

    /// Tells that the failure of the call is among the words.
    pub(super) fn mark_failed([.., flags]: &mut [u64; Self::WORDS]) {
        *flags |= FAILED;
    }

    /// Reads a header, and returns the number of its call site and the bytes after it, too.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<(Self, u32, bool, &[u8])> {
        let (first, bytes) = word(bytes)?;
        let (high, bytes) = word(bytes)?;
        let (low, bytes) = word(bytes)?;
        let (span, bytes) = word(bytes)?;
        let (parent, bytes) = word(bytes)?;
        let (start, bytes) = word(bytes)?;
        let (end, bytes) = word(bytes)?;
        let (flags, bytes) = word(bytes)?;
        let header = Self {
            trace_id: TraceId::from(u128::from(high) << 64 | u128::from(low)),
            span_id: SpanId::from(span),
            parent_span_id: SpanId::from(parent),
            parent_is_remote: flags & REMOTE_PARENT != 0,
            flags: TraceFlags::new(flags.to_le_bytes()[0]),
            start: start.into(),
            end: end.into(),
        };
        let site = u32::try_from(first >> OWN_BITS).unwrap_or_default();
        Some((header, site, flags & FAILED != 0, bytes))
    }
}

#[inline]
fn halves(id: TraceId) -> [u64; 2] {
    let id = u128::from_be_bytes(id.to_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    [(id >> 64) as u64, id as u64]
}

/// The first word, and the bytes after it.
pub(super) fn word(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (word, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*word), rest))
}

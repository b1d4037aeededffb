//! Ended spans, as words on their way to the collector and as it reads them.

use super::attributes::{self, Attribute, AttributeKey, Failure, Keys, Read, Words, word};
use super::chunk::OWN_BITS;
use super::clock::Ticks;
use crate::lock::lock;
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use std::borrow::Cow;
use std::sync::Mutex;
use std::time::SystemTime;

/// A call site, as spans name it.
#[derive(Debug)]
pub struct Site {
    /// The name of its spans.
    pub name: &'static str,
    /// The kind of its spans.
    pub kind: SpanKind,
    /// `code.*` and `component`.
    pub attributes: Vec<KeyValue>,
    pub(super) keys: Keys,
    number: u32,
}

/// All call sites, by their numbers, of which the first is 1.
static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

impl Site {
    /// A call site, which is known from now on, for ever.
    pub fn new(name: &'static str, kind: SpanKind, attributes: Vec<KeyValue>) -> &'static Self {
        let mut sites = lock(&SITES);
        let number = u32::try_from(sites.len() + 1).unwrap_or(u32::MAX);
        let site: &'static Self = Box::leak(Box::new(Self {
            name,
            kind,
            attributes,
            keys: Keys::default(),
            number,
        }));
        sites.push(site);
        site
    }
}

/// The identity of a span whose call site is not known to the compiler.
#[derive(Debug)]
pub struct Named {
    /// The name that the span starts with.
    pub name: Cow<'static, str>,
    /// The kind of the span.
    pub kind: SpanKind,
    /// The library that started it.
    pub scope: InstrumentationScope,
}

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

    /// The words of the header, with the number of the call site.
    #[inline(always)]
    pub(super) fn to_words(self, site: Option<&Site>) -> [u64; Self::WORDS] {
        let [high, low] = halves(self.trace_id);
        let remote = if self.parent_is_remote {
            REMOTE_PARENT
        } else {
            0
        };
        [
            u64::from(site.map_or(0, |site| site.number)) << OWN_BITS,
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
    fn of_bytes(bytes: &[u8]) -> Option<(Self, u32, bool, &[u8])> {
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

/// The parts of a span that most do not have.
#[derive(Debug, Default)]
pub struct Extra {
    /// The identity of a span that was started through OpenTelemetry's API.
    pub named: Option<Named>,
    /// Attributes that are no words: arrays, and what is too long.
    pub attributes: Vec<KeyValue>,
    /// The status.
    pub status: Status,
    /// The name that replaces the first one.
    pub name: Option<Cow<'static, str>>,
    /// The start in wall-clock time, where the program gave one.
    pub start: Option<SystemTime>,
    /// The end in wall-clock time, where the program gave one.
    pub end: Option<SystemTime>,
    /// The trace state of the parent.
    pub trace_state: TraceState,
    /// The events in the order in which they came.
    pub events: Vec<Event>,
    /// An event at the very end of the span.
    pub last_event: Option<Event>,
    /// The links.
    pub links: Vec<Link>,
    /// Attributes that were over the limit.
    pub dropped_attributes: u32,
    /// Events that were over the limit.
    pub dropped_events: u32,
    /// Links that were over the limit.
    pub dropped_links: u32,
}

/// Ended spans that were taken from the threads.
#[derive(Debug, Default)]
pub struct Records {
    /// The words of each, one record after the other.
    bytes: Vec<u8>,
    records: Vec<Place>,
    /// Known by number; looked up when there is a new one.
    sites: Vec<&'static Site>,
}

/// The place of a record, and the parts of it that are no words.
#[derive(Debug)]
struct Place {
    start: usize,
    end: usize,
    extra: Option<Box<Extra>>,
}

impl Records {
    /// The number of spans.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.records.clear();
    }

    /// The spans, in the order in which they were taken.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.records.iter().map(|place| self.record(place))
    }

    fn record<'a>(&'a self, place: &'a Place) -> Record<'a> {
        let bytes = self.bytes.get(place.start..place.end).unwrap_or_default();
        let (header, number, failed, attributes) =
            Header::of_bytes(bytes).unwrap_or((Header::EMPTY, 0, false, &[]));
        let index = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1));
        Record {
            header,
            site: index.and_then(|index| self.sites.get(index)).copied(),
            failed,
            attributes,
            extra: place.extra.as_deref(),
        }
    }

    /// Adds a span that no call has recorded, for tests of what takes spans.
    pub fn add(
        &mut self,
        site: Option<&'static Site>,
        span: &SpanContext,
        (parent_span_id, parent_is_remote): (SpanId, bool),
        attributes: &[KeyValue],
        mut extra: Extra,
    ) {
        let header = Header {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            parent_span_id,
            parent_is_remote,
            flags: span.trace_flags(),
            ..Header::EMPTY
        };
        let mut words = Words::new();
        words.start(header.to_words(site));
        let keys = site.map(|site| &site.keys);
        for attribute in attributes {
            let key = AttributeKey::Text(attribute.key.as_str());
            if !words.add(keys, key, (&attribute.value).into()) {
                extra.attributes.push(attribute.clone());
            }
        }
        extra.trace_state = span.trace_state().clone();
        self.push(words.as_slice().iter().copied(), Some(Box::new(extra)));
    }

    /// Adds the record of these words.
    pub(super) fn push(&mut self, mut words: impl Iterator<Item = u64>, extra: Option<Box<Extra>>) {
        let start = self.bytes.len();
        if let Some(first) = words.next() {
            let number = usize::try_from(first >> OWN_BITS).unwrap_or_default();
            if number > self.sites.len() {
                self.sites.clone_from(&lock(&SITES));
            }
            self.bytes.extend(first.to_le_bytes());
        }
        for word in words {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        self.records.push(Place {
            start,
            end: self.bytes.len(),
            extra,
        });
    }
}

/// An ended span.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    header: Header,
    site: Option<&'static Site>,
    failed: bool,
    /// The words of the attributes.
    attributes: &'a [u8],
    extra: Option<&'a Extra>,
}

impl<'a> Record<'a> {
    /// The trace it belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.header.trace_id
    }

    /// Its own id.
    pub fn span_id(&self) -> SpanId {
        self.header.span_id
    }

    /// The trace flags that children and remote services see.
    pub fn flags(&self) -> TraceFlags {
        self.header.flags
    }

    /// The parent, or the invalid id in a root span.
    pub fn parent_span_id(&self) -> SpanId {
        self.header.parent_span_id
    }

    /// Returns true if the parent is a span of another process.
    pub fn parent_is_remote(&self) -> bool {
        self.header.parent_is_remote
    }

    /// The moment of its start, unless [`Extra`] has one.
    pub fn start(&self) -> Ticks {
        self.header.start
    }

    /// The moment of its end, unless [`Extra`] has one.
    pub fn end(&self) -> Ticks {
        self.header.end
    }

    /// The call site, unless the span was started through OpenTelemetry's API.
    pub fn site(&self) -> Option<&'static Site> {
        self.site
    }

    /// The identity of a span that was started through OpenTelemetry's API.
    pub fn named(&self) -> Option<&'a Named> {
        self.extra?.named.as_ref()
    }

    /// The attributes that were set on this span, without those that all spans of its call site have.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let others = self.extra.map_or([].as_slice(), |extra| &extra.attributes);
        let keys = self.site.map(|site| &site.keys);
        Read::new(self.attributes, keys).chain(others.iter().map(Attribute::from))
    }

    /// The failure of the call, unless [`Extra`] has it.
    pub fn failure(&self) -> Option<Failure<'a>> {
        self.failed.then(|| attributes::failure(self.attributes))?
    }

    /// The rest, if there is any.
    pub fn extra(&self) -> Option<&'a Extra> {
        self.extra
    }

    /// The context of this span, for children and remote services.
    pub fn span_context(&self) -> SpanContext {
        let Header {
            trace_id,
            span_id,
            flags,
            ..
        } = self.header;
        let trace_state = self
            .extra
            .map_or(TraceState::NONE, |extra| extra.trace_state.clone());
        SpanContext::new(trace_id, span_id, flags, false, trace_state)
    }
}

//! Ended spans, as words on their way to the collector and as it reads them.

use super::attributes::{Attribute, AttributeKey, Failure, Keys};
use super::chunk::OWN_BITS;
use super::clock::Ticks;
use super::header::Header;
use super::words::{self, Read, Words};
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

    /// The number of the call site among all, from 1 on.
    pub fn number(&self) -> usize {
        self.number as usize
    }

    /// The number of a call site; 0 if there is none.
    #[inline(always)]
    pub(super) fn number_of(site: Option<&Self>) -> u32 {
        site.map_or(0, |site| site.number)
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
    places: Vec<Place>,
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
        self.places.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    /// The spans, in the order in which they were taken.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.places.iter().map(|place| self.record(place))
    }

    fn record<'a>(&'a self, place: &'a Place) -> Record<'a> {
        let bytes = self.bytes.get(place.start..place.end).unwrap_or_default();
        let (header, number, failed, attributes) =
            Header::of_bytes(bytes).unwrap_or((Header::EMPTY, 0, false, &[]));
        let index = (number as usize).checked_sub(1);
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
        words.start(header.to_words(Site::number_of(site)));
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
    pub(super) fn push(
        &mut self,
        mut words: impl ExactSizeIterator<Item = u64>,
        extra: Option<Box<Extra>>,
    ) {
        let start = self.bytes.len();
        let end = start + words.len() * size_of::<u64>();
        self.bytes.resize(end, 0);
        let (places, _) = self.bytes.split_at_mut(start).1.as_chunks_mut();
        if let ([place, places @ ..], Some(first)) = (places, words.next()) {
            let number = usize::try_from(first >> OWN_BITS).unwrap_or_default();
            if number > self.sites.len() {
                self.sites.clone_from(&lock(&SITES));
            }
            *place = first.to_le_bytes();
            for (place, word) in places.iter_mut().zip(words) {
                *place = word.to_le_bytes();
            }
        }
        self.places.push(Place { start, end, extra });
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
        self.failed.then(|| words::failure(self.attributes))?
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

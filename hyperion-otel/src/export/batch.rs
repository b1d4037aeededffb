//! Ended spans, as sinks see them.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use hyperion_runtime::backend::clock::{Calendar, Ticks};
use hyperion_runtime::backend::{Attribute, AttributeValue, Extra, Record, Records, Site};
use opentelemetry::trace::{
    Event, Link, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

/// Ended spans on their way to a sink, in the form in which they were recorded.
///
/// A sink that writes a format of its own reads the [spans](Self::spans) where they are; one that is built on an exporter of
/// the OpenTelemetry SDK takes them as [`SpanData`](Self::to_span_data).
#[derive(Debug)]
pub struct SpanBatch<'a> {
    records: &'a Records,
    scope: &'a InstrumentationScope,
    common: &'a [KeyValue],
    /// The most attributes of a span's call site.
    most_of_site: usize,
    calendar: Calendar,
}

impl<'a> SpanBatch<'a> {
    /// The spans of `records`. `scope` is that of observed calls, `common` is on every span, and at most `most_of_site`
    /// attributes of its call site are.
    pub(crate) fn new(
        records: &'a Records,
        scope: &'a InstrumentationScope,
        common: &'a [KeyValue],
        most_of_site: usize,
    ) -> Self {
        Self {
            records,
            scope,
            common,
            most_of_site,
            calendar: Calendar::now(),
        }
    }

    /// The number of spans.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The spans, in the order in which they were taken from the threads that ended them.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = SpanView<'_>> {
        self.records.iter().map(|record| SpanView {
            record,
            batch: self,
        })
    }

    /// The spans in the form that every exporter of the OpenTelemetry SDK takes.
    pub fn to_span_data(&self) -> Vec<SpanData> {
        self.spans().map(|span| span.to_span_data()).collect()
    }
}

/// One span of a [`SpanBatch`].
#[derive(Clone, Copy, Debug)]
pub struct SpanView<'a> {
    record: Record<'a>,
    batch: &'a SpanBatch<'a>,
}

impl<'a> SpanView<'a> {
    /// The trace that the span belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.record.trace_id()
    }

    /// The span itself.
    pub fn span_id(&self) -> SpanId {
        self.record.span_id()
    }

    /// The parent; the invalid id in a root span.
    pub fn parent_span_id(&self) -> SpanId {
        self.record.parent_span_id()
    }

    /// Returns true if the parent is a span of another process.
    pub fn parent_is_remote(&self) -> bool {
        self.record.parent_is_remote()
    }

    /// The trace flags.
    pub fn trace_flags(&self) -> TraceFlags {
        self.record.flags()
    }

    /// The trace state, which is empty in most traces.
    pub fn trace_state(&self) -> Option<&'a TraceState> {
        let state = &self.extra()?.trace_state;
        (*state != TraceState::NONE).then_some(state)
    }

    /// The library that recorded the span: the program's own scope for observed calls.
    pub fn scope(&self) -> &'a InstrumentationScope {
        let named = self.record.named();
        named.map_or(self.batch.scope, |named| &named.scope)
    }

    /// The name of the span.
    pub fn name(&self) -> &'a str {
        let given = self.extra().and_then(|extra| extra.name.as_deref());
        let named = || self.record.named().map(|named| &*named.name);
        let of_site = || self.site().map(|site| site.name);
        given.or_else(named).or_else(of_site).unwrap_or_default()
    }

    /// The kind of the span.
    pub fn kind(&self) -> &'a SpanKind {
        let named = self.record.named().map(|named| &named.kind);
        let of_site = || self.site().map(|site| &site.kind);
        named.or_else(of_site).unwrap_or(&SpanKind::Internal)
    }

    /// The start, in nanoseconds since the beginning of 1970, UTC.
    pub fn start_unix_nanos(&self) -> u64 {
        self.unix_nanos(self.record.start(), |extra| extra.start)
    }

    /// The end, in nanoseconds since the beginning of 1970, UTC.
    pub fn end_unix_nanos(&self) -> u64 {
        self.unix_nanos(self.record.end(), |extra| extra.end)
    }

    /// The attributes, each key once: those of the call, of its call site, and of all spans of the program.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let span = *self;
        // What the call itself recorded wins over what is known of every call.
        let fixed = self
            .fixed_attributes()
            .filter(move |fixed| !span.has_own(fixed.key.as_str()));
        self.own_attributes().chain(fixed.map(Attribute::from))
    }

    /// The attributes that were recorded for this span alone.
    pub(crate) fn own_attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.record.attributes()
    }

    /// Returns true if an attribute of this key was recorded for this span alone.
    fn has_own(&self, key: &str) -> bool {
        self.own_attributes().any(|own| own.key == key)
    }

    /// The attributes of the call site and of all spans of the program, each key once.
    pub(crate) fn fixed_attributes(&self) -> impl Iterator<Item = &'a KeyValue> + use<'a> {
        let (of_site, _) = self.of_site();
        let is_own = |common: &&KeyValue| !has_key(of_site, common.key.as_str());
        of_site
            .iter()
            .chain(self.batch.common.iter().filter(is_own))
    }

    /// Returns true if all spans of its call site, or of the program, have an attribute of this key.
    #[cfg(feature = "otlp")]
    pub(crate) fn has_fixed(&self, key: &str) -> bool {
        let (of_site, _) = self.of_site();
        has_key(of_site, key) || has_key(self.batch.common, key)
    }

    /// The attributes of the call site, and the number of those that there is no room for.
    fn of_site(&self) -> (&'a [KeyValue], u32) {
        let all = self.site().map_or([].as_slice(), |site| &site.attributes);
        within(all, self.batch.most_of_site)
    }

    /// The call site, unless the span was started through OpenTelemetry's API.
    pub(crate) fn site(&self) -> Option<&'static Site> {
        self.record.site()
    }

    /// The number of attributes that were over the limit.
    pub fn dropped_attributes(&self) -> u32 {
        let (_, of_site) = self.of_site();
        of_site + self.extra().map_or(0, |extra| extra.dropped_attributes)
    }

    /// The events, in the order in which they happened.
    pub fn events(&self) -> impl Iterator<Item = EventView<'a>> + use<'a> {
        let extra = self.extra();
        let of_api = extra.map_or([].as_slice(), |extra| &extra.events).iter();
        let of_api = of_api.map(|event| EventView {
            unix_nanos: unix_nanos(event.timestamp),
            content: EventContent::Event(event),
        });
        let last = extra.and_then(|extra| extra.last_event.as_ref());
        let exception = || {
            let failure = self.record.failure()?;
            let type_name = failure.exception_type?;
            Some(EventContent::Exception(type_name, failure.message))
        };
        let last = last.map(EventContent::Event).or_else(exception);
        let unix_nanos = self.end_unix_nanos();
        of_api.chain(last.map(|content| EventView {
            unix_nanos,
            content,
        }))
    }

    /// The number of events that were over the limit.
    pub fn dropped_events(&self) -> u32 {
        self.extra().map_or(0, |extra| extra.dropped_events)
    }

    /// The links to other spans.
    pub fn links(&self) -> &'a [Link] {
        self.extra().map_or([].as_slice(), |extra| &extra.links)
    }

    /// The number of links that were over the limit.
    pub fn dropped_links(&self) -> u32 {
        self.extra().map_or(0, |extra| extra.dropped_links)
    }

    /// The status.
    pub fn status(&self) -> SpanStatus<'a> {
        if let Some(failure) = self.record.failure() {
            return SpanStatus::Error(failure.message);
        }
        match self.extra().map(|extra| &extra.status) {
            None | Some(Status::Unset) => SpanStatus::Unset,
            Some(Status::Ok) => SpanStatus::Ok,
            Some(Status::Error { description }) => SpanStatus::Error(description),
        }
    }

    /// The span in the form of the OpenTelemetry SDK.
    pub fn to_span_data(&self) -> SpanData {
        let time = |nanos| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
        let given = |at: fn(&Extra) -> Option<SystemTime>| self.extra().and_then(at);
        let mut events = SpanEvents::default();
        events.events = self.events().map(EventView::to_event).collect();
        events.dropped_count = self.dropped_events();
        let mut links = SpanLinks::default();
        (links.links, links.dropped_count) = (self.links().to_vec(), self.dropped_links());
        SpanData {
            span_context: self.record.span_context(),
            parent_span_id: self.parent_span_id(),
            parent_span_is_remote: self.parent_is_remote(),
            span_kind: self.kind().clone(),
            name: match self.site() {
                Some(site) if site.name == self.name() => Cow::Borrowed(site.name),
                _ => Cow::Owned(self.name().to_owned()),
            },
            start_time: given(|extra| extra.start).unwrap_or_else(|| time(self.start_unix_nanos())),
            end_time: given(|extra| extra.end).unwrap_or_else(|| time(self.end_unix_nanos())),
            attributes: self.attributes().map(KeyValue::from).collect(),
            dropped_attributes_count: self.dropped_attributes(),
            events,
            links,
            status: match self.status() {
                SpanStatus::Unset => Status::Unset,
                SpanStatus::Ok => Status::Ok,
                SpanStatus::Error(description) => Status::error(description.to_owned()),
            },
            instrumentation_scope: self.scope().clone(),
        }
    }

    fn extra(&self) -> Option<&'a Extra> {
        self.record.extra()
    }

    fn unix_nanos(&self, ticks: Ticks, given: impl FnOnce(&Extra) -> Option<SystemTime>) -> u64 {
        let given = self.extra().and_then(given);
        given.map_or_else(|| self.batch.calendar.unix_nanos(ticks), unix_nanos)
    }
}

/// The status of a [`SpanView`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanStatus<'a> {
    /// Nobody has set it.
    Unset,
    /// The program says that the span went well.
    Ok,
    /// The span failed, with this description.
    Error(&'a str),
}

/// One event of a [`SpanView`].
#[derive(Clone, Copy, Debug)]
pub struct EventView<'a> {
    unix_nanos: u64,
    content: EventContent<'a>,
}

#[derive(Clone, Copy, Debug)]
enum EventContent<'a> {
    Event(&'a Event),
    /// An exception of this type and message.
    Exception(&'a str, &'a str),
}

impl<'a> EventView<'a> {
    /// The name of the event.
    pub fn name(&self) -> &'a str {
        match self.content {
            EventContent::Event(event) => &event.name,
            EventContent::Exception(..) => "exception",
        }
    }

    /// The moment, in nanoseconds since the beginning of 1970, UTC.
    pub fn unix_nanos(&self) -> u64 {
        self.unix_nanos
    }

    /// The attributes.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let (given, exception) = match self.content {
            EventContent::Event(event) => (event.attributes.as_slice(), None),
            EventContent::Exception(type_name, message) => (&[][..], Some((type_name, message))),
        };
        let exception = exception.into_iter().flat_map(|(type_name, message)| {
            [
                ("exception.type", type_name),
                ("exception.message", message),
            ]
        });
        let exception = exception
            .filter(|(_, text)| !text.is_empty())
            .map(|(key, text)| Attribute::new(key, AttributeValue::Text(text)));
        given.iter().map(Attribute::from).chain(exception)
    }

    /// The number of attributes that were over the limit.
    pub fn dropped_attributes(&self) -> u32 {
        match self.content {
            EventContent::Event(event) => event.dropped_attributes_count,
            EventContent::Exception(..) => 0,
        }
    }

    fn to_event(self) -> Event {
        Event::new(
            self.name().to_owned(),
            SystemTime::UNIX_EPOCH + Duration::from_nanos(self.unix_nanos),
            self.attributes().map(KeyValue::from).collect(),
            self.dropped_attributes(),
        )
    }
}

/// The first `most` of `attributes`, and the number of the others.
fn within(attributes: &[KeyValue], most: usize) -> (&[KeyValue], u32) {
    let (kept, dropped) = attributes.split_at(most.min(attributes.len()));
    (kept, u32::try_from(dropped.len()).unwrap_or(u32::MAX))
}

/// Returns true if one of `attributes` has this key.
fn has_key(attributes: &[KeyValue], key: &str) -> bool {
    attributes.iter().any(|known| known.key.as_str() == key)
}

/// Nanoseconds since the beginning of 1970, UTC; a time before that is its beginning.
fn unix_nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::config::{ContextMode, ExceptionSignal, Sampler, SpanLimits};
    use hyperion_runtime::backend::{Provider, Recorder, state, switch};
    use opentelemetry::trace::{Span as _, SpanContext, Tracer as _, TracerProvider as _};

    /// A recorder of all spans, with a queue of this length.
    pub(crate) fn recorder(limits: SpanLimits, max_queue_size: usize) -> &'static Recorder {
        switch::record(state::SPANS);
        Box::leak(Box::new(Recorder::new(
            Sampler::AlwaysOn,
            limits,
            ExceptionSignal::Events,
            ContextMode::Full,
            max_queue_size,
            100,
        )))
    }

    /// Starts a root span through OpenTelemetry's API.
    pub(crate) fn start(recorder: &'static Recorder) -> impl opentelemetry::trace::Span {
        Provider { recorder }.tracer("test").start("sample")
    }

    #[test]
    fn what_was_dropped_is_told() {
        let mut limits = SpanLimits::default();
        (limits.attributes, limits.events, limits.links) = (1, 1, 1);
        (limits.event_attributes, limits.link_attributes) = (1, 1);
        limits.attribute_value_length = Some(3);
        let recorder = recorder(limits, 10);
        let mut span = start(recorder);
        span.set_attribute(KeyValue::new("a", "grüße"));
        span.set_attribute(KeyValue::new("b", 2));
        for _ in 0..3 {
            let attributes = vec![KeyValue::new("x", "long text"), KeyValue::new("y", 1)];
            span.add_event("event", attributes.clone());
            span.add_link(SpanContext::NONE, attributes);
        }
        span.end();
        let mut records = Records::default();
        assert_eq!(recorder.drain(10, &mut records), 1);
        let scope = InstrumentationScope::default();
        let spans = SpanBatch::new(&records, &scope, &[], 128).to_span_data();
        let data = spans.first().expect("one span");
        assert_eq!(data.attributes, [KeyValue::new("a", "grü")]);
        assert_eq!(data.dropped_attributes_count, 1);
        assert_eq!((data.events.len(), data.events.dropped_count), (1, 2));
        assert_eq!((data.links.len(), data.links.dropped_count), (1, 2));
        let event = data.events.first().expect("one event is kept");
        assert_eq!(event.attributes, [KeyValue::new("x", "lon")]);
        assert_eq!(event.dropped_attributes_count, 1);
    }
}

//! Ended spans, as sinks see them.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use hyperion_runtime::backend::clock::{Calendar, Ticks};
use hyperion_runtime::backend::{Extra, Identity, Site, SpanRecord};
use opentelemetry::trace::{
    Event, Link, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

/// Ended spans on their way to a sink, in the form in which they were recorded.
///
/// A sink that writes a format of its own reads the [spans](Self::spans) where they are; one that is built on an exporter of
/// the OpenTelemetry SDK takes them as [`SpanData`](Self::into_span_data).
#[derive(Debug)]
pub struct SpanBatch<'a> {
    records: &'a mut Vec<SpanRecord>,
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
        records: &'a mut Vec<SpanRecord>,
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
    pub fn into_span_data(self) -> Vec<SpanData> {
        let mut records = std::mem::take(self.records);
        let spans = records.drain(..).map(|record| self.span_data(record));
        let spans = spans.collect();
        // The memory is the collector's, for the next batch.
        *self.records = records;
        spans
    }

    fn span_data(&self, mut record: SpanRecord) -> SpanData {
        let own = std::mem::take(&mut record.attributes);
        let view = SpanView {
            record: &record,
            batch: self,
        };
        let fixed = view.fixed_attributes();
        let most = own.len() + fixed.size_hint().1.unwrap_or_default();
        let mut attributes = Vec::with_capacity(most);
        attributes.extend(own);
        for fixed in fixed {
            if !has_key(&attributes, fixed) {
                attributes.push(fixed.clone());
            }
        }
        let dropped_attributes_count = view.dropped_attributes();
        let scope = view.scope().clone();
        let time =
            |ticks| SystemTime::UNIX_EPOCH + Duration::from_nanos(self.calendar.unix_nanos(ticks));
        let span_context = record.span_context();
        let mut extra = record.extra.map_or_else(Extra::default, |extra| *extra);
        let end_time = extra.end.unwrap_or_else(|| time(record.end));
        if let Some(mut event) = extra.last_event {
            event.timestamp = end_time;
            extra.events.push(event);
        }
        let mut events = SpanEvents::default();
        (events.events, events.dropped_count) = (extra.events, extra.dropped_events);
        let mut links = SpanLinks::default();
        (links.links, links.dropped_count) = (extra.links, extra.dropped_links);
        let (name, span_kind) = match record.identity {
            Identity::Site(site) => (Cow::Borrowed(site.name), site.kind.clone()),
            Identity::Named(named) => (named.name, named.kind),
        };
        SpanData {
            span_context,
            parent_span_id: record.parent_span_id,
            parent_span_is_remote: record.parent_is_remote,
            span_kind,
            name: extra.name.unwrap_or(name),
            start_time: extra.start.unwrap_or_else(|| time(record.start)),
            end_time,
            attributes,
            dropped_attributes_count,
            events,
            links,
            status: extra.status,
            instrumentation_scope: scope,
        }
    }
}

/// One span of a [`SpanBatch`].
#[derive(Clone, Copy, Debug)]
pub struct SpanView<'a> {
    record: &'a SpanRecord,
    batch: &'a SpanBatch<'a>,
}

impl<'a> SpanView<'a> {
    /// The trace that the span belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.record.trace_id
    }

    /// The span itself.
    pub fn span_id(&self) -> SpanId {
        self.record.span_id
    }

    /// The parent; the invalid id in a root span.
    pub fn parent_span_id(&self) -> SpanId {
        self.record.parent_span_id
    }

    /// Returns true if the parent is a span of another process.
    pub fn parent_is_remote(&self) -> bool {
        self.record.parent_is_remote
    }

    /// The trace flags.
    pub fn trace_flags(&self) -> TraceFlags {
        self.record.flags
    }

    /// The trace state, which is empty in most traces.
    pub fn trace_state(&self) -> Option<&'a TraceState> {
        let state = &self.extra()?.trace_state;
        (*state != TraceState::NONE).then_some(state)
    }

    /// The library that recorded the span: the program's own scope for observed calls.
    pub fn scope(&self) -> &'a InstrumentationScope {
        match &self.record.identity {
            Identity::Site(_) => self.batch.scope,
            Identity::Named(named) => &named.scope,
        }
    }

    /// The name of the span.
    pub fn name(&self) -> &'a str {
        match (
            self.extra().and_then(|extra| extra.name.as_deref()),
            &self.record.identity,
        ) {
            (Some(name), _) => name,
            (None, Identity::Site(site)) => site.name,
            (None, Identity::Named(named)) => &named.name,
        }
    }

    /// The kind of the span.
    pub fn kind(&self) -> &'a SpanKind {
        match &self.record.identity {
            Identity::Site(site) => &site.kind,
            Identity::Named(named) => &named.kind,
        }
    }

    /// The start, in nanoseconds since the beginning of 1970, UTC.
    pub fn start_unix_nanos(&self) -> u64 {
        self.unix_nanos(self.record.start, |extra| extra.start)
    }

    /// The end, in nanoseconds since the beginning of 1970, UTC.
    pub fn end_unix_nanos(&self) -> u64 {
        self.unix_nanos(self.record.end, |extra| extra.end)
    }

    /// The attributes, each key once: those of the call, of its call site, and of all spans of the program.
    pub fn attributes(&self) -> impl Iterator<Item = &'a KeyValue> + use<'a> {
        let own = self.own_attributes();
        // What the call itself recorded wins over what is known of every call.
        let fixed = self.fixed_attributes().filter(|fixed| !has_key(own, fixed));
        own.iter().chain(fixed)
    }

    /// The attributes that were recorded for this span alone.
    pub(crate) fn own_attributes(&self) -> &'a [KeyValue] {
        &self.record.attributes
    }

    /// The attributes of the call site and of all spans of the program, each key once.
    pub(crate) fn fixed_attributes(&self) -> impl Iterator<Item = &'a KeyValue> + use<'a> {
        let (of_site, _) = self.of_site();
        let common = self.batch.common.iter();
        of_site
            .iter()
            .chain(common.filter(|common| !has_key(of_site, common)))
    }

    /// The attributes of the call site, and the number of those that there is no room for.
    fn of_site(&self) -> (&'a [KeyValue], u32) {
        let all = self.site().map_or([].as_slice(), |site| &site.attributes);
        within(all, self.batch.most_of_site)
    }

    /// The call site, unless the span was started through OpenTelemetry's API.
    pub(crate) fn site(&self) -> Option<&'static Site> {
        match self.record.identity {
            Identity::Site(site) => Some(site),
            Identity::Named(_) => None,
        }
    }

    /// The number of attributes that were over the limit.
    pub fn dropped_attributes(&self) -> u32 {
        let (_, of_site) = self.of_site();
        of_site + self.extra().map_or(0, |extra| extra.dropped_attributes)
    }

    /// The events, in the order in which they happened.
    pub fn events(&self) -> impl Iterator<Item = EventView<'a>> + use<'a> {
        let view = |event: &'a Event, time: Option<u64>| EventView {
            name: &event.name,
            unix_nanos: time.unwrap_or_else(|| unix_nanos(event.timestamp)),
            attributes: &event.attributes,
            dropped_attributes: event.dropped_attributes_count,
        };
        let end = self.end_unix_nanos();
        let last = self.extra().and_then(|extra| extra.last_event.as_ref());
        let events = self.extra().map_or([].as_slice(), |extra| &extra.events);
        events
            .iter()
            .map(move |event| view(event, None))
            .chain(last.map(|event| view(event, Some(end))))
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
    pub fn status(&self) -> &'a Status {
        self.extra().map_or(&Status::Unset, |extra| &extra.status)
    }

    fn extra(&self) -> Option<&'a Extra> {
        self.record.extra.as_deref()
    }

    fn unix_nanos(&self, ticks: Ticks, given: impl FnOnce(&Extra) -> Option<SystemTime>) -> u64 {
        let given = self.extra().and_then(given);
        given.map_or_else(|| self.batch.calendar.unix_nanos(ticks), unix_nanos)
    }
}

/// One event of a [`SpanView`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventView<'a> {
    /// The name of the event.
    pub name: &'a str,
    /// The moment, in nanoseconds since the beginning of 1970, UTC.
    pub unix_nanos: u64,
    /// The attributes.
    pub attributes: &'a [KeyValue],
    /// The number of attributes that were over the limit.
    pub dropped_attributes: u32,
}

/// The first `most` of `attributes`, and the number of the others.
fn within(attributes: &[KeyValue], most: usize) -> (&[KeyValue], u32) {
    let (kept, dropped) = attributes.split_at(most.min(attributes.len()));
    (kept, u32::try_from(dropped.len()).unwrap_or(u32::MAX))
}

/// Returns true if one of `attributes` has the key of `other`.
pub(crate) fn has_key(attributes: &[KeyValue], other: &KeyValue) -> bool {
    attributes.iter().any(|known| known.key == other.key)
}

/// Nanoseconds since the beginning of 1970, UTC; a time before that is its beginning.
fn unix_nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::config::SpanLimits;
    use hyperion_runtime::backend::{Named, clock, random};
    use opentelemetry::trace::SpanContext;

    /// A root span that starts now.
    pub(crate) fn sample() -> SpanRecord {
        let named = Named {
            name: "sample".into(),
            kind: SpanKind::Internal,
            scope: InstrumentationScope::default(),
        };
        clock::refine();
        let identity = Identity::Named(Box::new(named));
        SpanRecord::start(identity, random::trace_id(), None)
    }

    #[test]
    fn what_was_dropped_is_told() {
        let mut limits = SpanLimits::default();
        (limits.attributes, limits.events, limits.links) = (1, 1, 1);
        (limits.event_attributes, limits.link_attributes) = (1, 1);
        limits.attribute_value_length = Some(3);
        let mut record = sample();
        record.set_attribute(KeyValue::new("a", "grüße"), &limits);
        record.set_attribute(KeyValue::new("b", 2), &limits);
        for _ in 0..3 {
            let attributes = vec![KeyValue::new("x", "long text"), KeyValue::new("y", 1)];
            record.add_event(
                "event".into(),
                SystemTime::now(),
                attributes.clone(),
                &limits,
            );
            record.add_link(SpanContext::NONE, attributes, &limits);
        }
        let (scope, mut records) = (InstrumentationScope::default(), vec![record]);
        let spans = SpanBatch::new(&mut records, &scope, &[], 128).into_span_data();
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

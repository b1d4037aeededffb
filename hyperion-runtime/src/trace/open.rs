//! A span while it is open.

use super::attributes::{AttributeKey, AttributeValue, Failure};
use super::clock::Ticks;
use super::header::Header;
use super::record::{Extra, Named, Site};
use super::recorder::Recorder;
use super::settings::{ExceptionSignal, SpanLimits};
use super::stand_in::{Owner, Pending};
use super::update::{SpanUpdate, merge_status};
use super::words::Words;
use crate::text::exception;
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, KeyValue};
use std::borrow::Cow;
use std::time::SystemTime;

/// An open span, in memory that is used again for the next one.
#[derive(Debug)]
pub(crate) struct Open {
    pub(super) words: Words,
    /// The number of attributes, also of those that are no words.
    count: usize,
    /// The most attributes, beside those of the call site.
    most: usize,
    /// The most attributes that are added without a look at the others: none where texts have a limit, where there is no call
    /// site, or where others have keys of their own.
    most_plain: usize,
    /// The same for those in the order of the call site's keys: none after one was out of order.
    most_in_order: usize,
    /// `None` for a span that was started through OpenTelemetry's API.
    pub(super) site: Option<&'static Site>,
    /// `None` while this is only memory.
    recorder: Option<&'static Recorder>,
    pub(super) extra: Option<Box<Extra>>,
    /// Nobody has asked for its fields yet.
    pub(super) is_new: bool,
    /// OpenTelemetry's context has a stand-in for it.
    pub(crate) is_in_context: bool,
    /// The span around it, while a thread is in this one; else other memory, of which this is a list.
    pub(super) outer: Option<&'static mut Self>,
    /// Where its stand-in speaks. It stays here for the next span.
    pub(super) seat: Option<Owner>,
    /// The context of a future that was polled before, or of a span that no thread has entered yet.
    pub(super) context: Option<Context>,
}

impl Open {
    pub(super) const fn new() -> Self {
        Self {
            words: Words::new(),
            count: 0,
            most: 0,
            most_plain: 0,
            most_in_order: 0,
            site: None,
            recorder: None,
            extra: None,
            is_new: true,
            is_in_context: false,
            outer: None,
            seat: None,
            context: None,
        }
    }

    /// Makes this the span of these facts.
    #[inline(always)]
    pub(super) fn start(
        &mut self,
        recorder: &'static Recorder,
        site: Option<&'static Site>,
        header: Header,
    ) {
        let limits = &recorder.limits;
        let of_site = site.map_or(0, |site| site.attributes.len());
        self.words.start(header.to_words(Site::number_of(site)));
        self.count = 0;
        self.most = (limits.attributes as usize).saturating_sub(of_site);
        let is_plain = site.is_some() && limits.attribute_value_length.is_none();
        self.most_plain = if is_plain { self.most } else { 0 };
        self.most_in_order = self.most_plain;
        self.site = site;
        self.recorder = Some(recorder);
        self.is_new = true;
    }

    /// The bounds of the span.
    pub(crate) fn limits(&self) -> &'static SpanLimits {
        match self.recorder {
            Some(recorder) => &recorder.limits,
            None => &SpanLimits::DEFAULT,
        }
    }

    /// The signals that carry the exception of a failed call.
    pub(crate) fn exceptions(&self) -> ExceptionSignal {
        self.recorder
            .map_or_else(ExceptionSignal::default, |recorder| recorder.exceptions)
    }

    /// The recorder that the span goes to.
    pub(crate) fn recorder(&self) -> Option<&'static Recorder> {
        self.recorder
    }

    /// The ids of its trace and of itself.
    #[inline(always)]
    pub(crate) fn ids(&self) -> (TraceId, SpanId) {
        Header::ids(self.words.header())
    }

    #[inline(always)]
    pub(crate) fn span_id(&self) -> SpanId {
        self.ids().1
    }

    /// Its trace flags.
    #[inline(always)]
    pub(super) fn flags(&self) -> TraceFlags {
        Header::flags(self.words.header())
    }

    /// The trace state; `None` in most traces.
    #[inline(always)]
    pub(super) fn trace_state(&self) -> Option<&TraceState> {
        let state = &self.extra.as_ref()?.trace_state;
        (*state != TraceState::NONE).then_some(state)
    }

    /// Takes over the trace state of the parent.
    #[inline(always)]
    pub(super) fn inherit(&mut self, trace_state: Option<&TraceState>) {
        if let Some(trace_state) = trace_state {
            self.extra().trace_state = trace_state.clone();
        }
    }

    /// Has the span begin now.
    #[inline(always)]
    pub(crate) fn start_clock(&mut self) {
        if let Some(header) = self.words.header_mut() {
            Header::set_start(header, Ticks::now());
        }
    }

    #[inline]
    pub(crate) fn started(&self) -> Ticks {
        Header::start(self.words.header())
    }

    /// The context of this span, for children and remote services.
    #[inline]
    pub(crate) fn span_context(&self) -> SpanContext {
        let (trace_id, span_id) = self.ids();
        let flags = self.flags();
        let trace_state = self.trace_state().cloned().unwrap_or_default();
        SpanContext::new(trace_id, span_id, flags, false, trace_state)
    }

    /// Sets an attribute whose key is in the program; one of the same key is replaced.
    #[inline]
    pub(crate) fn set(&mut self, key: &'static str, value: AttributeValue<'_>) {
        if !self.add_in_order(key, value) {
            self.set_out_of_order(key, value);
        }
    }

    /// Adds an attribute if its key is the one that comes next at this call site, and there is room.
    #[inline(always)]
    pub(crate) fn add_in_order(&mut self, key: &'static str, value: AttributeValue<'_>) -> bool {
        if self.count < self.most_in_order
            && let Some(site) = self.site
            && site.keys.has_at(self.count, key)
            && self.words.append(self.count, value)
        {
            self.count += 1;
            return true;
        }
        false
    }

    #[cold]
    #[inline(never)]
    fn set_out_of_order(&mut self, key: &'static str, value: AttributeValue<'_>) {
        self.leave_order();
        if let Some(site) = self.site
            && self.count < self.most_plain
            && let Some(place) = site.keys.place_from(self.count, key)
            && self.words.add_known(place, value)
        {
            self.count += 1;
        } else {
            self.replace(AttributeKey::Static(key), value);
        }
    }

    /// From now on an attribute may be out of order, so the keys that are there are marked.
    fn leave_order(&mut self) {
        if self.most_in_order > 0 {
            self.most_in_order = 0;
            self.words.know_first(self.count);
        }
    }

    /// Sets an attribute; one of the same key is replaced.
    #[cold]
    #[inline(never)]
    pub(crate) fn replace(&mut self, key: AttributeKey<'_>, value: AttributeValue<'_>) {
        self.leave_order();
        let cut = self.limits().cut(value);
        let value = cut.as_ref().map_or(value, AttributeValue::from);
        let keys = self.site.map(|site| &site.keys);
        let text = key.as_str();
        let others = self.extra.as_mut().map(|extra| &mut extra.attributes);
        if let Some(attribute) = others
            .into_iter()
            .flatten()
            .find(|attribute| attribute.key.as_str() == text)
        {
            attribute.value = value.into();
            return;
        }
        if self.words.remove(keys, text) {
            self.count -= 1;
        }
        if self.count >= self.most {
            return self.count_dropped_attributes(1);
        }
        self.count += 1;
        if !self.words.add(keys, key, value) {
            let attribute = KeyValue::new(text.to_owned(), value);
            self.extra().attributes.push(attribute);
            self.most_plain = 0;
        }
        if self.words.has_text_keys() {
            self.most_plain = 0;
        }
    }

    /// Sets an attribute; one of the same key is replaced.
    pub(crate) fn set_attribute(&mut self, attribute: &KeyValue) {
        let key = AttributeKey::Text(attribute.key.as_str());
        self.replace(key, (&attribute.value).into());
    }

    fn count_dropped_attributes(&mut self, count: u32) {
        let dropped = &mut self.extra().dropped_attributes;
        *dropped = dropped.saturating_add(count);
    }

    /// Makes a change that somebody asks for.
    pub(crate) fn update(&mut self, update: SpanUpdate) {
        match update {
            SpanUpdate::Attribute(attribute) => self.set_attribute(&attribute),
            SpanUpdate::Event(name, time, attributes) => self.add_event(name, time, attributes),
            SpanUpdate::Link(linked, attributes) => self.add_link(linked, attributes),
            SpanUpdate::Name(name) => self.extra().name = Some(name),
            SpanUpdate::Status(status) => self.set_status(status),
        }
    }

    /// Takes what others have said so far, so that what is said next is later.
    pub(crate) fn catch_up(&mut self) {
        if let Some(pending) = self.seat.as_ref().and_then(Owner::hear) {
            self.hear(pending);
        }
    }

    /// Takes what others have said.
    #[cold]
    pub(super) fn hear(&mut self, pending: Pending) {
        for update in pending.list {
            self.update(update);
        }
        let [attributes, events, links] = pending.dropped;
        if pending.dropped != [0; 3] {
            self.count_dropped_attributes(attributes);
            let extra = self.extra();
            extra.dropped_events = extra.dropped_events.saturating_add(events);
            extra.dropped_links = extra.dropped_links.saturating_add(links);
        }
    }

    /// Sets the status; see [`merge_status`].
    pub(crate) fn set_status(&mut self, status: Status) {
        merge_status(&mut self.extra().status, status);
    }

    /// Returns true if its status is an error.
    pub(crate) fn has_failed(&self) -> bool {
        let status = self.extra.as_ref().map(|extra| &extra.status);
        matches!(status, Some(Status::Error { .. }))
    }

    /// Adds an event.
    pub(crate) fn add_event(
        &mut self,
        name: Cow<'static, str>,
        time: SystemTime,
        attributes: Vec<KeyValue>,
    ) {
        let limits = self.limits();
        let extra = self.extra();
        if SpanLimits::admits(limits.events, extra.events.len(), &mut extra.dropped_events) {
            let (attributes, dropped) = limits.apply(attributes, limits.event_attributes);
            let event = Event::new(name, time, attributes, dropped);
            extra.events.push(event);
        }
    }

    /// Tells the failure of the call, which is over. Its exception, if there is one, becomes an event at the span's end.
    pub(crate) fn fail(&mut self, failure: Failure<'_>, chain: Option<&str>) {
        if chain.is_none() && self.takes_plain_failure() && self.words.add_failure(failure) {
            return;
        }
        let Failure {
            exception_type,
            message,
        } = failure;
        if exception_type.is_some() {
            let message = Some(message).filter(|message| !message.is_empty());
            self.set_last_event("exception", exception(exception_type, message, chain));
        }
        self.set_status(Status::error(message.to_owned()));
    }

    /// Returns true if nothing of a failure is cut, left out or merged.
    pub(super) fn takes_plain_failure(&self) -> bool {
        let limits = self.limits();
        let (has_status, events) = self.extra.as_ref().map_or((false, 0), |extra| {
            (extra.status != Status::Unset, extra.events.len())
        });
        !has_status
            && events < limits.events as usize
            && limits.event_attributes >= 2
            && limits.attribute_value_length.is_none()
    }

    /// Adds an event at the moment of the span's end, which is known in wall-clock time only when it is exported.
    fn set_last_event(&mut self, name: &'static str, attributes: Vec<KeyValue>) {
        let limits = self.limits();
        let (attributes, dropped) = limits.apply(attributes, limits.event_attributes);
        let event = Event::new(name, SystemTime::UNIX_EPOCH, attributes, dropped);
        let extra = self.extra();
        if SpanLimits::admits(limits.events, extra.events.len(), &mut extra.dropped_events) {
            extra.last_event = Some(event);
        }
    }

    /// Adds a link.
    pub(crate) fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        let limits = self.limits();
        let extra = self.extra();
        if SpanLimits::admits(limits.links, extra.links.len(), &mut extra.dropped_links) {
            let (attributes, dropped) = limits.apply(attributes, limits.link_attributes);
            extra
                .links
                .push(Link::new(span_context, attributes, dropped));
        }
    }

    /// Sets what a span has that was started through OpenTelemetry's API.
    pub(super) fn set_named(&mut self, named: Named, start: SystemTime) {
        let extra = self.extra();
        extra.named = Some(named);
        extra.start = Some(start);
    }

    /// The parts that most spans do not have, now that this one needs them.
    #[inline]
    pub(super) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::trace::record::{Record, Records};
    use crate::trace::sampler::Sampler;
    use crate::trace::settings::ContextMode;
    use opentelemetry::trace::SpanKind;
    use opentelemetry::{Array, Value};

    /// An open root span of no recorder.
    pub(crate) fn sample() -> Box<Open> {
        let mut span = Box::new(Open::new());
        let header = Header {
            trace_id: crate::trace::random::trace_id(),
            span_id: crate::trace::random::span_id(),
            ..Header::EMPTY
        };
        span.words.start(header.to_words(0));
        span.most = 128;
        span
    }

    fn of_site() -> Box<Open> {
        let mut span = sample();
        let site = Site::new("Users.get", SpanKind::Internal, Vec::new());
        span.words
            .start(Header::EMPTY.to_words(Site::number_of(Some(site))));
        span.site = Some(site);
        span
    }

    /// Calls `check` with the span as the collector sees it.
    pub(crate) fn with_record<T>(mut span: Box<Open>, check: impl FnOnce(Record<'_>) -> T) -> T {
        let mut records = Records::default();
        let extra = span.extra.take();
        records.push(span.words.as_slice().iter().copied(), extra);
        check(records.iter().next().expect("one span"))
    }

    fn attributes(span: Box<Open>) -> Vec<KeyValue> {
        with_record(span, |record| {
            record.attributes().map(KeyValue::from).collect()
        })
    }

    #[test]
    fn an_attribute_replaces_one_of_the_same_key_whatever_its_form() {
        let long = "long ".repeat(200);
        let array = Value::Array(Array::I64(vec![1, 2]));
        let values = [
            AttributeValue::I64(1),
            AttributeValue::Text("text"),
            AttributeValue::Text(&long),
            AttributeValue::Bool(true),
            AttributeValue::Other(&array),
            AttributeValue::F64(0.5),
            AttributeValue::Text(""),
        ];
        for make in [sample, of_site] {
            for first in values {
                for second in values {
                    let mut span = make();
                    span.set("before", AttributeValue::I64(0));
                    span.set("rows", first);
                    span.set("after", AttributeValue::I64(0));
                    span.replace(AttributeKey::Text("rows"), second);
                    span.set("last", AttributeValue::Text("grüße"));
                    assert_eq!(span.count, 4);
                    let mut found = attributes(span);
                    found.sort_by(|one, other| one.key.cmp(&other.key));
                    let expected = [
                        KeyValue::new("after", 0),
                        KeyValue::new("before", 0),
                        KeyValue::new("last", "grüße"),
                        KeyValue::new("rows", second),
                    ];
                    assert_eq!(found, expected, "{first:?} and then {second:?}");
                }
            }
        }
    }

    #[test]
    fn a_call_site_with_many_keys_keeps_them_all() {
        let site = of_site().site;
        for _ in 0..3 {
            let mut span = sample();
            span.words
                .start(Header::EMPTY.to_words(Site::number_of(site)));
            span.site = site;
            let keys = [
                "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
                "q", "r",
            ];
            for key in keys {
                span.set(key, AttributeValue::Text(key));
            }
            for key in keys {
                span.set(key, AttributeValue::Text("again"));
            }
            let mut found = attributes(span);
            found.sort_by(|one, other| one.key.cmp(&other.key));
            let expected = keys.map(|key| KeyValue::new(key, "again"));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_exceeds_the_limits_is_counted() {
        let limits = SpanLimits {
            attributes: 1,
            events: 1,
            links: 1,
            event_attributes: 1,
            link_attributes: 1,
            attribute_value_length: Some(3),
        };
        let recorder = Box::leak(Box::new(Recorder::new(
            Sampler::AlwaysOn,
            limits,
            ExceptionSignal::Events,
            ContextMode::Full,
            10,
            10,
        )));
        let mut span = sample();
        span.start(recorder, None, Header::EMPTY);
        span.set("a", AttributeValue::Text("grüße"));
        span.set("b", AttributeValue::I64(2));
        for _ in 0..3 {
            let attributes = vec![KeyValue::new("x", "long text"), KeyValue::new("y", 1)];
            span.add_event("event".into(), SystemTime::now(), attributes.clone());
            span.add_link(SpanContext::NONE, attributes);
        }
        let extra = span.extra.as_ref().expect("there is more than words");
        assert_eq!(extra.dropped_attributes, 1);
        assert_eq!((extra.events.len(), extra.dropped_events), (1, 2));
        assert_eq!((extra.links.len(), extra.dropped_links), (1, 2));
        let event = extra.events.first().expect("one event");
        assert_eq!(event.attributes, [KeyValue::new("x", "lon")]);
        assert_eq!(event.dropped_attributes_count, 1);
        assert_eq!(attributes(span), [KeyValue::new("a", "grü")]);
    }

    #[test]
    fn an_ok_status_is_final() {
        let mut span = sample();
        span.set_status(Status::error("first"));
        span.set_status(Status::Unset);
        span.set_status(Status::error("second"));
        assert_eq!(span.extra().status, Status::error("second"));
        span.set_status(Status::Ok);
        span.set_status(Status::error("late"));
        assert_eq!(span.extra().status, Status::Ok);
    }
}

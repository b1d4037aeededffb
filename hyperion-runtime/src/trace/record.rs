//! A span while it is open and until it is exported.

use super::clock::Ticks;
use super::parent::ParentSpan;
use super::settings::SpanLimits;
use crate::random;
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::time::SystemTime;

/// The name of a span and the place that it comes from.
#[derive(Debug)]
pub enum Identity {
    /// A call of an observed function.
    Site(&'static Site),
    /// A span started through OpenTelemetry's API.
    Named(Box<Named>),
}

/// A call site, as spans name it.
#[derive(Debug)]
pub struct Site {
    /// The name of its spans.
    pub name: &'static str,
    /// The kind of its spans.
    pub kind: SpanKind,
    /// `code.*` and `component`.
    pub attributes: Vec<KeyValue>,
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

/// Everything known about one span.
#[derive(Debug)]
pub struct SpanRecord {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// Its own id.
    pub span_id: SpanId,
    /// The trace flags that children and remote services see.
    pub flags: TraceFlags,
    /// The parent, or the invalid id in a root span.
    pub parent_span_id: SpanId,
    /// Set where the parent is a span of another process.
    pub parent_is_remote: bool,
    /// The name, the kind and where the span comes from.
    pub identity: Identity,
    /// The moment of its start, unless [`Extra`] has one.
    pub start: Ticks,
    /// The moment of its end, unless [`Extra`] has one.
    pub end: Ticks,
    /// The attributes that were set on this span, without those that all spans of its call site have.
    ///
    /// Every byte here is copied into a queue that another core has just read; few spans have more attributes than these.
    pub attributes: SmallVec<[KeyValue; 2]>,
    /// The rest, if there is any.
    pub extra: Option<Box<Extra>>,
}

/// The parts of a span that most do not have.
#[derive(Debug, Default)]
pub struct Extra {
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

impl SpanRecord {
    /// A span that starts now, under `parent` or as the root of a new trace.
    #[inline]
    pub fn start(identity: Identity, trace_id: TraceId, parent: Option<&ParentSpan>) -> Self {
        let extra = parent
            .filter(|parent| parent.trace_state != TraceState::NONE)
            .map(|parent| {
                Box::new(Extra {
                    trace_state: parent.trace_state.clone(),
                    ..Extra::default()
                })
            });
        Self {
            trace_id,
            span_id: random::span_id(),
            flags: TraceFlags::SAMPLED,
            parent_span_id: parent.map_or(SpanId::INVALID, |parent| parent.span_id),
            parent_is_remote: parent.is_some_and(|parent| parent.is_remote),
            identity,
            start: Ticks::now(),
            end: Ticks::default(),
            attributes: SmallVec::new(),
            extra,
        }
    }

    /// The context of this span, for children and remote services.
    pub fn span_context(&self) -> SpanContext {
        let trace_state = self
            .extra
            .as_ref()
            .map_or(TraceState::NONE, |extra| extra.trace_state.clone());
        SpanContext::new(self.trace_id, self.span_id, self.flags, false, trace_state)
    }

    /// Sets an attribute; one of the same key is replaced.
    pub fn set_attribute(&mut self, mut attribute: KeyValue, limits: &SpanLimits) {
        limits.cut(&mut attribute);
        let of_site = match self.identity {
            Identity::Site(site) => site.attributes.len(),
            Identity::Named(_) => 0,
        };
        if let Some(existing) = self
            .attributes
            .iter_mut()
            .find(|existing| existing.key == attribute.key)
        {
            existing.value = attribute.value;
        } else if self.attributes.len() + of_site < limits.attributes as usize {
            self.attributes.push(attribute);
        } else {
            self.count_dropped_attributes(1);
        }
    }

    /// Counts attributes that somebody else had to drop.
    pub fn count_dropped_attributes(&mut self, count: u32) {
        let dropped = &mut self.extra().dropped_attributes;
        *dropped = dropped.saturating_add(count);
    }

    /// Sets the status; `Ok` is final and `Unset` changes nothing ([Trace API, Set Status]).
    ///
    /// [Trace API, Set Status]: https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
    pub fn set_status(&mut self, status: Status) {
        let current = &mut self.extra().status;
        let is_new_error = matches!(
            (&*current, &status),
            (Status::Error { .. }, Status::Error { .. })
        );
        if status > *current || is_new_error {
            *current = status;
        }
    }

    /// Adds an event.
    pub fn add_event(
        &mut self,
        name: Cow<'static, str>,
        time: SystemTime,
        attributes: Vec<KeyValue>,
        limits: &SpanLimits,
    ) {
        let extra = self.extra();
        if SpanLimits::admits(limits.events, extra.events.len(), &mut extra.dropped_events) {
            let (attributes, dropped) = limits.apply(attributes, limits.event_attributes);
            let event = Event::new(name, time, attributes, dropped);
            extra.events.push(event);
        }
    }

    /// Adds an event at the moment of the span's end, which is known in wall-clock time only when it is exported.
    pub fn set_last_event(
        &mut self,
        name: &'static str,
        attributes: Vec<KeyValue>,
        limits: &SpanLimits,
    ) {
        let (attributes, dropped) = limits.apply(attributes, limits.event_attributes);
        let event = Event::new(name, SystemTime::UNIX_EPOCH, attributes, dropped);
        let extra = self.extra();
        if SpanLimits::admits(limits.events, extra.events.len(), &mut extra.dropped_events) {
            extra.last_event = Some(event);
        }
    }

    /// Adds a link.
    pub fn add_link(
        &mut self,
        span_context: SpanContext,
        attributes: Vec<KeyValue>,
        limits: &SpanLimits,
    ) {
        let extra = self.extra();
        if SpanLimits::admits(limits.links, extra.links.len(), &mut extra.dropped_links) {
            let (attributes, dropped) = limits.apply(attributes, limits.link_attributes);
            extra
                .links
                .push(Link::new(span_context, attributes, dropped));
        }
    }

    /// The parts that most spans do not have, now that this one needs them.
    #[inline]
    pub(super) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl SpanRecord {
        /// A root span, for tests of where spans go.
        pub fn sample() -> Self {
            let named = Named {
                name: "sample".into(),
                kind: SpanKind::Internal,
                scope: InstrumentationScope::default(),
            };
            let identity = Identity::Named(Box::new(named));
            Self::start(identity, crate::random::trace_id(), None)
        }
    }

    #[test]
    fn an_attribute_replaces_one_of_the_same_key() {
        let mut record = SpanRecord::sample();
        record.set_attribute(KeyValue::new("rows", 1), &SpanLimits::default());
        record.set_attribute(KeyValue::new("rows", 2), &SpanLimits::default());
        assert_eq!(record.attributes.as_slice(), [KeyValue::new("rows", 2)]);
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
        let mut record = SpanRecord::sample();
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
        assert_eq!(record.attributes.as_slice(), [KeyValue::new("a", "grü")]);
        let extra = record.extra();
        assert_eq!(extra.dropped_attributes, 1);
        assert_eq!((extra.events.len(), extra.dropped_events), (1, 2));
        assert_eq!((extra.links.len(), extra.dropped_links), (1, 2));
        let event = extra.events.first().unwrap();
        assert_eq!(event.attributes, [KeyValue::new("x", "lon")]);
        assert_eq!(event.dropped_attributes_count, 1);
    }

    #[test]
    fn an_ok_status_is_final() {
        let mut record = SpanRecord::sample();
        record.set_status(Status::error("first"));
        record.set_status(Status::Unset);
        record.set_status(Status::error("second"));
        assert_eq!(record.extra().status, Status::error("second"));
        record.set_status(Status::Ok);
        record.set_status(Status::error("late"));
        assert_eq!(record.extra().status, Status::Ok);
    }
}

//! Spans in the form that every exporter of the OpenTelemetry SDK takes.

use hyperion_runtime::backend::{Extra, Identity, SpanRecord};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use std::borrow::Cow;

/// Converts a span that has ended. `scope` is that of observed calls, and `common` is on every span.
pub(super) fn span_data(
    record: SpanRecord,
    scope: &InstrumentationScope,
    common: &[KeyValue],
) -> SpanData {
    let span_context = record.span_context();
    let mut extra = record.extra.map_or_else(Extra::default, |extra| *extra);
    let end_time = extra.end.unwrap_or_else(|| record.end.to_system_time());
    if let Some(mut event) = extra.last_event {
        event.timestamp = end_time;
        extra.events.push(event);
    }
    let mut events = SpanEvents::default();
    (events.events, events.dropped_count) = (extra.events, extra.dropped_events);
    let mut links = SpanLinks::default();
    (links.links, links.dropped_count) = (extra.links, extra.dropped_links);
    let (name, span_kind, scope, of_site) = match record.identity {
        Identity::Site(site) => (
            Cow::Borrowed(site.name),
            site.kind.clone(),
            scope.clone(),
            site.attributes.as_slice(),
        ),
        Identity::Named(named) => (named.name, named.kind, named.scope, [].as_slice()),
    };
    let mut attributes = Vec::with_capacity(record.attributes.len() + of_site.len() + common.len());
    attributes.extend(record.attributes);
    // What the call itself recorded wins over what is known of every call.
    for fixed in of_site.iter().chain(common) {
        if !attributes
            .iter()
            .any(|attribute: &KeyValue| attribute.key == fixed.key)
        {
            attributes.push(fixed.clone());
        }
    }
    SpanData {
        span_context,
        parent_span_id: record.parent_span_id,
        parent_span_is_remote: record.parent_is_remote,
        span_kind,
        name: extra.name.unwrap_or(name),
        start_time: extra.start.unwrap_or_else(|| record.start.to_system_time()),
        end_time,
        attributes,
        dropped_attributes_count: extra.dropped_attributes,
        events,
        links,
        status: extra.status,
        instrumentation_scope: scope,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::SpanLimits;
    use hyperion_runtime::backend::{Named, clock, random};
    use opentelemetry::trace::{SpanContext, SpanKind};
    use std::time::SystemTime;

    /// A root span.
    pub(in crate::pipeline) fn sample() -> SpanRecord {
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
        let data = span_data(record, &InstrumentationScope::default(), &[]);
        assert_eq!(data.attributes, [KeyValue::new("a", "grü")]);
        assert_eq!(data.dropped_attributes_count, 1);
        assert_eq!((data.events.len(), data.events.dropped_count), (1, 2));
        assert_eq!((data.links.len(), data.links.dropped_count), (1, 2));
        let event = data.events.first().expect("one event is kept");
        assert_eq!(event.attributes, [KeyValue::new("x", "lon")]);
        assert_eq!(event.dropped_attributes_count, 1);
    }
}

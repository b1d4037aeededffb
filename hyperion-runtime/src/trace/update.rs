//! Changes of an open span by those who did not start it.

use super::record::SpanRecord;
use super::settings::SpanLimits;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, Status};
use std::borrow::Cow;
use std::time::SystemTime;

/// A change that OpenTelemetry's API knows.
#[derive(Debug)]
pub(crate) enum SpanUpdate {
    Attribute(KeyValue),
    Event(Cow<'static, str>, SystemTime, Vec<KeyValue>),
    Link(SpanContext, Vec<KeyValue>),
    Name(Cow<'static, str>),
    Status(Status),
}

impl SpanUpdate {
    pub(crate) fn apply(self, record: &mut SpanRecord, limits: &SpanLimits) {
        match self {
            Self::Attribute(attribute) => record.set_attribute(attribute, limits),
            Self::Event(name, time, attributes) => record.add_event(name, time, attributes, limits),
            Self::Link(span, attributes) => record.add_link(span, attributes, limits),
            Self::Name(name) => record.extra().name = Some(name),
            Self::Status(status) => record.set_status(status),
        }
    }
}

/// The methods of OpenTelemetry's `Span` that change it, for a type whose `update` takes a [`SpanUpdate`].
macro_rules! update_methods {
    () => {
        fn add_event_with_timestamp<T>(
            &mut self,
            name: T,
            timestamp: std::time::SystemTime,
            attributes: Vec<opentelemetry::KeyValue>,
        ) where
            T: Into<std::borrow::Cow<'static, str>>,
        {
            self.update(SpanUpdate::Event(name.into(), timestamp, attributes));
        }

        fn set_attribute(&mut self, attribute: opentelemetry::KeyValue) {
            self.update(SpanUpdate::Attribute(attribute));
        }

        fn set_status(&mut self, status: opentelemetry::trace::Status) {
            self.update(SpanUpdate::Status(status));
        }

        fn update_name<T>(&mut self, new_name: T)
        where
            T: Into<std::borrow::Cow<'static, str>>,
        {
            self.update(SpanUpdate::Name(new_name.into()));
        }

        fn add_link(
            &mut self,
            span_context: opentelemetry::trace::SpanContext,
            attributes: Vec<opentelemetry::KeyValue>,
        ) {
            self.update(SpanUpdate::Link(span_context, attributes));
        }
    };
}

pub(super) use update_methods;

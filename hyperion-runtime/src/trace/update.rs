//! Changes of an open span by those who did not start it.

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
    /// Takes a later update into this one if both are about one thing, or else gives it back.
    pub(super) fn merge(&mut self, later: Self) -> Option<Self> {
        match (self, later) {
            (Self::Attribute(known), Self::Attribute(later)) if known.key == later.key => {
                known.value = later.value;
            }
            (Self::Name(known), Self::Name(later)) => *known = later,
            (Self::Status(known), Self::Status(later)) => merge_status(known, later),
            (_, later) => return Some(later),
        }
        None
    }

    /// The place of its kind among those of which a span has a limited number, and that number.
    pub(super) fn limit(&self, limits: &SpanLimits) -> Option<(usize, u32)> {
        match self {
            Self::Attribute(_) => Some((0, limits.attributes)),
            Self::Event(..) => Some((1, limits.events)),
            Self::Link(..) => Some((2, limits.links)),
            Self::Name(_) | Self::Status(_) => None,
        }
    }
}

/// Sets the status; `Ok` is final and `Unset` changes nothing ([Trace API, Set Status]).
///
/// [Trace API, Set Status]: https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
pub(super) fn merge_status(status: &mut Status, later: Status) {
    let is_new_error = matches!(
        (&*status, &later),
        (Status::Error { .. }, Status::Error { .. })
    );
    if later > *status || is_new_error {
        *status = later;
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

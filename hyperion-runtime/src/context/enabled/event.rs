//! An event of a span.

use super::handle::{SpanHandle, attribute, debug_attribute, display_attribute};
use crate::call::Field;
use crate::trace::active::Remark;
use opentelemetry::KeyValue;
use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

/// An event that [`SpanHandle::event`] began; it is recorded when this is dropped.
///
/// Its time is that of the call to [`SpanHandle::event`].
#[derive(Debug)]
pub struct EventBuilder {
    span: SpanHandle,
    /// `None` where nothing is recorded.
    event: Option<Event>,
}

#[derive(Debug)]
struct Event {
    name: Cow<'static, str>,
    time: SystemTime,
    attributes: Vec<KeyValue>,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "an event that is dropped is recorded"
)]
impl EventBuilder {
    pub(super) fn new(span: &SpanHandle, name: impl Into<Cow<'static, str>>) -> Self {
        let event = || Event {
            name: name.into(),
            time: SystemTime::now(),
            attributes: Vec::new(),
        };
        Self {
            span: span.clone(),
            event: span.is_recording().then(event),
        }
    }

    /// Adds an attribute that is a boolean, a number or text; `None` adds nothing.
    pub fn set(self, key: impl Into<Cow<'static, str>>, value: impl Field) -> Self {
        self.with(|| attribute(key, value))
    }

    /// Adds an attribute with what `Display` says.
    pub fn set_display(self, key: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        self.with(|| Some(display_attribute(key, &value)))
    }

    /// Adds an attribute with what `Debug` says.
    pub fn set_debug(self, key: impl Into<Cow<'static, str>>, value: impl Debug) -> Self {
        self.with(|| Some(debug_attribute(key, &value)))
    }

    /// Adds what `make` gives. It runs code of users; if that panics, nothing is added.
    fn with(mut self, make: impl FnOnce() -> Option<KeyValue>) -> Self {
        if let Some(event) = &mut self.event
            && let Ok(attribute) = catch_unwind(AssertUnwindSafe(make))
        {
            event.attributes.extend(attribute);
        }
        self
    }
}

impl Drop for EventBuilder {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            self.span
                .say(|| Some(Remark::Event(event.name, event.time, event.attributes)));
        }
    }
}

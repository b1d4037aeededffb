//! A handle on a span.

use super::reference::SpanReference;
use crate::asking::ask;
use crate::context::{AsSpanContext, SpanContext};
use crate::error_kind::kind_of_type;
use crate::field::{Field, VALUE};
use crate::text::{ErrorTexts, capped, text};
use crate::trace::active::{self, Outside};
use crate::trace::local;
use crate::trace::update::SpanUpdate;
use opentelemetry::trace::{SpanId, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use std::any::type_name;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::SystemTime;

/// The semantic conventions' name for a kind of error that has no name of its own.
const OTHER: &str = "_OTHER";

/// A handle on the span that the thread is in, whoever made it: an observed function, or another library through
/// OpenTelemetry.
///
/// ```
/// # fn find(key: &str) -> Option<u32> { None }
/// #[hyperion::observe]
/// fn get(key: &str) -> Option<u32> {
///     let found = find(key);
///     hyperion::current().set("cache.hit", found.is_some());
///     if found.is_none() {
///         hyperion::current().event("cache.miss").set("cache.key", key);
///     }
///     found
/// }
/// # get("a");
/// ```
#[inline]
pub fn current() -> SpanHandle {
    // A thread that is ending has lost its context.
    let context = if local::is_alive() {
        active::current_context()
    } else {
        Context::new()
    };
    SpanHandle { context }
}

/// A handle on a span, from [`current`].
///
/// It stays on that span, also when the thread enters others and when it is moved to another thread or task. What is said
/// after the span has ended is lost, and so is what is said where there is no span or where it is not recorded; what it
/// takes to say it, such as a `Display`, is not evaluated then. Texts are cut after 16 KiB, and the limits of the
/// configuration hold.
///
/// It keeps what it needs of the span and nothing else, but for spans of other libraries that end by being dropped: those
/// end no sooner than their handles.
#[derive(Clone, Debug)]
pub struct SpanHandle {
    pub(super) context: Context,
}

// What another library keeps in a context is not touched through a handle, but for the span, which is behind a lock.
impl UnwindSafe for SpanHandle {}
impl RefUnwindSafe for SpanHandle {}

impl SpanHandle {
    /// Returns true if updates of the span are kept.
    pub fn is_recording(&self) -> bool {
        self.context.has_active_span()
            && (active::is_in(self.span_id()) || self.context.span().is_recording())
    }

    /// The names of the span for others; [`SpanContext::INVALID`] if there is none.
    pub fn context(&self) -> SpanContext {
        self.context.span().span_context().into()
    }

    /// Sets an attribute to a boolean, a number, text or a list of such, or to what else is a [`Field`]; `None` sets nothing. One of
    /// the same key is replaced.
    pub fn set(&self, key: impl Into<Cow<'static, str>>, value: impl Field) -> &Self {
        self.update(|| attribute(key, value).map(SpanUpdate::Attribute))
    }

    /// Sets an attribute to the text that `Display` gives.
    pub fn set_display(&self, key: impl Into<Cow<'static, str>>, value: impl Display) -> &Self {
        self.update(|| Some(SpanUpdate::Attribute(display_attribute(key, &value))))
    }

    /// Sets an attribute to the text that `Debug` gives.
    pub fn set_debug(&self, key: impl Into<Cow<'static, str>>, value: impl Debug) -> &Self {
        self.update(|| Some(SpanUpdate::Attribute(debug_attribute(key, &value))))
    }

    /// Begins an event that happens now. It is recorded when what is returned is dropped, so at the end of the statement.
    ///
    /// ```
    /// hyperion::current().event("retry").set("attempt", 2).set_display("cause", "timeout");
    /// ```
    pub fn event(&self, name: impl Into<Cow<'static, str>>) -> EventBuilder {
        let event = || Event {
            name: capped(name),
            time: SystemTime::now(),
            attributes: Vec::new(),
        };
        EventBuilder {
            span: self.clone(),
            event: self.is_recording().then(event),
        }
    }

    /// Links the span to another one, which caused it or belongs to it without being its parent. What names no span is left
    /// out.
    ///
    /// ```
    /// # let received = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// hyperion::current().link(received.parse::<hyperion::SpanContext>().ok());
    /// ```
    pub fn link(&self, span: impl AsSpanContext) -> &Self {
        self.update(|| {
            let linked = span.__reference().into_link()?;
            Some(SpanUpdate::Link(linked, Vec::new()))
        })
    }

    /// Says that the span went well, for good: no error is set any more.
    ///
    /// A span that says nothing counts as one that went well; this is for one whose errors do not matter.
    pub fn set_status_ok(&self) -> &Self {
        self.update(|| Some(SpanUpdate::Status(Status::Ok)))
    }

    /// Says that the span failed, and why.
    pub fn set_status_error(&self, message: impl Into<Cow<'static, str>>) -> &Self {
        self.update(|| Some(SpanUpdate::Status(Status::error(capped(message)))))
    }

    /// Records an error that the function does not return: an event `exception` with the message and its sources,
    /// `error.type`, and the status with the message.
    ///
    /// An `anyhow::Error` or a `Box<dyn Error>` is given as `&*error`.
    ///
    /// `error.type` is the path of the error's type, without generic arguments, or `_OTHER` for a `dyn Error`, whose type is not
    /// known.
    ///
    /// ```
    /// # fn read_cache() -> std::io::Result<u32> { Ok(1) }
    /// # fn read_database() -> u32 { 2 }
    /// let rows = read_cache().unwrap_or_else(|error| {
    ///     hyperion::current().record_error(&error);
    ///     read_database()
    /// });
    /// ```
    ///
    /// The call itself still ends as its function says, in its metrics, too.
    pub fn record_error<E: Error + ?Sized>(&self, error: &E) -> &Self {
        if !self.is_recording() {
            return self;
        }
        // A reference to an error is one too, and has a size, so that it can become a `dyn Error`.
        let texts = ErrorTexts::of(&error, Some(&error));
        let name = type_name::<E>();
        let kind = (!name.starts_with("dyn ")).then_some(name);
        let event = texts.attributes(kind);
        let kind = KeyValue::new("error.type", kind.map_or(OTHER, kind_of_type));
        self.update(|| Some(SpanUpdate::Attribute(kind)));
        let event = SpanUpdate::Event("exception".into(), SystemTime::now(), event);
        self.update(|| Some(event));
        self.set_status_error(texts.message.as_deref().unwrap_or_default().to_owned())
    }

    /// Renames the span.
    pub fn update_name(&self, name: impl Into<Cow<'static, str>>) -> &Self {
        self.update(|| Some(SpanUpdate::Name(capped(name))))
    }

    /// Calls `work` in the context that the handle was taken in, so that its spans hang under this one, also on another
    /// thread and when it has ended meanwhile.
    ///
    /// It is for work that is called many times at once; other work is given to
    /// [`with_current_context`](super::with_current_context).
    ///
    /// ```
    /// # let orders = [1, 2, 3];
    /// # fn ship(order: &u32) {}
    /// let span = hyperion::current();
    /// std::thread::scope(|threads| {
    ///     for order in &orders {
    ///         threads.spawn(|| span.in_scope(|| ship(order)));
    ///     }
    /// });
    /// ```
    pub fn in_scope<R>(&self, work: impl FnOnce() -> R) -> R {
        // A thread that is ending cannot be in a context any more.
        let _inside = local::is_alive().then(|| {
            let outside = Outside::enter();
            (self.context.clone().attach(), outside)
        });
        work()
    }

    pub(in crate::context) fn reference(&self) -> SpanReference {
        if self.context.has_active_span() {
            SpanReference::of_context(self.context.clone())
        } else {
            SpanReference::none()
        }
    }

    /// Makes the update that `make` gives, if the span is recorded. `make` runs code of users; if that panics, there is none.
    fn update(&self, make: impl FnOnce() -> Option<SpanUpdate>) -> &Self {
        if self.is_recording()
            && let Some(Some(update)) = ask(make)
            && let Some(update) = active::update(self.span_id(), update)
        {
            self.update_stand_in(update);
        }
        self
    }

    fn update_stand_in(&self, update: SpanUpdate) {
        let span = self.context.span();
        match update {
            SpanUpdate::Attribute(attribute) => span.set_attribute(attribute),
            SpanUpdate::Event(name, time, attributes) => {
                span.add_event_with_timestamp(name, time, attributes);
            }
            SpanUpdate::Link(linked, attributes) => span.add_link(linked, attributes),
            SpanUpdate::Name(name) => span.update_name(name),
            SpanUpdate::Status(status) => span.set_status(status),
        }
    }

    fn span_id(&self) -> SpanId {
        self.context.span().span_context().span_id()
    }
}

fn attribute(key: impl Into<Cow<'static, str>>, value: impl Field) -> Option<KeyValue> {
    let value = value.field_value()?;
    Some(KeyValue::new(key.into(), value))
}

fn display_attribute(key: impl Into<Cow<'static, str>>, value: &dyn Display) -> KeyValue {
    KeyValue::new(key.into(), text(value, VALUE).to_owned())
}

fn debug_attribute(key: impl Into<Cow<'static, str>>, value: &dyn Debug) -> KeyValue {
    display_attribute(key, &format_args!("{value:?}"))
}

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
    /// Adds an attribute that is a boolean, a number, text or a list of such, or what else is a [`Field`]; `None` adds nothing.
    pub fn set(self, key: impl Into<Cow<'static, str>>, value: impl Field) -> Self {
        self.with(|| attribute(key, value))
    }

    /// Adds an attribute with the text that `Display` gives.
    pub fn set_display(self, key: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        self.with(|| Some(display_attribute(key, &value)))
    }

    /// Adds an attribute with the text that `Debug` gives.
    pub fn set_debug(self, key: impl Into<Cow<'static, str>>, value: impl Debug) -> Self {
        self.with(|| Some(debug_attribute(key, &value)))
    }

    /// Adds what `make` gives. It runs code of users; if that panics, nothing is added.
    fn with(mut self, make: impl FnOnce() -> Option<KeyValue>) -> Self {
        if let Some(event) = &mut self.event
            && let Some(attribute) = ask(make)
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
                .update(|| Some(SpanUpdate::Event(event.name, event.time, event.attributes)));
        }
    }
}

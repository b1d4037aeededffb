//! A span that the program starts and ends itself.

use super::callsite::Callsite;
use super::fields::Fields;
use super::future::Observed;
use super::guard::Call;
use super::origin::Origin;
use super::place::{Place, SpanSlot};
use super::suspended::Suspended;
use crate::call::outcome::Outcome;
use crate::field::Field;
use crate::text::capped;
use crate::trace::open::Open;
use crate::trace::update::SpanUpdate;
use opentelemetry::trace::Status;
use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;

/// A span that was started by [`span!`](https://docs.rs/hyperion-observe/latest/hyperion/macro.span.html), and ends when it
/// is dropped.
///
/// It becomes the parent of what happens inside only while it is entered: for a scope with [`enter`](Self::enter), for a
/// closure with [`in_scope`](Self::in_scope), for a future with [`observe`](Self::observe). What runs in parts, such as a
/// response that is streamed, enters it for each of them with [`within`](Self::within), and says in between what it knows.
#[derive(Debug)]
#[must_use = "a span that is dropped at once ends at once"]
pub struct Span {
    call: Option<Suspended>,
    unwinding: bool,
    /// A part of its work has panicked.
    panicked: bool,
}

impl Span {
    /// Starts a span; what `span!` expands to.
    #[doc(hidden)]
    #[inline]
    pub fn start<const LEVEL: u8>(
        callsite: &'static Callsite,
        describe: impl FnOnce(&mut Origin),
        record: impl FnOnce(&mut Fields<'_>),
    ) -> Self {
        if !callsite.is_on::<LEVEL>() {
            return Self::of(None);
        }
        let mut call = Self::begin(callsite, Origin::of(describe));
        if let Some(span) = call.as_mut().and_then(Suspended::span_mut) {
            Fields::record(span, record);
        }
        Self::of(call)
    }

    #[inline(never)]
    fn begin(callsite: &'static Callsite, origin: Origin) -> Option<Suspended> {
        Suspended::start_from(callsite, origin)
    }

    fn of(call: Option<Suspended>) -> Self {
        Self {
            call,
            unwinding: std::thread::panicking(),
            panicked: false,
        }
    }

    /// Enters the span until the guard is dropped, which ends it.
    ///
    /// ```
    /// let entered = hyperion::span!("parse").enter();
    /// // What is called here hangs under `parse`.
    /// drop(entered);
    /// // And here no more.
    /// ```
    ///
    /// The guard must not be held over an `.await`: other tasks of the thread would run inside the span. It is not `Send`,
    /// so that the compiler says so where a future has to be. Use [`observe`](Self::observe) there.
    pub fn enter(mut self) -> EnteredSpan {
        let unwinding = self.unwinding;
        let enter = |call| Call::enter(call, unwinding);
        EnteredSpan {
            _call: self.call.take().map(enter),
            thread: PhantomData,
        }
    }

    /// Runs `work` inside the span, and ends it.
    pub fn in_scope<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        work()
    }

    /// The same future, inside the span at every poll. The span ends when the future is done or dropped.
    ///
    /// The value of the future is not looked at; an error is recorded with `hyperion::current().record_error(&error)`, inside it.
    /// A future that is dropped before it is done leaves the attribute `outcome`, which is `cancelled`.
    pub fn observe<F: Future>(mut self, future: F) -> impl Future<Output = F::Output> {
        let probe: fn(&F::Output) -> Outcome<'_> = |_| Outcome::Ok;
        Observed::running(future, probe, self.call.take())
    }
}

/// Spans whose work runs in parts, for the authors of middleware.
///
/// ```
/// let mut span = hyperion::span!("request", kind = server);
/// let status: u16 = span.within(|| {
///     // What is called here hangs under `request`.
///     503
/// });
/// span.set("http.response.status_code", status);
/// if status >= 500 {
///     span.set_status_error("");
/// }
/// span.update_name("GET /users/{id}");
/// drop(span); // it ends
/// ```
impl Span {
    /// Returns true if the span is recorded, so that what is said of it is kept.
    #[inline]
    pub fn is_recording(&self) -> bool {
        let span = self.call.as_ref().map(|call| &call.span);
        matches!(span, Some(SpanSlot::Recorded(_)))
    }

    /// Calls `work` inside the span, which goes on afterwards: a poll of a future, or of a body.
    ///
    /// A panic of `work` is the caller's. The span then ends as one that panicked, as soon as it is dropped.
    pub fn within<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let inside = Inside::enter(self);
        let result = work();
        inside.leave();
        result
    }

    /// Sets an attribute to a boolean, a number or text; `None` sets nothing. One of the same key is replaced.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Field) -> &mut Self {
        if let Some(span) = self.open() {
            Fields::record(span, |fields| match key.into() {
                Cow::Borrowed(key) => fields.value(key, value),
                Cow::Owned(key) => fields.value_of(&key, &value),
            });
        }
        self
    }

    /// Renames the span.
    pub fn update_name(&mut self, name: impl Into<Cow<'static, str>>) -> &mut Self {
        if let Some(span) = self.open() {
            span.update(SpanUpdate::Name(capped(name)));
        }
        self
    }

    /// Says that the span failed, and why. An empty message leaves one that was said before.
    pub fn set_status_error(&mut self, message: impl Into<Cow<'static, str>>) -> &mut Self {
        if let Some(span) = self.open() {
            let message = capped(message);
            if !message.is_empty() || !span.has_failed() {
                span.set_status(Status::error(message));
            }
        }
        self
    }

    /// The span, if it is recorded, with all that handles on it have said so far.
    fn open(&mut self) -> Option<&mut Open> {
        let span = self.call.as_mut().and_then(Suspended::span_mut)?;
        span.catch_up();
        Some(span)
    }
}

/// A part of a span's work.
struct Inside<'a> {
    span: &'a mut Span,
    place: Place,
}

impl<'a> Inside<'a> {
    fn enter(span: &'a mut Span) -> Self {
        let mut place = Place::Caller;
        if let Some(call) = &mut span.call {
            call.enter(&mut place);
        }
        Self { span, place }
    }

    fn leave(mut self) {
        self.suspend();
        std::mem::forget(self);
    }

    fn suspend(&mut self) {
        if let Some(call) = &mut self.span.call {
            call.suspend(&mut self.place);
        }
    }
}

impl Drop for Inside<'_> {
    #[cold]
    fn drop(&mut self) {
        self.suspend();
        self.span.panicked = true;
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(call) = &mut self.call {
            let outcome = if self.panicked {
                Outcome::Panic
            } else {
                Outcome::of_drop(self.unwinding)
            };
            call.finish(&mut Place::Caller, outcome);
        }
    }
}

/// A span that the thread is in; see [`Span::enter`].
#[derive(Debug)]
#[must_use = "the span ends when this is dropped"]
pub struct EnteredSpan {
    _call: Option<Call>,
    /// It is left on the thread that entered it.
    thread: PhantomData<*const ()>,
}

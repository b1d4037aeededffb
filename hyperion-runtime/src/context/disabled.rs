//! Spans of a program built without `otel`: there are none.

use super::{AsSpanContext, SpanContext};
use crate::field::Field;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{Debug, Display};

/// A handle on no span: this build lacks the feature `otel`.
#[inline(always)]
pub fn current() -> SpanHandle {
    SpanHandle(())
}

/// A handle on no span; this build lacks the feature `otel`.
#[derive(Clone, Debug)]
pub struct SpanHandle(());

impl SpanHandle {
    /// Nothing is recorded.
    #[inline(always)]
    pub fn is_recording(&self) -> bool {
        false
    }

    /// There is none.
    #[inline(always)]
    pub fn context(&self) -> SpanContext {
        SpanContext::INVALID
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set(&self, _key: impl Into<Cow<'static, str>>, _value: impl Field) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_display(&self, _key: impl Into<Cow<'static, str>>, _value: impl Display) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_debug(&self, _key: impl Into<Cow<'static, str>>, _value: impl Debug) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn event(&self, _name: impl Into<Cow<'static, str>>) -> EventBuilder {
        EventBuilder(())
    }

    /// Records nothing.
    #[inline(always)]
    pub fn link(&self, _span: impl AsSpanContext) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_status_ok(&self) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_status_error(&self, _message: impl Into<Cow<'static, str>>) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn record_error<E: Error + ?Sized>(&self, _error: &E) -> &Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn update_name(&self, _name: impl Into<Cow<'static, str>>) -> &Self {
        self
    }

    /// Calls `work`.
    #[inline(always)]
    pub fn in_scope<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }

    #[expect(clippy::unused_self, reason = "the signature in a build with `otel`")]
    pub(super) fn reference(&self) -> SpanReference {
        SpanReference(())
    }
}

/// An event that nobody records.
#[derive(Debug)]
pub struct EventBuilder(());

#[expect(clippy::return_self_not_must_use, reason = "nothing is lost")]
impl EventBuilder {
    /// Records nothing.
    #[inline(always)]
    pub fn set(self, _key: impl Into<Cow<'static, str>>, _value: impl Field) -> Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_display(self, _key: impl Into<Cow<'static, str>>, _value: impl Display) -> Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_debug(self, _key: impl Into<Cow<'static, str>>, _value: impl Debug) -> Self {
        self
    }
}

/// The name of a span that nobody records.
#[doc(hidden)]
#[derive(Debug)]
pub struct SpanReference(());

impl SpanReference {
    pub(super) fn none() -> Self {
        Self(())
    }

    pub(crate) fn of(_span: &SpanContext) -> Self {
        Self(())
    }
}

/// The future itself.
pub type InContext<F> = F;

/// The future itself.
#[inline(always)]
pub fn in_current_context<F: Future>(future: F) -> InContext<F> {
    future
}

/// The closure itself.
#[inline(always)]
pub fn with_current_context<F, R>(work: F) -> impl FnOnce() -> R + use<F, R>
where
    F: FnOnce() -> R,
{
    work
}

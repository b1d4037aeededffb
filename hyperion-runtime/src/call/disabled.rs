//! Observed calls of a program built without `otel`: nothing is left of them.

use super::labels::Chosen;
use super::{CallsiteMeta, Field, Outcome};
use crate::context::{AsSpanContext, Links};
use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::marker::PhantomData;

/// A place in the code whose calls would be observed.
#[derive(Debug)]
pub struct Callsite(());

impl Callsite {
    /// Keeps nothing.
    #[inline(always)]
    pub const fn new(_meta: CallsiteMeta) -> Self {
        Self(())
    }

    /// Starts nothing.
    #[inline(always)]
    pub fn enter<const LEVEL: u8>(&'static self) -> Call {
        Call(())
    }

    /// Starts nothing.
    #[inline(always)]
    pub fn enter_from<const LEVEL: u8>(&'static self, _describe: impl FnOnce(&mut Origin)) -> Call {
        Call(())
    }
}

/// A call that is not observed.
#[derive(Debug)]
pub struct Call(());

impl Call {
    /// Chooses nothing. It is compiled all the same, so that labels with too many values are found in this build too.
    #[inline(always)]
    pub fn labels<T>(&mut self, choose: impl FnOnce() -> Chosen<T>) {
        if false {
            choose();
        }
    }

    /// Evaluates nothing.
    #[inline(always)]
    pub fn fields(&mut self, _record: impl FnOnce(&mut Fields)) {}

    /// Inspects nothing.
    #[inline(always)]
    pub fn finish_with<'a>(&mut self, _outcome: impl FnOnce() -> Outcome<'a>) {}
}

/// The settings that a call would start with.
#[derive(Debug)]
pub struct Origin(());

/// The settings that would be taken when a future is made.
pub type Prepare = Origin;

impl Origin {
    /// Keeps nothing.
    #[inline(always)]
    pub fn parent<P: AsSpanContext + ?Sized>(&mut self, _parent: &P) {}

    /// Keeps nothing.
    #[inline(always)]
    pub fn links<L: Links>(&mut self, _links: L) {}

    /// Keeps nothing.
    #[inline(always)]
    pub fn labels<T>(&mut self, _labels: Chosen<T>) {}

    /// Evaluates nothing.
    #[inline(always)]
    pub fn fields(&mut self, _record: impl FnOnce(&mut Fields)) {}
}

/// No settings.
#[derive(Debug)]
pub struct Prepared(());

/// Settles nothing. It is compiled all the same, as the labels of a call are.
#[inline(always)]
pub fn prepare<const LEVEL: u8>(
    _callsite: &'static Callsite,
    describe: impl FnOnce(&mut Prepare),
) -> Prepared {
    if false {
        describe(&mut Origin(()));
    }
    Prepared(())
}

/// Fields that nobody records.
#[derive(Debug)]
pub struct Fields(());

impl Fields {
    /// Records nothing.
    #[inline(always)]
    pub fn value<V: Field>(&mut self, _key: &'static str, _value: V) {}

    /// Records nothing.
    #[inline(always)]
    pub fn literal(&mut self, _key: &'static str, _value: &'static str) {}

    /// Records nothing.
    #[inline(always)]
    pub fn display<V: Display + ?Sized>(&mut self, _key: &'static str, _value: &V) {}

    /// Records nothing.
    #[inline(always)]
    pub fn debug<V: Debug + ?Sized>(&mut self, _key: &'static str, _value: &V) {}
}

/// Evaluates nothing.
#[inline(always)]
pub fn fields(_callsite: &'static Callsite, _record: impl FnOnce(&mut Fields)) {}

/// The future itself.
#[inline(always)]
pub fn observe_future<const LEVEL: u8, F, P>(
    _callsite: &'static Callsite,
    future: F,
    _probe: P,
) -> F
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_>,
{
    future
}

/// The future itself.
#[inline(always)]
pub fn observe_prepared<const LEVEL: u8, F, P>(
    _callsite: &'static Callsite,
    _prepared: Prepared,
    future: F,
    _probe: P,
) -> F
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_>,
{
    future
}

/// A span that is not recorded: this build lacks the feature `otel`.
#[derive(Debug)]
#[must_use = "a span that is dropped at once ends at once"]
pub struct Span(());

impl Span {
    /// Starts nothing.
    #[doc(hidden)]
    #[inline(always)]
    pub fn start<const LEVEL: u8>(
        _callsite: &'static Callsite,
        _describe: impl FnOnce(&mut Origin),
        _record: impl FnOnce(&mut Fields),
    ) -> Self {
        Self(())
    }

    /// Enters nothing.
    #[inline(always)]
    pub fn enter(self) -> EnteredSpan {
        EnteredSpan(PhantomData)
    }

    /// Runs `work`.
    #[inline(always)]
    pub fn in_scope<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// The future itself.
    #[inline(always)]
    pub fn observe<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        future
    }

    /// Nothing is recorded.
    #[inline(always)]
    pub fn is_recording(&self) -> bool {
        false
    }

    /// Calls `work`.
    #[inline(always)]
    pub fn within<R>(&mut self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set(&mut self, _key: impl Into<Cow<'static, str>>, _value: impl Field) -> &mut Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn update_name(&mut self, _name: impl Into<Cow<'static, str>>) -> &mut Self {
        self
    }

    /// Records nothing.
    #[inline(always)]
    pub fn set_status_error(&mut self, _message: impl Into<Cow<'static, str>>) -> &mut Self {
        self
    }
}

/// Would be left on the thread that entered it.
#[derive(Debug)]
#[must_use = "the span ends when this is dropped"]
pub struct EnteredSpan(PhantomData<*const ()>);

//! Observed calls of a program built without `otel`: nothing is left of them.

use super::{CallsiteMeta, Field, Outcome};
use std::fmt::{Debug, Display};
use std::future::Future;

/// A place in the code whose calls would be observed.
#[derive(Debug)]
pub struct Callsite(());

impl Callsite {
    /// Keeps nothing.
    #[inline(always)]
    pub const fn new(_meta: &'static CallsiteMeta) -> Self {
        Self(())
    }

    /// Starts nothing.
    #[inline(always)]
    pub fn enter(&'static self) -> Call {
        Call(())
    }
}

/// A call that is not observed.
#[derive(Debug)]
pub struct Call(());

impl Call {
    /// Evaluates nothing.
    #[inline(always)]
    pub fn fields(&mut self, _record: impl FnOnce(&mut Fields)) {}

    /// Inspects nothing.
    #[inline(always)]
    pub fn finish_with<'a>(&mut self, _outcome: impl FnOnce() -> Outcome<'a>) {}
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
pub fn observe_future<F, P>(_callsite: &'static Callsite, future: F, _probe: P) -> F
where
    F: Future,
    P: FnOnce(&F::Output) -> Outcome<'_>,
{
    future
}

//! Baggage of a program built without `otel`: there is none.

use std::marker::PhantomData;

/// There is none: this build lacks the feature `otel`.
#[inline(always)]
pub fn get(_key: &str) -> Option<String> {
    None
}

/// There are none.
#[inline(always)]
pub fn entries() -> Vec<(String, String)> {
    Vec::new()
}

/// Sets nothing.
#[inline(always)]
pub fn set(_key: impl Into<String>, _value: impl Into<String>) -> Scope {
    Scope(PhantomData)
}

/// The future itself.
#[inline(always)]
pub fn with<F: Future>(
    _key: impl Into<String>,
    _value: impl Into<String>,
    future: F,
) -> WithEntry<F> {
    future
}

/// The future itself.
pub type WithEntry<F> = F;

/// Stands for an entry that is not there. As in a build with `otel` it stays on its thread.
#[derive(Debug)]
#[must_use = "the entry is there as long as this is"]
pub struct Scope(PhantomData<*const ()>);

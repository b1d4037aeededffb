//! Propagation of a program built without `otel`: nothing is written and nothing is read.

use super::{Extractor, Injector, PropagatedContext};
use crate::context::{SpanContext, SpanReference};

/// Writes nothing: this build lacks the feature `otel`.
#[inline(always)]
pub fn inject(_carrier: &mut impl Injector) {}

/// Reads nothing: this build lacks the feature `otel`.
#[inline(always)]
pub fn extract(_carrier: &impl Extractor) -> PropagatedContext {
    PropagatedContext::EMPTY
}

impl PropagatedContext {
    /// There is none.
    #[inline(always)]
    pub fn current() -> Self {
        Self::EMPTY
    }
}

/// What goes along beside the span: nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Carried(());

#[expect(clippy::unused_self, reason = "the signatures in a build with `otel`")]
impl Carried {
    pub(super) const NOTHING: Self = Self(());

    pub(super) fn is_nothing(&self) -> bool {
        true
    }

    pub(super) fn baggage(&self, _key: &str) -> Option<&str> {
        None
    }

    pub(super) fn reference(&self, span: &SpanContext) -> SpanReference {
        SpanReference::of(span)
    }

    #[cfg(feature = "serde")]
    pub(super) fn baggage_header(&self) -> Option<String> {
        None
    }

    #[cfg(feature = "serde")]
    pub(super) fn of_baggage_header(_header: &str) -> Self {
        Self::NOTHING
    }
}

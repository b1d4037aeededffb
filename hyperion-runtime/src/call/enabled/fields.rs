//! The attributes that `fields(..)` records.

use super::callsite::Callsite;
use crate::field::{Field, FieldValue, VALUE};
use crate::state;
use crate::text::text;
use crate::trace::active::{self, ActiveSpan};
use opentelemetry::{KeyValue, StringValue, Value};
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Takes the fields of a call.
#[derive(Debug)]
pub struct Fields<'a>(Target<'a>);

#[derive(Debug)]
enum Target<'a> {
    /// To a span that is recorded.
    Span(&'a mut ActiveSpan),
    /// To a list, for a span that has not started.
    List(&'a mut Vec<KeyValue>),
}

impl<'a> Fields<'a> {
    /// Evaluates and records the fields of `span`. The expressions are the user's; one that panics loses the fields and not
    /// the call.
    pub(super) fn record(span: &mut ActiveSpan, record: impl FnOnce(&mut Fields<'_>)) {
        let _ = catch_unwind(AssertUnwindSafe(|| {
            record(&mut Fields(Target::Span(span)));
        }));
    }

    /// Fields that are kept in `list`.
    pub(super) fn list(list: &'a mut Vec<KeyValue>) -> Self {
        Self(Target::List(list))
    }
}

impl Fields<'_> {
    /// Records a boolean, number or string.
    pub fn value<V: Field>(&mut self, key: &'static str, value: V) {
        if let Some(value) = value.field_value() {
            self.set(key, value.into());
        }
    }

    /// Records text that was known when the program was compiled.
    pub fn literal(&mut self, key: &'static str, value: &'static str) {
        self.set(key, StringValue::from(value).into());
    }

    /// Records the text that `Display` gives.
    pub fn display<V: Display + ?Sized>(&mut self, key: &'static str, value: &V) {
        self.set(key, text(&value, VALUE).into());
    }

    /// Records the text that `Debug` gives.
    pub fn debug<V: Debug + ?Sized>(&mut self, key: &'static str, value: &V) {
        self.set(key, text(&format_args!("{value:?}"), VALUE).into());
    }

    fn set(&mut self, key: &'static str, value: Value) {
        let attribute = KeyValue::new(key, value);
        match &mut self.0 {
            Target::Span(span) => {
                let limits = span.limits();
                span.record.set_attribute(attribute, limits);
            }
            Target::List(list) => list.push(attribute),
        }
    }
}

impl From<FieldValue> for Value {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Bool(value) => value.into(),
            FieldValue::I64(value) => value.into(),
            FieldValue::F64(value) => value.into(),
            FieldValue::String(value) => value.into(),
        }
    }
}

/// Records the fields of the call of `callsite` that starts now, if its span is recorded.
///
/// The first statement of an observed body calls this, so the span that the thread is in is either the call's own, or
/// that of a caller because the call has none; the caller's has had its fields already.
#[inline]
pub fn fields(callsite: &'static Callsite, record: impl FnOnce(&mut Fields<'_>)) {
    if callsite.enabled() & state::SPANS != 0 {
        active::with_current_new(callsite.site(), |span| Fields::record(span, record));
    }
}

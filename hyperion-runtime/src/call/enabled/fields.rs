//! The attributes that `fields(..)` records.

use super::callsite::Callsite;
use crate::asking::ask;
use crate::field::{Field, FieldArray, FieldValue, VALUE};
use crate::state;
use crate::text::text;
use crate::trace::active;
use crate::trace::attributes::{AttributeKey, AttributeValue};
use crate::trace::local;
use crate::trace::open::Open;
use opentelemetry::{Array, Value};
use std::fmt::{Debug, Display};

/// Takes the fields of a call.
#[derive(Debug)]
pub struct Fields<'a>(Target<'a>);

#[derive(Debug)]
enum Target<'a> {
    /// To a span that is recorded.
    Span(&'a mut Open),
    /// To a list, for a span that has not started.
    List(&'a mut Vec<(&'static str, Value)>),
}

impl<'a> Fields<'a> {
    /// Evaluates and records the fields of `span`. The expressions are the user's; one that panics loses the fields and not
    /// the call.
    #[inline]
    pub(super) fn record(span: &mut Open, record: impl FnOnce(&mut Fields<'_>)) {
        ask(|| record(&mut Fields(Target::Span(span))));
    }

    /// Fields that are kept in `list`.
    pub(super) fn list(list: &'a mut Vec<(&'static str, Value)>) -> Self {
        Self(Target::List(list))
    }
}

impl Fields<'_> {
    /// Records a boolean, number or string.
    #[inline]
    pub fn value<V: Field>(&mut self, key: &'static str, value: V) {
        match value.field_value() {
            Some(FieldValue::Bool(value)) => self.set_bool(key, value),
            Some(FieldValue::I64(value)) => self.set_i64(key, value),
            Some(FieldValue::F64(value)) => self.set_f64(key, value),
            Some(FieldValue::Text(value)) => self.set_text(key, &value),
            Some(FieldValue::Array(value)) => self.set_array(key, value),
            None => {}
        }
    }

    /// Records a boolean, number or string under a key that is not in the program.
    pub(super) fn value_of(&mut self, key: &str, value: &dyn Field) {
        if let (Target::Span(span), Some(value)) = (&mut self.0, value.field_value()) {
            let value = Value::from(value);
            span.replace(AttributeKey::Text(key), (&value).into());
        }
    }

    /// Records text that was known when the program was compiled.
    #[inline]
    pub fn literal(&mut self, key: &'static str, value: &'static str) {
        self.set_text(key, value);
    }

    /// Records the text that `Display` gives.
    #[inline]
    pub fn display<V: Display + ?Sized>(&mut self, key: &'static str, value: &V) {
        self.set_display(key, &value);
    }

    /// Records the text that `Debug` gives.
    #[inline]
    pub fn debug<V: Debug + ?Sized>(&mut self, key: &'static str, value: &V) {
        self.set_display(key, &format_args!("{value:?}"));
    }

    fn set_bool(&mut self, key: &'static str, value: bool) {
        self.set(key, AttributeValue::Bool(value));
    }

    #[inline(never)]
    fn set_i64(&mut self, key: &'static str, value: i64) {
        if let Target::Span(span) = &mut self.0
            && span.add_in_order(key, AttributeValue::I64(value))
        {
            return;
        }
        self.set_i64_out_of_order(key, value);
    }

    #[cold]
    #[inline(never)]
    fn set_i64_out_of_order(&mut self, key: &'static str, value: i64) {
        self.set(key, AttributeValue::I64(value));
    }

    fn set_f64(&mut self, key: &'static str, value: f64) {
        self.set(key, AttributeValue::F64(value));
    }

    #[inline(never)]
    fn set_text(&mut self, key: &'static str, value: &str) {
        if let Target::Span(span) = &mut self.0
            && span.add_in_order(key, AttributeValue::Text(value))
        {
            return;
        }
        self.set_text_out_of_order(key, value);
    }

    #[cold]
    #[inline(never)]
    fn set_text_out_of_order(&mut self, key: &'static str, value: &str) {
        self.set(key, AttributeValue::Text(value));
    }

    #[cold]
    fn set_array(&mut self, key: &'static str, value: FieldArray<'_>) {
        self.set(key, AttributeValue::Other(&array(value)));
    }

    fn set_display(&mut self, key: &'static str, value: &dyn Display) {
        self.set_text(key, &text(value, VALUE));
    }

    #[inline(never)]
    fn set(&mut self, key: &'static str, value: AttributeValue<'_>) {
        match &mut self.0 {
            Target::Span(span) => span.set(key, value),
            Target::List(list) => list.push((key, value.into())),
        }
    }
}

impl From<FieldValue<'_>> for Value {
    fn from(value: FieldValue<'_>) -> Self {
        match value {
            FieldValue::Bool(value) => Self::Bool(value),
            FieldValue::I64(value) => Self::I64(value),
            FieldValue::F64(value) => Self::F64(value),
            FieldValue::Text(value) => Self::String(value.into_owned().into()),
            FieldValue::Array(value) => array(value),
        }
    }
}

fn array(value: FieldArray<'_>) -> Value {
    Value::Array(match value {
        FieldArray::Bool(values) => Array::Bool(values),
        FieldArray::I64(values) => Array::I64(values),
        FieldArray::F64(values) => Array::F64(values),
        FieldArray::Text(texts) => {
            let texts = texts.into_iter().map(|text| text.into_owned().into());
            Array::String(texts.collect())
        }
    })
}

/// Records the fields of the call of `callsite` that starts now, if its span is recorded.
///
/// The first statement of an observed body calls this, so the span that the thread is in is either the call's own, or
/// that of a caller because the call has none; the caller's has had its fields already.
#[inline]
pub fn fields(callsite: &'static Callsite, record: impl FnOnce(&mut Fields<'_>)) {
    if callsite.enabled() & state::SPANS != 0 && local::is_possible() {
        active::with_current_new(callsite.site(), |span| Fields::record(span, record));
    }
}

//! The parts that requests of spans and of log records share: attributes, the resource, and what is grouped by scope.

use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::Resource;

use super::wire::Wire;
use crate::export::{Attribute, AttributeValue};

/// The bytes that the length of a batch has: it is between 16 KiB and 2 MiB.
pub(super) const BATCH: usize = 3;

/// The fields of `Resource`.
pub(super) fn resource(wire: &mut Wire, resource: &Resource) {
    for (key, value) in resource {
        attribute(wire, 1, Attribute::new(key.as_str(), value.into()));
    }
}

/// What belongs to each scope, in the order in which the scopes come.
pub(super) fn by_scope<'a, S, T>(items: impl Iterator<Item = (&'a S, T)>) -> Vec<(&'a S, Vec<T>)>
where
    S: PartialEq + ?Sized,
{
    let mut scopes: Vec<(&S, Vec<T>)> = Vec::new();
    for (scope, item) in items {
        let is_same = |known: &S| std::ptr::eq(known, scope) || *known == *scope;
        match scopes.iter_mut().find(|(known, _)| is_same(known)) {
            Some((_, items)) => items.push(item),
            None => scopes.push((scope, vec![item])),
        }
    }
    scopes
}

/// The attributes of a list.
pub(super) fn attributes<'a>(
    wire: &mut Wire,
    field: u32,
    attributes: impl IntoIterator<Item = &'a KeyValue>,
) {
    all(wire, field, attributes.into_iter().map(Attribute::from));
}

/// The attributes, each a field of this number.
pub(super) fn all<'a>(
    wire: &mut Wire,
    field: u32,
    attributes: impl Iterator<Item = Attribute<'a>>,
) {
    for attribute in attributes {
        self::attribute(wire, field, attribute);
    }
}

/// One `KeyValue`.
pub(super) fn attribute(wire: &mut Wire, field: u32, attribute: Attribute<'_>) {
    wire.message(field, |wire| {
        wire.bytes(1, attribute.key.as_bytes());
        wire.message(2, |wire| any_value(wire, attribute.value));
    });
}

/// The one field of `AnyValue`.
pub(super) fn any_value(wire: &mut Wire, value: AttributeValue<'_>) {
    match value {
        AttributeValue::Text(text) => wire.oneof_bytes(1, text.as_bytes()),
        AttributeValue::Bool(value) => wire.oneof_uint(2, value.into()),
        // Numbers below zero are written as what they are in 64 bits.
        AttributeValue::I64(value) => wire.oneof_uint(3, value.cast_unsigned()),
        AttributeValue::F64(value) => wire.oneof_fixed64(4, value.to_bits()),
        AttributeValue::Other(Value::Array(values)) => wire.message(5, |wire| array(wire, values)),
        // The API may grow kinds of values, and `prost` has none for them either.
        _ => {}
    }
}

/// The fields of `ArrayValue`.
fn array(wire: &mut Wire, values: &Array) {
    fn all<T: Clone + Into<Value>>(wire: &mut Wire, values: &[T]) {
        for value in values {
            wire.message(1, |wire| any_value(wire, (&value.clone().into()).into()));
        }
    }
    match values {
        Array::Bool(values) => all(wire, values),
        Array::I64(values) => all(wire, values),
        Array::F64(values) => all(wire, values),
        Array::String(values) => all(wire, values),
        _ => {}
    }
}

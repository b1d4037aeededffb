//! Attributes of spans, and the keys that their call sites know.

use opentelemetry::{Key, KeyValue, Value};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The keys that a call site has used, in the order of their first use.
///
/// An attribute of a call site names its key by its place here. The calls of one function set the same keys in the same
/// order, so the place is found without a search.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: [OnceLock<&'static str>; Keys::MOST],
    /// The address and the length of each, for a quick comparison; zeros until it is known.
    texts: [(AtomicUsize, AtomicUsize); Keys::MOST],
}

impl Keys {
    const MOST: usize = 16;

    /// Returns true if the key at `place` is this very text.
    #[inline(always)]
    pub(super) fn has_at(&self, place: usize, key: &'static str) -> bool {
        // Each is stored once, so that both fit together once they fit.
        self.texts.get(place).is_some_and(|(address, len)| {
            address.load(Ordering::Relaxed) == key.as_ptr().addr()
                && len.load(Ordering::Relaxed) == key.len()
        })
    }

    /// The place of this very text from `place` on, where it comes if calls leave fields out.
    pub(super) fn place_from(&self, place: usize, key: &'static str) -> Option<usize> {
        (place..Self::MOST).find(|place| self.has_at(*place, key))
    }

    /// The place of `key`, which is kept if there is room for it.
    #[cold]
    pub(super) fn learn(&self, key: &'static str) -> Option<usize> {
        let is_key = |known: &OnceLock<_>| *known.get_or_init(|| key) == key;
        let place = self.keys.iter().position(is_key)?;
        if let (Some(known), Some((address, len))) =
            (self.keys.get(place)?.get(), self.texts.get(place))
        {
            address.store(known.as_ptr().addr(), Ordering::Relaxed);
            len.store(known.len(), Ordering::Relaxed);
        }
        Some(place)
    }

    /// The place of `key`, if it is known.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        self.keys
            .iter()
            .map_while(OnceLock::get)
            .position(|known| *known == key)
    }

    /// The key at `place`.
    pub(super) fn get(&self, place: usize) -> &'static str {
        self.keys
            .get(place)
            .and_then(OnceLock::get)
            .copied()
            .unwrap_or_default()
    }
}

/// The key of an attribute that is set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttributeKey<'a> {
    /// One that is in the program.
    Static(&'static str),
    /// One that was made when it ran.
    Text(&'a str),
}

impl<'a> AttributeKey<'a> {
    #[expect(clippy::match_same_arms, reason = "one text lives longer")]
    pub(super) fn as_str(&self) -> &'a str {
        match self {
            Self::Static(key) => key,
            Self::Text(key) => key,
        }
    }
}

/// The value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A number.
    F64(f64),
    /// Text.
    Text(&'a str),
    /// Anything else.
    Other(&'a Value),
}

impl<'a> From<&'a Value> for AttributeValue<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::I64(value) => Self::I64(*value),
            Value::F64(value) => Self::F64(*value),
            Value::String(value) => Self::Text(value.as_str()),
            other => Self::Other(other),
        }
    }
}

impl From<AttributeValue<'_>> for Value {
    fn from(value: AttributeValue<'_>) -> Self {
        match value {
            AttributeValue::Bool(value) => value.into(),
            AttributeValue::I64(value) => value.into(),
            AttributeValue::F64(value) => value.into(),
            AttributeValue::Text(value) => value.to_owned().into(),
            AttributeValue::Other(value) => value.clone(),
        }
    }
}

/// An attribute of a span.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Attribute<'a> {
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: AttributeValue<'a>,
}

impl<'a> Attribute<'a> {
    /// The attribute of this key and value.
    pub fn new(key: &'a str, value: AttributeValue<'a>) -> Self {
        Self { key, value }
    }
}

impl<'a> From<&'a KeyValue> for Attribute<'a> {
    fn from(attribute: &'a KeyValue) -> Self {
        Self::new(attribute.key.as_str(), (&attribute.value).into())
    }
}

impl From<Attribute<'_>> for KeyValue {
    fn from(attribute: Attribute<'_>) -> Self {
        Self::new(Key::from(attribute.key.to_owned()), attribute.value)
    }
}

/// The failure of a call, as its span tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// The type of the exception of which the span has an event; `None` if it has none.
    pub exception_type: Option<&'a str>,
    /// The message of the error: of the exception, and the description of the status.
    pub message: &'a str,
}

impl<'a> Failure<'a> {
    pub(crate) fn new(exception_type: Option<&'a str>, message: &'a str) -> Self {
        Self {
            exception_type,
            message,
        }
    }
}

//! Keys and values.

use std::{collections::BTreeMap, fmt};

use anyhow::{Context, Result};
use serde_json::{Map, Number, Value};

use super::list;
use crate::environment::MARK;

/// The attributes of a resource, a span, an event, a data point or a log record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes {
    /// Whose they are, for messages.
    owner: String,
    values: BTreeMap<String, Value>,
}

impl Attributes {
    pub(super) fn read(owner: &str, of: &Value) -> Result<Self> {
        Ok(Self {
            owner: owner.to_owned(),
            values: pairs(list(of, "attributes"))?.into_iter().collect(),
        })
    }

    /// The value of a key, if it is there.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// The text of a key.
    ///
    /// # Panics
    /// When it is absent, or no text.
    #[track_caller]
    pub fn text(&self, key: &str) -> &str {
        self.need(key, "text", Value::as_str)
    }

    /// The integer of a key.
    ///
    /// # Panics
    /// When it is absent, or no integer.
    #[track_caller]
    pub fn integer(&self, key: &str) -> i64 {
        self.need(key, "an integer", Value::as_i64)
    }

    /// The number of a key, integer or not.
    ///
    /// # Panics
    /// When it is absent, or no number.
    #[track_caller]
    pub fn number(&self, key: &str) -> f64 {
        self.need(key, "a number", Value::as_f64)
    }

    /// The truth of a key.
    ///
    /// # Panics
    /// When it is absent, or neither true nor false.
    #[track_caller]
    pub fn truth(&self, key: &str) -> bool {
        self.need(key, "true or false", Value::as_bool)
    }

    /// Returns true if each of these keys has this text.
    pub fn has(&self, wanted: &[(&str, &str)]) -> bool {
        wanted
            .iter()
            .all(|(key, text)| self.get(key).and_then(Value::as_str) == Some(text))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Returns true if they carry a test's mark.
    pub fn is_marked(&self, mark: &str) -> bool {
        self.has(&[(MARK, mark)])
    }

    #[track_caller]
    fn need<'a, T>(&'a self, key: &str, wanted: &str, read: impl Fn(&'a Value) -> Option<T>) -> T {
        match self.values.get(key).map(|value| (value, read(value))) {
            Some((_, Some(value))) => value,
            Some((value, None)) => panic!("`{key}` of {} is {value}, not {wanted}", self.owner),
            None => panic!("{} has no `{key}`; it has {self}", self.owner),
        }
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.values).finish()
    }
}

/// OTLP's typed value as plain JSON.
pub(super) fn any(value: &Value) -> Result<Value> {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return Ok(Value::Null);
    };
    Ok(match (kind.as_str(), inner) {
        ("intValue", Value::String(text)) => {
            let integer: i64 = text
                .parse()
                .with_context(|| format!("{text} is no integer"))?;
            Value::Number(Number::from(integer))
        }
        ("arrayValue", inner) => Value::Array(
            list(inner, "values")
                .iter()
                .map(any)
                .collect::<Result<_>>()?,
        ),
        ("kvlistValue", inner) => Value::Object(pairs(list(inner, "values"))?),
        (_, inner) => inner.clone(),
    })
}

fn pairs(attributes: &[Value]) -> Result<Map<String, Value>> {
    attributes
        .iter()
        .map(|pair| {
            let key = pair["key"]
                .as_str()
                .with_context(|| format!("no key in {pair}"))?;
            Ok((key.to_owned(), any(&pair["value"])?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Attributes {
        let of = json!({"attributes": [
            {"key": "text", "value": {"stringValue": "one"}},
            {"key": "integer", "value": {"intValue": "-7"}},
            {"key": "number", "value": {"doubleValue": 0.5}},
            {"key": "truth", "value": {"boolValue": true}},
            {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}]}}},
            {"key": "map", "value": {"kvlistValue": {"values": [
                {"key": "inner", "value": {"stringValue": "two"}}]}}},
            {"key": "nothing", "value": {}},
        ]});
        Attributes::read("span `sample`", &of).expect("attributes")
    }

    #[test]
    fn every_type_is_read() {
        let attributes = sample();
        assert_eq!(attributes.text("text"), "one");
        assert_eq!(attributes.integer("integer"), -7);
        assert_eq!(attributes.number("number"), 0.5);
        assert!(attributes.truth("truth"));
        assert_eq!(attributes.get("list"), Some(&json!([1])));
        assert_eq!(attributes.get("map"), Some(&json!({"inner": "two"})));
        assert_eq!(attributes.get("nothing"), Some(&Value::Null));
    }

    #[test]
    #[should_panic(expected = "span `sample` has no `txet`; it has {\"integer\": Number(-7)")]
    fn an_absent_key_is_shown_with_those_that_are_there() {
        sample().text("txet");
    }

    #[test]
    #[should_panic(expected = "`text` of span `sample` is \"one\", not an integer")]
    fn another_type_is_shown() {
        sample().integer("text");
    }
}

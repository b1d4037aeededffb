//! Fields: their names and texts, and those that are kept, of a span until the lines inside it are written, and of a `log`
//! record.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::field::{Field, Visit};

use crate::text::{WithSources, head};

/// The most fields that are kept of one span or record.
const MAX_FIELDS: usize = 64;

/// The most bytes that are kept of one text.
const MAX_TEXT: usize = 1024;

/// Stands in place of a value whose formatting panicked.
const PANICKED: &str = "<panicked while it was formatted>";

/// Stands in place of the rest of a value whose formatting gave up.
const FAILED: &str = "<failed to be formatted>";

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FieldValue {
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Bool(bool),
    /// A text, as it was given.
    Text(String),
    /// A value that had to be formatted.
    Formatted(String),
}

/// Fields by name, in the order in which they were first given. Of one that is given again the last value stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(Cow<'static, str>, FieldValue)>);

impl Fields {
    pub(super) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count.min(MAX_FIELDS)))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps a field, unless there are too many.
    pub(super) fn set(&mut self, name: Cow<'static, str>, value: FieldValue) {
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| *known == name) {
            *known = value;
        } else if self.0.len() < MAX_FIELDS {
            self.0.push((name, value));
        }
    }

    /// Keeps all of `newer`.
    pub(super) fn update(&mut self, newer: Self) {
        for (name, value) in newer.0 {
            self.set(name, value);
        }
    }

    fn keep(&mut self, field: &Field, value: FieldValue) {
        if let Some(name) = name_of(field, false) {
            self.set(name.into(), value);
        }
    }

    fn keep_formatted(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        self.keep(field, FieldValue::formatted(value));
    }
}

impl FieldValue {
    /// A copy of a text, cut where it is too long.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(cut(text).unwrap_or_else(|| text.to_owned()))
    }

    /// A value, formatted now and cut where that is too long.
    pub(super) fn formatted(value: fmt::Arguments<'_>) -> Self {
        let mut text = String::new();
        format_value(&mut text, value);
        Self::Formatted(cut(&text).unwrap_or(text))
    }
}

/// The beginning of a text that is too long, with a sign that it goes on.
fn cut(text: &str) -> Option<String> {
    (text.len() > MAX_TEXT).then(|| format!("{}…", head(text, MAX_TEXT)))
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, FieldValue::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.keep(field, FieldValue::I128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.keep(field, FieldValue::U128(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, FieldValue::F64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, FieldValue::text(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.keep_formatted(field, format_args!("{}", WithSources(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep_formatted(field, format_args!("{value:?}"));
    }
}

/// The name of a field; `None` for the fields by which a `log` record carries its place in the code.
pub(super) fn name_of(field: &Field, is_log_record: bool) -> Option<&'static str> {
    let name = field.name();
    if is_log_record && name.starts_with("log.") {
        return None;
    }
    Some(name.strip_prefix("r#").unwrap_or(name))
}

/// Formats `value` into `text`, which is emptied before. A panic of the user's `Debug` or `Display` becomes a marker.
pub(super) fn format_value(text: &mut String, value: fmt::Arguments<'_>) {
    text.clear();
    match catch_unwind(AssertUnwindSafe(|| text.write_fmt(value))) {
        Ok(Ok(())) => {}
        Ok(Err(_)) => text.push_str(FAILED),
        Err(_) => {
            text.clear();
            text.push_str(PANICKED);
        }
    }
}

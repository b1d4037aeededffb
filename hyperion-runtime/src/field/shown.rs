//! What a derived [`Field`](super::Field) calls.

use super::{FieldValue, VALUE, head};
use std::fmt::{self, Debug, Display, Write};

/// The name of a variant.
#[inline]
#[must_use]
pub fn text_value(text: &'static str) -> Option<FieldValue<'static>> {
    Some(FieldValue::Text(text.into()))
}

/// The text that `Display` gives.
#[must_use]
pub fn display_value<T: Display + ?Sized>(value: &T) -> Option<FieldValue<'_>> {
    shown(format_args!("{value}"))
}

/// The text that `Debug` gives.
#[must_use]
pub fn debug_value<T: Debug + ?Sized>(value: &T) -> Option<FieldValue<'_>> {
    shown(format_args!("{value:?}"))
}

#[expect(clippy::unnecessary_wraps, reason = "it is what the trait returns")]
fn shown(value: fmt::Arguments<'_>) -> Option<FieldValue<'static>> {
    let mut text = Limited(String::new());
    // What does not fit is left out, and a `Display` that fails has said what it says.
    let _ = text.write_fmt(value);
    Some(FieldValue::Text(text.0.into()))
}

/// A text that stops growing when it is full.
struct Limited(String);

impl Write for Limited {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let fits = head(more, VALUE.saturating_sub(self.0.len()));
        self.0.push_str(fits);
        (fits.len() == more.len()).then_some(()).ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_value_is_a_text_that_ends() {
        let text = |text: &str| Some(FieldValue::Text(text.to_owned().into()));
        assert_eq!(display_value("a"), text("a"));
        assert_eq!(debug_value("a"), text("\"a\""));
        let long = "x".repeat(VALUE);
        assert_eq!(debug_value(&*long), text(&format!("\"{}", &long[1..])));
    }
}

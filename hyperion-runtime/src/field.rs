//! The values that `fields(..)` can record.

use std::borrow::Cow;

/// The value of a span attribute.
///
/// OpenTelemetry's own type is not used here, so that a change of its version never reaches an expansion.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A number.
    F64(f64),
    /// Text.
    String(Cow<'a, str>),
}

/// A value that can stand in `fields(key = value)` without `%` or `?`.
///
/// Implemented for `bool`, the integers, the floats, `char`, `&str`, `String`, references to them and `Option` of
/// them, where `None` records nothing. Other types are recorded through `Display` with `key = %value` or through `Debug`
/// with `key = ?value`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as a span attribute",
    label = "not a boolean, number or string",
    note = "write `key = %value` to record it through `Display`, or `key = ?value` through `Debug`"
)]
pub trait Field {
    /// The value to record, or `None` to record nothing.
    fn field_value(&self) -> Option<FieldValue<'_>>;
}

impl<T: Field + ?Sized> Field for &T {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        (**self).field_value()
    }
}

impl<T: Field + ?Sized> Field for &mut T {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        (**self).field_value()
    }
}

impl<T: Field> Field for Option<T> {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        self.as_ref().and_then(Field::field_value)
    }
}

macro_rules! fields {
    ($($($type:ty),+ => |$value:ident| $field:expr;)*) => {$($(
        impl Field for $type {
            #[inline]
            fn field_value(&self) -> Option<FieldValue<'_>> {
                let $value = self;
                Some($field)
            }
        }
    )+)*};
}

fields! {
    bool => |value| FieldValue::Bool(*value);
    i8, i16, i32, u8, u16, u32 => |value| FieldValue::I64(i64::from(*value));
    i64 => |value| FieldValue::I64(*value);
    u64, isize, usize, i128, u128 => |value| integer_or_text(*value);
    f32 => |value| FieldValue::F64(f64::from(*value));
    f64 => |value| FieldValue::F64(*value);
    char => |value| FieldValue::String(value.to_string().into());
    str, String, std::borrow::Cow<'_, str> => |value| FieldValue::String(head(value, VALUE).into());
}

/// The most bytes of a text that is recorded.
pub(crate) const VALUE: usize = 16 * 1024;

/// The beginning of `text`, at most `most` bytes of it.
#[inline]
pub(crate) fn head(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut ends = (0..=most).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// OpenTelemetry's integers are signed and 64 bits wide; what does not fit keeps its digits as text.
#[inline]
fn integer_or_text<T: TryInto<i64> + ToString + Copy>(value: T) -> FieldValue<'static> {
    value.try_into().map_or_else(
        |_| FieldValue::String(value.to_string().into()),
        FieldValue::I64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_that_do_not_fit_keep_their_digits() {
        assert_eq!(7u64.field_value(), Some(FieldValue::I64(7)));
        assert_eq!(
            u64::MAX.field_value(),
            Some(FieldValue::String("18446744073709551615".into()))
        );
        assert_eq!(
            i128::MIN.field_value(),
            Some(FieldValue::String(i128::MIN.to_string().into()))
        );
    }

    #[test]
    fn references_and_options_record_what_they_hold() {
        let name = String::from("Ada");
        assert_eq!(
            (&&name).field_value(),
            Some(FieldValue::String("Ada".into()))
        );
        assert_eq!(Some(true).field_value(), Some(FieldValue::Bool(true)));
        assert_eq!(None::<u8>.field_value(), None);
    }
}

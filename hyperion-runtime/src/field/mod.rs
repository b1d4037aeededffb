//! The values that `fields(..)` can record.

mod array;
mod scalar;
mod shown;
mod time;

pub use array::{FieldArray, FieldElement};
pub use shown::{debug_value, display_value, text_value};

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// The value of a span attribute.
///
/// OpenTelemetry's own type is not used here, so that a change of its version never reaches an expansion.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A number.
    F64(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Several values of one type.
    Array(FieldArray<'a>),
}

/// A value that can stand in `fields(key = value)` without `%` or `?`, and in [`SpanHandle::set`](crate::context::SpanHandle::set).
///
/// | type | recorded as |
/// |---|---|
/// | `bool`, the integers, `NonZero` ones too, and the floats | Themselves. What does not fit into an `i64` keeps its digits as text. |
/// | `char`, `str`, `String`, `Cow<str>` | Text, at most 16 KiB of it. |
/// | `Duration` | Seconds as a floating-point number, the unit of all durations in OpenTelemetry. |
/// | `SystemTime` | Text by [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), in UTC: `2026-02-03T04:05:06.5Z`. |
/// | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`, `SocketAddr` | Text, without a port where there is none. |
/// | slices, arrays and `Vec` of booleans, numbers or text: [`FieldElement`] | An array, at most 16 KiB of it. |
/// | references, `Box`, `Rc`, `Arc` | What they point to. |
/// | `Option` | What is in it; `None` records nothing. |
///
/// Types of a program derive it, or implement it by one of these:
///
/// ```
/// use hyperion::{Field, FieldValue, observe};
///
/// struct UserId([u8; 16]);
///
/// impl Field for UserId {
///     fn field_value(&self) -> Option<FieldValue<'_>> {
///         let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
///         Some(FieldValue::Text(digits.into()))
///     }
/// }
///
/// #[observe(fields(user.id = id))]
/// fn find(id: UserId) {}
/// # find(UserId([0; 16]));
/// ```
///
/// Types of other crates, such as `uuid::Uuid` or `http::StatusCode`, are recorded through `Display` with `key = %value`, through
/// `Debug` with `key = ?value`, or by what they give: `status.as_u16()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as an attribute",
    label = "not a boolean, number, text, time, or a list of such",
    note = "in `fields(..)` write `key = %value` to record it through `Display`, or `key = ?value` through `Debug`; on a handle or an event use `set_display` or `set_debug`",
    note = "a type of your own can `derive(hyperion::Field)`"
)]
pub trait Field {
    /// The value to record, or `None` to record nothing.
    fn field_value(&self) -> Option<FieldValue<'_>>;
}

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: Field + ?Sized> Field for $pointer {
            #[inline]
            fn field_value(&self) -> Option<FieldValue<'_>> {
                (**self).field_value()
            }
        }
    )*};
}

pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: Field> Field for Option<T> {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        self.as_ref().and_then(Field::field_value)
    }
}

impl<T: FieldElement> Field for [T] {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        Some(FieldValue::Array(T::array(self)))
    }
}

impl<T: FieldElement, const N: usize> Field for [T; N] {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        self.as_slice().field_value()
    }
}

impl<T: FieldElement> Field for Vec<T> {
    #[inline]
    fn field_value(&self) -> Option<FieldValue<'_>> {
        self.as_slice().field_value()
    }
}

/// The most bytes of a text that is recorded, and of an array.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_and_options_record_what_they_hold() {
        let name = String::from("Ada");
        let text = || Some(FieldValue::Text("Ada".into()));
        assert_eq!((&&name).field_value(), text());
        assert_eq!(Box::<str>::from("Ada").field_value(), text());
        assert_eq!(Arc::<str>::from("Ada").field_value(), text());
        assert_eq!(Some(Rc::new(name)).field_value(), text());
        assert_eq!(Some(true).field_value(), Some(FieldValue::Bool(true)));
        assert_eq!(None::<u8>.field_value(), None);
    }

    #[test]
    fn every_list_is_an_array() {
        let array = || Some(FieldValue::Array(FieldArray::I64(vec![1, 2])));
        assert_eq!([1_u8, 2].field_value(), array());
        assert_eq!(vec![1_i64, 2].field_value(), array());
        assert_eq!([1_u32, 2][..].field_value(), array());
        assert_eq!(Some(&[1_usize, 2]).field_value(), array());
    }
}

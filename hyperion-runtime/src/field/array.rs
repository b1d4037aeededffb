//! Values that are several of one type.

use super::{VALUE, head};
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// The elements of an attribute that is an array, all of one type as OpenTelemetry wants it.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldArray<'a> {
    /// Truth values.
    Bool(Vec<bool>),
    /// Whole numbers.
    I64(Vec<i64>),
    /// Numbers.
    F64(Vec<f64>),
    /// Texts.
    Text(Vec<Cow<'a, str>>),
}

/// A value that can be an element of an array in `fields(..)`: a boolean, a number or text.
///
/// An array ends after 16 KiB. Integers of which one does not fit into an `i64` keep their digits as text, all of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an attribute",
    label = "a list of booleans, numbers or texts can be recorded",
    note = "record what they give, as in `names.iter().map(|name| name.to_string()).collect::<Vec<_>>()`, or all of it with `key = ?value`"
)]
pub trait FieldElement: Sized {
    /// The array of these elements.
    #[doc(hidden)]
    fn array(elements: &[Self]) -> FieldArray<'_>;
}

/// The most numbers of an array.
const NUMBERS: usize = VALUE / 8;

macro_rules! elements {
    ($($($type:ty),+ => |$elements:ident| $array:expr;)*) => {$($(
        impl FieldElement for $type {
            fn array($elements: &[Self]) -> FieldArray<'_> {
                $array
            }
        }
    )+)*};
}

elements! {
    bool => |elements| FieldArray::Bool(elements.iter().copied().take(VALUE).collect());
    i8, i16, i32, u8, u16, u32 => |elements|
        FieldArray::I64(elements.iter().copied().take(NUMBERS).map(i64::from).collect());
    i64 => |elements| FieldArray::I64(elements.iter().copied().take(NUMBERS).collect());
    u64, isize, usize, i128, u128 => |elements| integers_or_texts(elements);
    f32 => |elements|
        FieldArray::F64(elements.iter().copied().take(NUMBERS).map(f64::from).collect());
    f64 => |elements| FieldArray::F64(elements.iter().copied().take(NUMBERS).collect());
    char => |elements| texts(elements.iter().map(|element| element.to_string().into()));
    &str, &String, String, Cow<'_, str>, Box<str>, Rc<str>, Arc<str> => |elements|
        texts(elements.iter().map(|element| Cow::Borrowed(AsRef::<str>::as_ref(element))));
}

fn integers_or_texts<T: TryInto<i64> + ToString + Copy>(elements: &[T]) -> FieldArray<'static> {
    let elements = elements.iter().copied().take(NUMBERS);
    let integers: Result<_, _> = elements.clone().map(TryInto::try_into).collect();
    integers.map_or_else(
        |_| texts(elements.map(|element| element.to_string().into())),
        FieldArray::I64,
    )
}

/// As many of the texts as there is room for.
fn texts<'a>(all: impl Iterator<Item = Cow<'a, str>>) -> FieldArray<'a> {
    let mut room = VALUE;
    let mut texts = Vec::new();
    for text in all {
        let fits = match text {
            Cow::Borrowed(text) => Cow::Borrowed(head(text, room)),
            Cow::Owned(text) => head(&text, room).to_owned().into(),
        };
        // An empty text takes some, too.
        match room.checked_sub(fits.len().max(1)) {
            Some(rest) => room = rest,
            None => break,
        }
        texts.push(fits);
    }
    FieldArray::Text(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings<const N: usize>(texts: [&str; N]) -> FieldArray<'_> {
        FieldArray::Text(texts.map(Cow::from).into())
    }

    #[test]
    fn elements_keep_their_type() {
        assert_eq!(
            bool::array(&[true, false]),
            FieldArray::Bool(vec![true, false])
        );
        assert_eq!(u8::array(&[1, 255]), FieldArray::I64(vec![1, 255]));
        assert_eq!(f32::array(&[0.5]), FieldArray::F64(vec![0.5]));
        assert_eq!(<&str>::array(&["a", ""]), strings(["a", ""]));
        assert_eq!(Arc::<str>::array(&["a".into()]), strings(["a"]));
        assert_eq!(char::array(&['a', 'ü']), strings(["a", "ü"]));
        assert_eq!(String::array(&[]), strings([]));
    }

    #[test]
    fn integers_that_do_not_fit_keep_their_digits_together() {
        assert_eq!(u64::array(&[1, 2]), FieldArray::I64(vec![1, 2]));
        assert_eq!(
            u64::array(&[1, u64::MAX]),
            strings(["1", "18446744073709551615"])
        );
    }

    #[test]
    fn an_array_ends_where_a_text_would() {
        let FieldArray::I64(numbers) = u64::array(&vec![7; 3000]) else {
            panic!("they fit")
        };
        assert_eq!(numbers.len(), 2048);
        let long = "x".repeat(VALUE - 1);
        let many = [&*long, "abc", "lost"];
        assert_eq!(<&str>::array(&many), strings([&long, "a"]));
        let many = vec![""; 3 * VALUE];
        let FieldArray::Text(empty) = <&str>::array(&many) else {
            panic!("they are texts")
        };
        assert_eq!(empty.len(), VALUE);
    }
}

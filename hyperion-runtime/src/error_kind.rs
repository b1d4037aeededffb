//! The kind of an error that does not know its own: the name of its type, short enough for a label.

use crate::field::head;

/// The most bytes of a kind that comes from the name of a type.
const LONGEST: usize = 100;

/// The pointers that are called by what they point to.
const POINTERS: &[&str] = &["alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"];

/// The value of `error.type` for an error of the type of this name.
///
/// It is the path of the type without its generic arguments. A `Box`, `Rc` or `Arc` is called by what is in it, a trait object
/// by its first trait, and `dyn Error` without a path. Of a path that is longer than 100 bytes the last segment stands alone.
#[inline]
pub(crate) fn kind_of_type(name: &'static str) -> &'static str {
    // Most types have a plain and short path.
    let is_plain = !matches!(name.as_bytes(), [b'd', b'y', b'n', b' ', ..] | [.., b'>']);
    if is_plain && name.len() <= LONGEST {
        return name;
    }
    shortened(name)
}

#[cold]
fn shortened(mut name: &'static str) -> &'static str {
    while let Some(inner) = POINTERS
        .iter()
        .find_map(|pointer| name.strip_prefix(pointer))
    {
        name = inner.strip_suffix('>').unwrap_or(inner);
    }
    if let Some(bounds) = name.strip_prefix("dyn ") {
        let first = bounds.split(" + ").next().unwrap_or(bounds);
        if first == "core::error::Error" {
            return "dyn Error";
        }
        name = name.get(..4 + first.len()).unwrap_or(name);
    }
    name = without_arguments(name);
    if name.len() > LONGEST {
        name = name.rsplit("::").next().unwrap_or(name);
    }
    head(name, LONGEST)
}

/// The name of a type without the generic arguments at its end.
fn without_arguments(name: &'static str) -> &'static str {
    if !name.ends_with('>') {
        return name;
    }
    let mut depth = 0;
    let mut last = b' ';
    // From the end, so that what a byte follows is seen after it: `->` closes nothing.
    for (at, byte) in name.bytes().enumerate().rev() {
        depth += match (byte, last) {
            (b'>', _) => 1,
            (b'-', b'>') | (b'<', _) => -1,
            _ => 0,
        };
        if depth == 0 {
            return name
                .get(..at)
                .filter(|path| !path.is_empty())
                .unwrap_or(name);
        }
        last = byte;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::any::type_name;
    use std::error::Error;
    use std::marker::PhantomData;
    use std::rc::Rc;
    use std::sync::Arc;

    struct Wrapped<T>(PhantomData<T>);

    trait Refusal<T> {}

    /// The kind of an error of this type, without the path to this module.
    fn kind<T: ?Sized>() -> String {
        kind_of_type(type_name::<T>()).replace(concat!(module_path!(), "::"), "")
    }

    #[test]
    fn a_plain_type_is_called_by_its_path() {
        assert_eq!(kind::<std::fmt::Error>(), "core::fmt::Error");
        assert_eq!(kind::<String>(), "alloc::string::String");
        assert_eq!(kind::<()>(), "()");
        assert_eq!(kind::<[u8; 2]>(), "[u8; 2]");
    }

    #[test]
    fn a_pointer_is_called_by_what_is_in_it() {
        assert_eq!(kind::<Box<dyn Error>>(), "dyn Error");
        assert_eq!(kind::<Box<dyn Error + Send + Sync>>(), "dyn Error");
        assert_eq!(kind::<Arc<dyn Error + Send + Sync>>(), "dyn Error");
        assert_eq!(kind::<Rc<Box<std::fmt::Error>>>(), "core::fmt::Error");
        assert_eq!(kind::<Box<dyn Refusal<u8> + Send>>(), "dyn Refusal");
    }

    #[test]
    fn generic_arguments_are_left_out() {
        assert_eq!(kind::<Wrapped<Wrapped<u8>>>(), "Wrapped");
        assert_eq!(kind::<Wrapped<fn(u8) -> Wrapped<u8>>>(), "Wrapped");
        assert_eq!(kind::<Box<Wrapped<(u8, Box<u8>)>>>(), "Wrapped");
    }

    #[test]
    fn a_long_path_is_its_last_segment() {
        let long = |segment: &str| &*format!("{}::{segment}", "module".repeat(30)).leak();
        assert_eq!(kind_of_type(long("Failure")), "Failure");
        assert_eq!(
            kind_of_type(long("Failure<alloc::vec::Vec<u8>>")),
            "Failure"
        );
        assert_eq!(
            kind_of_type(long(&format!("x{}", "ü".repeat(80)))).len(),
            LONGEST - 1
        );
    }
}

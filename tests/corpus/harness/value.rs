//! The text, traits and size of a value, found by its type.
//!
//! A shape may return anything, a closure or a future too, so whether its type has a trait is found by method resolution: an
//! implementation for a reference is looked for after the one for the value itself.

use std::fmt::Debug;
use std::marker::PhantomData;

/// A value as its caller sees it.
#[derive(Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) is_send: bool,
    pub(crate) is_sync: bool,
    pub(crate) is_unpin: bool,
    pub(crate) size: Size,
}

/// A size, which is compared apart from everything else: an observed future may be a little larger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) usize);

impl PartialEq for Size {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The [`Value`](crate::harness::Value) in a variable.
macro_rules! value {
    ($value:ident) => {{
        #[allow(unused_imports)]
        use $crate::harness::value::{
            IsDebug as _, IsNotDebug as _, IsNotSend as _, IsNotSync as _, IsNotUnpin as _,
            IsSend as _, IsSync as _, IsUnpin as _,
        };
        let of_type = $crate::harness::value::type_of(&$value);
        $crate::harness::Value {
            text: (&$crate::harness::value::Text(&$value)).__corpus_text(),
            is_send: (&of_type).__corpus_is_send(),
            is_sync: (&of_type).__corpus_is_sync(),
            is_unpin: (&of_type).__corpus_is_unpin(),
            size: $crate::harness::value::Size(::core::mem::size_of_val(&$value)),
        }
    }};
}
pub(crate) use value;

/// The type of a value, to be asked for its traits.
pub(crate) struct OfType<T>(PhantomData<fn() -> T>);

pub(crate) fn type_of<T>(_: &T) -> OfType<T> {
    OfType(PhantomData)
}

/// A trait, its absence, and the method that tells.
macro_rules! auto_trait {
    ($marker:ident, $has:ident, $lacks:ident, $method:ident) => {
        pub(crate) trait $has {
            fn $method(&self) -> bool {
                true
            }
        }
        impl<T: $marker> $has for OfType<T> {}

        pub(crate) trait $lacks {
            fn $method(&self) -> bool {
                false
            }
        }
        impl<T> $lacks for &OfType<T> {}
    };
}

auto_trait!(Send, IsSend, IsNotSend, __corpus_is_send);
auto_trait!(Sync, IsSync, IsNotSync, __corpus_is_sync);
auto_trait!(Unpin, IsUnpin, IsNotUnpin, __corpus_is_unpin);

/// A value, to be asked for its text.
pub(crate) struct Text<'a, T>(pub(crate) &'a T);

pub(crate) trait IsDebug {
    fn __corpus_text(&self) -> String;
}

impl<T: Debug> IsDebug for Text<'_, T> {
    fn __corpus_text(&self) -> String {
        format!("{:?}", self.0)
    }
}

pub(crate) trait IsNotDebug {
    fn __corpus_text(&self) -> String;
}

impl<T> IsNotDebug for &Text<'_, T> {
    fn __corpus_text(&self) -> String {
        "something without text".to_owned()
    }
}

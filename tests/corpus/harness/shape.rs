//! One shape: the same items twice, and a call of them.

use super::{Seen, Until};

/// Two functions that are to do the same.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// The place of the shape: its topic and its name.
    pub(crate) name: &'static str,
    pub(crate) plain: fn(Until) -> Seen,
    pub(crate) observed: fn(Until) -> Seen,
    /// The outcomes of the observed one's spans, in the order of their ends, when the shape runs to its end.
    pub(crate) outcomes: &'static [&'static str],
    /// The bytes by which the observed one may be larger than others may.
    pub(crate) grows: usize,
}

/// Lists shapes:
///
/// ```text
/// shapes! {
///     call name [ok, error] {
///         #[observe]
///         fn parse(text: &str) -> Result<u8, ParseIntError> { text.parse() }
///     } => { (parse("1"), parse("x")) }
///
///     future other [ok] {
///         #[observe]
///         async fn length(text: &str) -> usize { text.len() }
///     } given { let text = String::from("text"); } => { length(&text) }
/// }
/// ```
///
/// The items are compiled in two modules beside each other, `plain` and `observed`, which see what the topic's file sees.
/// In the plain one `observe` is an attribute that does nothing. The arrow's expression is a call, or gives the future that
/// is polled; the statements of `given` come before it. In brackets are the outcomes of the spans, in the order in which
/// they end. `grows 512` after them lets the observed future be as many bytes larger than others may.
///
/// Everything is passed on token by token, so that the attribute finds what a user writes in a file.
macro_rules! shapes {
    ($(
        $(#[$attribute:meta])*
        $kind:ident $name:ident [$($outcome:ident),*] $(grows $grows:literal)? { $($item:tt)* }
        $(given { $($given:tt)* })? => { $($call:tt)* }
    )*) => {
        $(
            $(#[$attribute])*
            mod $name {
                $crate::harness::twin! {
                    plain(::hyperion_corpus_tests::plain) $kind
                    { $($item)* } { $($($given)*)? } { $($call)* }
                }
                $crate::harness::twin! {
                    observed(::hyperion::observe) $kind
                    { $($item)* } { $($($given)*)? } { $($call)* }
                }
            }
        )*

        /// The shapes of this topic.
        pub(crate) const SHAPES: &[$crate::harness::Shape] = &[$(
            $crate::harness::Shape {
                name: ::core::concat!(::core::module_path!(), "::", ::core::stringify!($name)),
                plain: $name::plain::twin,
                observed: $name::observed::twin,
                outcomes: &[$(::core::stringify!($outcome)),*],
                grows: 0 $(+ $grows)?,
            },
        )*];
    };
}
pub(crate) use shapes;

/// One of the two.
macro_rules! twin {
    ($module:ident($($attribute:tt)*) $kind:ident { $($item:tt)* } { $($given:tt)* } { $($call:tt)* }) => {
        pub(super) mod $module {
            use super::super::*;
            use $($attribute)* as observe;

            $($item)*

            pub(crate) fn twin(until: $crate::harness::Until) -> $crate::harness::Seen {
                $($given)*
                $crate::harness::$kind!(until, $($call)*)
            }
        }
    };
}
pub(crate) use twin;

/// Calls a function. The temporaries of the call live until its value is dropped.
macro_rules! call {
    ($until:ident, $($call:tt)*) => {{
        let _ = $until;
        match ($($call)*) {
            output => {
                $crate::harness::say("returned");
                $crate::harness::Seen {
                    future: ::core::option::Option::None,
                    output: ::core::option::Option::Some($crate::harness::value!(output)),
                }
            }
        }
    }};
}
pub(crate) use call;

/// Polls a future.
macro_rules! future {
    ($until:ident, $($future:tt)*) => {
        match ($($future)*) {
            future => {
                let seen = $crate::harness::value!(future);
                $crate::harness::Seen {
                    future: ::core::option::Option::Some(seen),
                    output: ::core::option::Option::map(
                        $crate::harness::drive(future, $until),
                        |output| $crate::harness::value!(output),
                    ),
                }
            }
        }
    };
}
pub(crate) use future;

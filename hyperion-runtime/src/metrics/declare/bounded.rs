//! Labels whose values are texts that nobody knows in advance, but of which there are only so many.

use super::budget::MAX_SERIES;
use super::interner::Texts;

/// One of the first `N` texts that a program meets, from 1 to 2000, or `_OTHER`: what a label is made of whose values are
/// texts.
///
/// It is the field of a struct that derives [`Label`](super::Label), which keeps the texts of that label, and nothing by
/// itself:
///
/// ```
/// use hyperion::{Bounded, Label};
///
/// #[derive(Clone, Copy, Label)]
/// struct Tenant(Bounded<100>);
///
/// let tenant = Tenant::from("acme");
/// assert_eq!(Tenant::CARDINALITY, 101);
/// assert_eq!(Tenant::value(tenant.index()), "acme");
/// ```
///
/// A text gets its value when it is first met and has it as long as the program runs. Texts that come when there are `N`
/// already share `_OTHER`, and so do those that are empty, longer than 128 bytes, or hold control characters.
///
/// A text that is known is found without a lock. Nothing is kept in a build without `otel`, where every text is `_OTHER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounded<const N: usize> {
    index: u16,
}

impl<const N: usize> Bounded<N> {
    /// The number of values of a label that is made of it.
    #[doc(hidden)]
    pub const VALUES: usize = N.saturating_add(1);

    /// The texts of such a label.
    ///
    /// # Panics
    ///
    /// During compilation, where `N` is not from 1 to 2000.
    #[doc(hidden)]
    #[track_caller]
    pub const fn texts() -> Texts {
        assert!(
            1 <= N && N <= MAX_SERIES,
            "a `Bounded<N>` keeps from 1 to 2000 texts, and 2000 are as many series as a metric may have"
        );
        #[expect(clippy::cast_possible_truncation, reason = "it was just compared")]
        Texts::new(N as u16)
    }

    /// The value of `text` among `texts`.
    #[doc(hidden)]
    #[inline]
    pub fn of(texts: &Texts, text: &str) -> Self {
        Self {
            index: texts.index(text),
        }
    }

    /// The index of this value among all.
    #[doc(hidden)]
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.index)
    }
}

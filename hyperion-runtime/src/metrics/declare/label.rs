//! The values that a metric label can have.

/// Stands for a value that is not known, or that is one too many.
pub(crate) const OTHER: &str = "_OTHER";

/// A type whose values are known when the program is compiled, so that it can be a metric label.
///
/// Each combination of label values is a time series, which costs memory here and in every backend for as long as it is
/// kept. What a user or a network sends can have any number of values; a `Label` has [`CARDINALITY`](Self::CARDINALITY) of
/// them, so that the number of series of a metric is a product of constants.
///
/// The derive macro of the same name implements it for an enum without fields, and here it is for `bool` (`false` and
/// `true`) and for references to labels:
///
/// ```
/// use hyperion::Label;
///
/// #[derive(Label)]
/// enum Tier {
///     Free,
///     PaidMonthly,
/// }
///
/// assert_eq!((Tier::CARDINALITY, bool::CARDINALITY), (2, 2));
/// assert_eq!(Tier::PaidMonthly.index(), 1);
/// assert_eq!(Tier::value(1), "paid_monthly");
/// ```
///
/// By hand it is for a value that falls into classes:
///
/// ```
/// use hyperion::Label;
///
/// /// The class of an HTTP status.
/// struct StatusClass(u16);
///
/// impl Label for StatusClass {
///     const CARDINALITY: usize = 3;
///
///     fn index(&self) -> usize {
///         match self.0 {
///             200..400 => 0,
///             400..500 => 1,
///             _ => 2,
///         }
///     }
///
///     fn value(index: usize) -> &'static str {
///         ["ok", "client_error"].get(index).copied().unwrap_or("server_error")
///     }
/// }
///
/// assert_eq!(StatusClass::value(StatusClass(404).index()), "client_error");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a metric label",
    label = "neither a type that derives `Label` nor a `bool`",
    note = "the number of series must be known when the program is compiled: derive `Label` on a fieldless enum or on a struct with a `Bounded<N>`, use `bool`, or record the value as a span attribute with `fields(..)`"
)]
pub trait Label {
    /// The number of values.
    const CARDINALITY: usize;

    /// The index of this value among all: less than [`CARDINALITY`](Self::CARDINALITY), and always the same for the same value.
    fn index(&self) -> usize;

    /// The text of the value with that index, as backends show it.
    ///
    /// It must not panic. There is no value beyond [`CARDINALITY`](Self::CARDINALITY), and nobody asks for one; what is
    /// derived answers `_OTHER`.
    fn value(index: usize) -> &'static str;

    /// True if all values are known when the program is compiled.
    #[doc(hidden)]
    const KNOWN: bool = true;
}

impl Label for bool {
    const CARDINALITY: usize = 2;

    #[inline]
    fn index(&self) -> usize {
        usize::from(*self)
    }

    #[inline]
    fn value(index: usize) -> &'static str {
        ["false", "true"].get(index).copied().unwrap_or(OTHER)
    }
}

impl<T: Label + ?Sized> Label for &T {
    const CARDINALITY: usize = T::CARDINALITY;
    const KNOWN: bool = T::KNOWN;

    #[inline]
    fn index(&self) -> usize {
        (**self).index()
    }

    #[inline]
    fn value(index: usize) -> &'static str {
        T::value(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<L: Label>(label: L) -> &'static str {
        L::value(label.index())
    }

    #[test]
    fn truth_values_are_labels() {
        assert_eq!((text(false), text(true)), ("false", "true"));
        assert_eq!(bool::CARDINALITY, 2);
        assert_eq!(bool::value(2), "_OTHER");
    }

    #[test]
    fn a_reference_is_the_label_it_points_to() {
        assert_eq!(text::<&bool>(&false), "false");
        assert_eq!(text::<&&bool>(&&true), "true");
        assert_eq!(<&&bool>::CARDINALITY, 2);
    }
}

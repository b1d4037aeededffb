//! The numbers that instruments take.

use crate::metrics::declare::NumberType;

mod sealed {
    pub trait Sealed {}
}

/// A number that is measured: `u64`, `i64` or `f64`.
pub trait Number: Copy + sealed::Sealed + Send + Sync + 'static {
    /// The type of them that it is.
    #[doc(hidden)]
    const TYPE: NumberType;

    /// One.
    #[doc(hidden)]
    const ONE: Self;

    /// The number in 64 bits.
    #[doc(hidden)]
    fn bits(self) -> u64;
}

/// A number that a [`Counter`](super::Counter) counts in: `u64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "a `Counter` cannot count in `{Self}`",
    note = "it counts in `u64` or `f64`; an `UpDownCounter` counts in `i64` or `f64`"
)]
pub trait CounterNumber: Number {}

/// A number that an [`UpDownCounter`](super::UpDownCounter) counts in: `i64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "an `UpDownCounter` cannot count in `{Self}`",
    note = "it counts in `i64` or `f64`"
)]
pub trait SignedNumber: Number {
    /// Less than zero by one.
    #[doc(hidden)]
    const MINUS_ONE: Self;
}

impl CounterNumber for u64 {}
impl CounterNumber for f64 {}

impl SignedNumber for i64 {
    const MINUS_ONE: Self = -1;
}

impl SignedNumber for f64 {
    const MINUS_ONE: Self = -1.0;
}

/// The items of `Number`, in an implementation that is written out: the compiler shows it to users.
macro_rules! number_items {
    ($type:ident, $one:literal, $bits:expr) => {
        const TYPE: NumberType = NumberType::$type;
        const ONE: Self = $one;

        #[inline]
        fn bits(self) -> u64 {
            $bits(self)
        }
    };
}

impl sealed::Sealed for u64 {}
impl Number for u64 {
    number_items!(U64, 1, std::convert::identity);
}

impl sealed::Sealed for i64 {}
impl Number for i64 {
    number_items!(I64, 1, i64::cast_unsigned);
}

impl sealed::Sealed for f64 {}
impl Number for f64 {
    number_items!(F64, 1.0, f64::to_bits);
}

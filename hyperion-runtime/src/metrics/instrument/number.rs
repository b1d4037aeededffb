//! The numbers that instruments take.

use crate::metrics::declare::NumberType;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for i64 {}
    impl Sealed for f64 {}
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

impl Number for u64 {
    const TYPE: NumberType = NumberType::U64;
    const ONE: Self = 1;

    #[inline]
    fn bits(self) -> u64 {
        self
    }
}

impl Number for i64 {
    const TYPE: NumberType = NumberType::I64;
    const ONE: Self = 1;

    #[inline]
    fn bits(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Number for f64 {
    const TYPE: NumberType = NumberType::F64;
    const ONE: Self = 1.0;

    #[inline]
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

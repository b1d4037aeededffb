//! Methods that several instruments have alike.

/// Implements how an expansion makes an instrument, and how a person sees it.
macro_rules! declared {
    ($name:ident<$($type:ident),+>) => {
        impl<$($type),+> $name<$($type),+> {
            #[doc(hidden)]
            pub const fn declared(
                declaration: &'static $crate::metrics::Declaration,
                instance: $crate::metrics::Instance,
            ) -> Self {
                Self {
                    core: Core::new(declaration, instance),
                    types: PhantomData,
                }
            }
        }

        impl<$($type),+> std::fmt::Debug for $name<$($type),+> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.core.fmt_as(stringify!($name), f)
            }
        }
    };
}

/// Implements the methods of a sum. `$range` says which values it takes.
macro_rules! sum {
    ($name:ident<T: $number:ident>, $range:literal) => {
        impl<T: $number> $name<(), T> {
            #[doc = concat!("Adds `value`", $range, ".")]
            #[inline]
            pub fn add(&self, value: T) {
                self.core.add(value, || 0);
            }

            /// Adds one.
            #[inline]
            pub fn inc(&self) {
                self.add(T::ONE);
            }
        }

        impl<L: LabelSet, T: $number> $name<L, T> {
            #[doc = concat!("Adds `value`", $range, " to the series of `labels`.")]
            #[inline]
            pub fn add(&self, value: T, labels: L) {
                self.core.add(value, || index_of(&labels));
            }

            /// Adds one to the series of `labels`.
            #[inline]
            pub fn inc(&self, labels: L) {
                self.add(T::ONE, labels);
            }

            /// Adds many values, each to the series of its labels.
            #[inline]
            pub fn add_batch(&self, batch: impl IntoIterator<Item = (T, L)>) {
                if self.core.is_on() {
                    batch
                        .into_iter()
                        .for_each(|(value, labels)| self.add(value, labels));
                }
            }
        }
    };
}

/// Implements `observe` of an instrument that holds a `$value`. `$source` says what its callback gives, where that needs
/// to be said.
macro_rules! observe {
    ($name:ident<T: $number:ident>, $value:literal $(, $source:literal)?) => {
        impl<T: $number> $name<(), T> {
            #[doc = concat!("Has the ", $value, " asked for whenever metrics are read.")]
            ///
            $(#[doc = $source]
            #[doc = ""])?
            /// `callback` runs on a thread of its own until the [`Observation`](crate::metrics::Observation) is dropped. A
            /// value of a callback that panics or hangs is missing, and counted in `hyperion.measurements.dropped`.
            pub fn observe(
                &self,
                callback: impl Fn() -> T + Send + Sync + 'static,
            ) -> $crate::metrics::Observation {
                self.core.observe(0, callback)
            }
        }

        impl<L: LabelSet, T: $number> $name<L, T> {
            #[doc = concat!("Has the ", $value, " of `labels` asked for whenever metrics are read.")]
            ///
            $(#[doc = $source]
            #[doc = ""])?
            /// `callback` runs on a thread of its own until the [`Observation`](crate::metrics::Observation) is dropped. A
            /// value of a callback that panics or hangs is missing, and counted in `hyperion.measurements.dropped`.
            pub fn observe(
                &self,
                labels: L,
                callback: impl Fn() -> T + Send + Sync + 'static,
            ) -> $crate::metrics::Observation {
                self.core.observe(index_of(&labels), callback)
            }
        }
    };
}

pub(super) use {declared, observe, sum};

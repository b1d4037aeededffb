//! Methods that several instruments have alike.

/// Implements the way in which an expansion makes an instrument, and a person sees it.
macro_rules! instrument {
    ($name:ident<L $(, $type:ident)?>) => {
        impl<L $(, $type)?> $name<L $(, $type)?> {
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

        impl<L $(, $type)?> std::fmt::Debug for $name<L $(, $type)?> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.core.fmt_as(stringify!($name), f)
            }
        }
    };
}

/// The items of `Instrument`, in an implementation that is written out: the compiler shows it to users.
macro_rules! instrument_items {
    ($kind:expr) => {
        const KIND: InstrumentKind = $kind;
        const LABELS: $crate::metrics::Labels = L::LABELS;

        fn instance(&self) -> $crate::metrics::Instance {
            self.core.instance()
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

pub(super) use {instrument, instrument_items, observe};

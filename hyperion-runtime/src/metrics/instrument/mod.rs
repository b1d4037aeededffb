//! Instruments, and the structs that have them as fields.

mod core;
mod gauge;
mod histogram;
mod methods;
mod number;
mod sums;

use super::declare::{Group, Instance};

pub use self::core::Observation;
pub(crate) use self::core::register;
pub use gauge::Gauge;
pub use histogram::{Histogram, Timer};
pub use number::{CounterNumber, Number, SignedNumber};
pub use sums::{Counter, UpDownCounter};

/// A struct of instruments. The derive macro of the same name implements it, and adds `new` to the struct.
///
/// ```
/// use hyperion::{Counter, Metrics};
///
/// #[derive(Metrics)]
/// #[metrics(prefix = "shop")]
/// struct ShopMetrics {
///     /// Orders taken.
///     #[counter(unit = "{order}")]
///     orders: Counter,
/// }
///
/// static METRICS: ShopMetrics = ShopMetrics::new();
///
/// assert_eq!(ShopMetrics::SERIES, 1);
/// METRICS.orders.inc();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of metrics",
    label = "does not derive `Metrics`"
)]
pub trait Metrics: Sized {
    /// The most series that all its metrics together have, in all its instances.
    const SERIES: usize;

    /// The metrics that it declares.
    #[doc(hidden)]
    const GROUP: &'static Group;

    /// A struct without instance labels, for one that it is flattened in. Through the trait a type that is none is one
    /// mistake and not two.
    #[doc(hidden)]
    const FLATTENED: Self;

    /// The values of its instance labels.
    #[doc(hidden)]
    fn instance(&self) -> Instance;

    /// Has its metrics exported before any of them is touched: those under `zero` appear with every series at zero, as soon
    /// as telemetry is installed, be that earlier or later than this call.
    ///
    /// Without it a struct appears with the first measurement of any of its instruments.
    fn register(&self) {
        register(Self::GROUP, self.instance());
    }
}

//! Native instruments, their storage and its snapshot.

#[cfg(feature = "otel")]
mod baseline;
mod bounded;
pub mod bounds;
pub mod budget;
#[cfg(feature = "otel")]
mod cells;
#[cfg(feature = "otel")]
pub(crate) mod collect;
mod counter;
pub(crate) mod declaration;
mod declared;
#[cfg(feature = "otel")]
mod exemplar;
#[cfg(feature = "otel")]
pub(crate) mod exemplars;
#[cfg(feature = "otel")]
mod families;
mod gauge;
#[cfg(feature = "otel")]
mod gauge_cells;
mod histogram;
#[cfg_attr(not(feature = "otel"), path = "instrument_disabled.rs")]
mod instrument;
pub(crate) mod label;
pub mod label_set;
#[cfg(feature = "otel")]
mod layout;
#[cfg(feature = "otel")]
pub(crate) mod live;
mod number;
#[cfg(feature = "otel")]
mod observed;
#[cfg(feature = "otel")]
mod points;
#[cfg(feature = "otel")]
pub(crate) mod registry;
#[cfg(feature = "otel")]
pub(crate) mod series;
#[cfg(feature = "otel")]
mod shard;
#[cfg(feature = "otel")]
pub mod snapshot;
#[cfg(all(test, feature = "otel"))]
mod tests;
#[cfg_attr(not(feature = "otel"), path = "texts_disabled.rs")]
mod texts;
#[cfg(feature = "otel")]
mod totals;
mod up_down_counter;

use instrument::register;

pub use bounded::Bounded;
pub use counter::Counter;
pub use declaration::{Declaration, Group, Instance, Instrument, Kind, Labels, NumberType};
pub use declared::Metrics;
pub use gauge::Gauge;
pub use histogram::{Histogram, Timer};
pub use instrument::Observation;
pub use label::Label;
pub use label_set::LabelSet;
pub use number::{CounterNumber, Number, SignedNumber};
pub use texts::Texts;
pub use up_down_counter::UpDownCounter;

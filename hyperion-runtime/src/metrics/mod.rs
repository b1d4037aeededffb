//! Native instruments: as they are declared, as a program uses them, and, with `otel`, their storage and its snapshot.

mod declare;
#[cfg(feature = "otel")]
pub(crate) mod exemplars;
mod instrument;
#[cfg(feature = "otel")]
pub mod snapshot;
#[cfg(feature = "otel")]
pub(crate) mod store;
#[cfg(all(test, feature = "otel"))]
mod tests;

pub(crate) use declare::OTHER;
pub use declare::{
    Bounded, Declaration, Group, Instance, Instrument, InstrumentKind, Label, LabelSet, Labels,
    NumberType, Texts, bounds, budget, label_set,
};
pub use instrument::{
    Counter, CounterNumber, Gauge, Histogram, Metrics, Number, Observation, SignedNumber, Timer,
    UpDownCounter,
};

//! The numbers that instruments count, from the first measurement on.

mod buckets;
mod callbacks;
mod cells;
mod definition;
mod directory;
mod dropped;
mod gauge_cells;
mod layout;
mod registry;
mod series;
mod series_store;
pub(super) mod shard;

pub use callbacks::Observation;
pub(crate) use callbacks::{CallbackValue, ask};
pub(crate) use cells::NumberCell;
pub use definition::LabelPair;
pub(crate) use definition::{Definition, label};
pub(crate) use directory::{Entry, Page};
pub(crate) use registry::registry;
pub(crate) use series::Series;
pub(crate) use series_store::SeriesStore;
pub(crate) use shard::pages;

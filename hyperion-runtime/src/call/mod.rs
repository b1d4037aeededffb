//! One observed call, from its entry to its outcome.
//!
//! The expansion of `#[observe]` names only what this module exports. Built without `otel` the same names stand for
//! nothing at all, and an observed function is the plain function.

mod error_type;
mod field;
mod level;
mod meta;
mod outcome;
mod record_mode;

#[cfg(feature = "otel")]
mod enabled;
#[cfg(feature = "otel")]
pub use enabled::{Call, Callsite, Fields, Observed, fields, observe_future};

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(not(feature = "otel"))]
pub use disabled::{Call, Callsite, Fields, fields, observe_future};

pub use error_type::ErrorType;
pub use field::{Field, FieldValue};
pub use level::Level;
pub use meta::{CallsiteMeta, SpanKind, path_of};
pub use outcome::{Detail, ErrorRef, Outcome, Probe, Probed, call_once, returned};
pub use record_mode::Record;

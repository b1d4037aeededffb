//! One observed call, from its entry to its outcome.
//!
//! The expansion of `#[observe]` names only what this module exports. Built without `otel` the same names stand for
//! nothing at all, and an observed function is the plain function.

mod field;
mod meta;
mod outcome;

#[cfg(feature = "otel")]
pub(crate) mod enabled;
#[cfg(feature = "otel")]
pub use enabled::{Call, Callsite, Fields, Observed, fields, observe_future};

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(not(feature = "otel"))]
pub use disabled::{Call, Callsite, Fields, fields, observe_future};

pub use field::{Field, FieldValue};
pub use meta::{CallsiteMeta, SpanKind, path_of};
pub use outcome::{
    Detail, ErrorRef, Outcome, Probe, ProbeAny, ProbeDisplay, ProbeError, ProbeOpaque, call_once,
    returned,
};

//! One observed call, from its entry to its outcome.
//!
//! The expansion of `#[observe]` names only what this module exports. Built without `otel` the same names stand for
//! nothing at all, and an observed function is the plain function.

mod error_type;
mod labels;
mod meta;
mod outcome;

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
pub(crate) mod enabled;
#[cfg(feature = "otel")]
mod once_ref;

#[cfg(not(feature = "otel"))]
pub use disabled::*;
#[cfg(feature = "otel")]
pub use enabled::*;

pub use crate::field::{
    Field, FieldArray, FieldElement, FieldValue, debug_value, display_value, text_value,
};
pub use crate::interceptor::Only;
pub use crate::level::Level;
pub use crate::metrics::Label;
pub use crate::span_kind::SpanKind;
pub use error_type::ErrorType;
pub use labels::{Chosen, LabelTypes, labels};
pub use meta::{CallsiteMeta, Details, Parts, Record, buckets, path_of};
pub use outcome::{
    Detail, ErrorCondition, ErrorRef, Outcome, Probe, Probed, answer, asks, call_once, holds,
    returned,
};

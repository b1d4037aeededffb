//! One observed call, from its entry to its outcome.
//!
//! The expansion of `#[observe]` names only what this module exports. Built without `otel` the same names stand for
//! nothing at all, and an observed function is the plain function.

mod error_type;
mod labels;
mod meta;
mod outcome;
mod record_mode;

#[cfg_attr(feature = "otel", path = "enabled/mod.rs")]
#[cfg_attr(not(feature = "otel"), path = "disabled.rs")]
pub(crate) mod observed;

pub use crate::field::{Field, FieldValue};
pub use crate::interceptor::Only;
pub use crate::level::Level;
pub use crate::metrics::Label;
pub use crate::span_kind::SpanKind;
pub use error_type::ErrorType;
pub use labels::{Chosen, LabelTypes, labels};
pub use meta::{CallsiteMeta, Details, Parts, buckets, path_of};
pub use observed::*;
pub use outcome::{Detail, ErrorRef, Outcome, Probe, Probed, asks, call_once, holds, returned};
pub use record_mode::Record;

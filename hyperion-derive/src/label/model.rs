//! What `#[derive(Label)]` can be: only what can be expanded.

use crate::name::Name;
use crate::target::Variant;

/// One value of the label, at its place among the others.
pub(super) struct Value {
    pub(super) variant: Variant,
    pub(super) name: Name,
}

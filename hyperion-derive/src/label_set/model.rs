//! What `#[derive(LabelSet)]` can be: only what can be expanded.

use syn::{Ident, Type};

use crate::name::Name;

/// One label of the set, at its place among the others.
pub(super) struct Label {
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) key: Name,
}

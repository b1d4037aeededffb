//! What `#[derive(Label)]` can be: only what can be expanded.

use syn::{Member, Type};

use crate::name::Name;
use crate::target::Variant;

/// Where the values come from.
pub(super) enum Values {
    /// They are the variants of an enum.
    Variants(Vec<Value>),
    /// They are texts that the program meets, in the one field of a struct.
    Texts(Box<Texts>),
}

/// The field that is a `Bounded<N>`.
pub(super) struct Texts {
    pub(super) member: Member,
    pub(super) ty: Type,
}

/// One value of the label, at its place among the others.
pub(super) struct Value {
    pub(super) variant: Variant,
    pub(super) name: Name,
}

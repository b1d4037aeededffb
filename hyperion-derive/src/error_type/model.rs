//! The model of `#[derive(ErrorType)]`: only what can be expanded.

use syn::{Fields, Member, Type};

use crate::name::Name;
use crate::target::{Variant, derived};

/// The cases of the error.
pub(super) enum Cases {
    Struct(Answer),
    /// The variants, which may be none.
    Enum(Vec<(Variant, Answer)>),
}

/// The answer of one case.
pub(super) enum Answer {
    Name(Name),
    Inner(Box<Inner>),
}

/// The field that is asked in its place.
pub(super) struct Inner {
    pub(super) member: Member,
    pub(super) ty: Type,
}

impl Cases {
    /// Every field that is asked.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Inner> {
        let (one, many) = match self {
            Self::Struct(answer) => (Some(answer), [].as_slice()),
            Self::Enum(variants) => (None, variants.as_slice()),
        };
        let answers = one.into_iter().chain(many.iter().map(|(_, answer)| answer));
        answers.filter_map(|answer| match answer {
            Answer::Inner(inner) => Some(&**inner),
            Answer::Name(_) => None,
        })
    }
}

impl Inner {
    /// Every field, as one that could be asked, with what the user wrote.
    pub(super) fn candidates(fields: &Fields) -> impl Iterator<Item = (&syn::Field, Box<Self>)> {
        fields.iter().zip(fields.members()).map(|(field, member)| {
            let member = match member {
                Member::Named(name) => Member::Named(derived(&name)),
                unnamed @ Member::Unnamed(_) => unnamed,
            };
            let ty = field.ty.clone();
            (field, Box::new(Self { member, ty }))
        })
    }
}

//! The fields that have to implement the trait for the type to implement it.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{VisitMut, visit_macro_mut, visit_path_mut};
use syn::{GenericParam, Ident, Macro, Path, Type};

use super::model::Cases;
use crate::target::{Target, site};

/// `Field: ErrorType` for the fields whose type depends on a type parameter.
///
/// Of the others the compiler knows whether they implement it, and says so at the field. A type that leads back to the
/// one under the derive gets no bound: it would be true only if it were true.
pub(super) fn bounds(target: &Target, cases: &Cases) -> Vec<TokenStream> {
    let private = &target.private;
    let mut seen = BTreeSet::new();
    cases
        .inner()
        .map(|inner| &inner.ty)
        .filter(|ty| depends(target, ty) && seen.insert(ty.to_token_stream().to_string()))
        .map(|ty| quote_spanned!(site()=> #ty: #private::ErrorType))
        .collect()
}

fn depends(target: &Target, ty: &Type) -> bool {
    let parameters = target.generics.params.iter();
    let mut mentions = Mentions {
        parameters: parameters
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                _ => None,
            })
            .collect(),
        own: &target.ident,
        parameter: false,
        itself: false,
    };
    mentions.visit_type_mut(&mut ty.clone());
    mentions.parameter && !mentions.itself
}

/// The mentions of parameters, and of the type itself, in the type of a field.
struct Mentions<'a> {
    parameters: Vec<&'a Ident>,
    own: &'a Ident,
    parameter: bool,
    itself: bool,
}

impl Mentions<'_> {
    fn is_parameter(&self, name: &Ident) -> bool {
        self.parameters.contains(&name)
    }

    fn is_parameter_among(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => self.is_parameter(&name),
            TokenTree::Group(group) => self.is_parameter_among(group.stream()),
            _ => false,
        })
    }
}

impl VisitMut for Mentions<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            self.parameter |= self.is_parameter(&first.ident);
            let alone = path.segments.len() == 1;
            self.itself |= first.ident == "Self" || (alone && first.ident == *self.own);
        }
        visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        // What it makes of its tokens is not known here.
        self.parameter |= self.is_parameter_among(call.tokens.clone());
        visit_macro_mut(self, call);
    }
}

//! Prepares parameters to be bound again where the body is, so that they are dropped there as they would have been.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{VisitMut, visit_pat_ident_mut};
use syn::{
    FnArg, Ident, Macro, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Token, Type,
};

use super::attributes;
use super::model::{Binding, Parameter, Parameters};

/// Gives every parameter in the signature one plain name, and tells what the body has to bind it to.
pub(super) fn rebind(signature: &mut Signature) -> Parameters {
    let mut parameters = Parameters {
        owned_receiver: None,
        rebound: Vec::new(),
    };
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => parameters.owned_receiver = owned(receiver),
            FnArg::Typed(typed) => parameters.rebound.push(parameter(index, typed)),
        }
    }
    parameters
}

/// The variables that the parameters bind, and whether they are references by their form.
pub(super) fn variables(signature: &Signature) -> Vec<(Ident, bool)> {
    let mut variables = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let is_reference = owned(receiver).is_none();
                variables.push((receiver.self_token.into(), is_reference));
            }
            FnArg::Typed(PatType { pat, ty, .. }) => {
                let is_reference = matches!((&**pat, &**ty), (Pat::Ident(_), Type::Reference(_)));
                variables.extend(bound_by(pat).into_iter().map(|name| (name, is_reference)));
            }
        }
    }
    variables
}

/// The variables that a pattern binds.
pub(super) fn bound_by(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);

    impl VisitMut for Names {
        fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
            self.0.push(pattern.ident.clone());
            visit_pat_ident_mut(self, pattern);
        }
    }

    let mut names = Names(Vec::new());
    names.visit_pat_mut(&mut pattern.clone());
    names.0
}

fn owned(receiver: &Receiver) -> Option<Token![self]> {
    match receiver.kind {
        ReceiverKind::Reference(..) => None,
        _ => Some(receiver.self_token),
    }
}

fn parameter(index: usize, typed: &mut PatType) -> Parameter {
    let conditions = typed
        .attrs
        .iter()
        .filter(|attribute| attributes::is_condition(attribute))
        .cloned()
        .collect();
    let (lints, others) = typed.attrs.drain(..).partition(attributes::is_lint);
    typed.attrs = others;

    let span = typed.pat.span();
    let (outer, binding) = match &*typed.pat {
        Pat::Ident(PatIdent {
            by_ref: None,
            subpat: None,
            mutability,
            ident,
            ..
        }) => named(index, *mutability, ident),
        Pat::Wild(_) => (numbered(index, span), Binding::Ignored),
        pattern => (
            numbered(index, span),
            Binding::Pattern(mutable(pattern), Box::new(pattern.clone())),
        ),
    };
    let plain = PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: outer.clone(),
        subpat: None,
    };
    *typed.pat = Pat::Ident(plain);
    Parameter {
        conditions,
        lints,
        outer,
        is_reference: matches!(*typed.ty, Type::Reference(_)),
        binding,
    }
}

/// Takes the user's own name into the signature, so that macros below ours still find it.
///
/// A name with an underscore gets the macro's hygiene there: binding it again is a use, and a use of such a name in the
/// user's own code is what a lint looks for. With two underscores it could then be one of the macro's names.
fn named(index: usize, mutability: Option<Token![mut]>, ident: &Ident) -> (Ident, Binding) {
    let name = ident.unraw().to_string();
    if !name.starts_with('_') {
        return (ident.clone(), Binding::Name(mutability, ident.clone()));
    }
    let outer = if name.starts_with("__") {
        numbered(index, ident.span())
    } else {
        Ident::new(&name, Span::mixed_site().located_at(ident.span()))
    };
    (outer, Binding::Unused(mutability, ident.clone()))
}

/// `mut` for a variable from which the pattern borrows mutably, or a macro in it might.
///
/// The compiler does not warn about one too many, since it is not the user's.
fn mutable(pattern: &Pat) -> Option<Token![mut]> {
    struct Borrows(bool);

    impl VisitMut for Borrows {
        fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
            self.0 |= pattern.by_ref.is_some() && pattern.mutability.is_some();
            visit_pat_ident_mut(self, pattern);
        }

        fn visit_macro_mut(&mut self, _: &mut Macro) {
            self.0 = true;
        }
    }

    let mut borrows = Borrows(false);
    borrows.visit_pat_mut(&mut pattern.clone());
    borrows.0.then(|| Token![mut](Span::mixed_site()))
}

fn numbered(index: usize, span: Span) -> Ident {
    Ident::new(
        &format!("__arg{index}"),
        Span::mixed_site().located_at(span),
    )
}

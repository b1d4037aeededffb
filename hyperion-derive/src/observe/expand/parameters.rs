//! Binds the parameters again, where the body is.
//!
//! All of them are bound and in their order, whether the body mentions them or not: they are dropped as the function
//! itself would have dropped them, and the compiler warns about one that is not used as it would have.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{CallExpansion, site};
use crate::observe::model::{Binding, Parameter, Parameters};
use crate::observe::parameters::bound_by;

impl CallExpansion<'_> {
    /// The code before the body: the parameters, and the fields, which may be about any of them.
    ///
    /// A future holds its parameters in any case. Fields that borrow them there, before they are bound again, do not
    /// make it hold what was bound as well.
    pub(super) fn prologue(
        &self,
        parameters: &Parameters,
        fields: Option<&TokenStream>,
    ) -> TokenStream {
        let rebound = rebind(parameters);
        let Parameters { rebound: all, .. } = parameters;
        let used = all.iter().filter_map(|parameter| self.use_of(parameter));
        if all.iter().all(is_named_in_the_signature) {
            quote_spanned!(site()=> #fields #rebound #(#used)*)
        } else {
            quote_spanned!(site()=> #rebound #fields #(#used)*)
        }
    }

    /// Keeps the compiler from warning about a parameter that only an argument of the attribute is about.
    fn use_of(&self, parameter: &Parameter) -> Option<TokenStream> {
        let mut names = match &parameter.binding {
            Binding::Name(_, name) => vec![name.clone()],
            Binding::Pattern(_, pattern) => bound_by(pattern),
            Binding::Unused(..) | Binding::Ignored => return None,
        };
        names.retain(|name| self.mentions(name));
        let conditions = &parameter.conditions;
        (!names.is_empty()).then(|| {
            let uses = names
                .iter()
                .map(|name| quote_spanned!(site()=> #(#conditions)* let _ = #name;));
            uses.collect()
        })
    }
}

/// Returns true if the fields can name the parameter before it is bound again.
fn is_named_in_the_signature(parameter: &Parameter) -> bool {
    matches!(parameter.binding, Binding::Name(..) | Binding::Ignored)
}

fn rebind(parameters: &Parameters) -> TokenStream {
    // A borrow of the whole makes the closure take the whole, not only the fields that the body mentions.
    let receiver = parameters
        .owned_receiver
        .map(|receiver| quote_spanned!(site()=> let _ = &#receiver;));
    let rebound = parameters.rebound.iter().map(parameter);
    quote_spanned!(site()=> #receiver #(#rebound)*)
}

fn parameter(
    Parameter {
        conditions,
        lints,
        outer,
        binding,
        ..
    }: &Parameter,
) -> TokenStream {
    match binding {
        Binding::Name(mutable, name) => {
            quote_spanned!(site()=> #(#conditions)* #(#lints)* let #mutable #name = #outer;)
        }
        Binding::Unused(mutable, name) => {
            quote_spanned!(site()=> #(#conditions)* #(#lints)* let (#mutable #name,) = (#outer,);)
        }
        Binding::Ignored => quote_spanned!(site()=> #(#conditions)* let #outer = #outer;),
        // What the pattern leaves where it is belongs to a variable of its own, as it would in a signature.
        Binding::Pattern(mutable, pattern) => quote_spanned! {site()=>
            #(#conditions)* let #mutable #outer = #outer;
            #(#conditions)* #(#lints)* let #pattern = #outer;
        },
    }
}

//! Binds the parameters again, where the body is.
//!
//! All of them are bound and in their order, whether the body mentions them or not: they are
//! dropped as the function itself would have dropped them, and the compiler warns about one that is
//! not used as it would have.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::site;
use crate::observe::model::{Binding, Parameter, Parameters};

pub(super) fn rebind(parameters: &Parameters) -> TokenStream {
    // A borrow of the whole makes the closure take the whole, not only the fields that the body
    // mentions.
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
        // What the pattern leaves where it is belongs to a variable of its own, as it would in a
        // signature.
        Binding::Pattern(pattern) => quote_spanned! {site()=>
            #(#conditions)* let #outer = #outer;
            #(#conditions)* #(#lints)* let #pattern = #outer;
        },
    }
}

//! `#[derive(LabelSet)]`: parse, model, expand.

mod expand;
mod model;
mod parse;
#[cfg(test)]
mod snapshots;

use proc_macro2::TokenStream;
use quote::quote;

/// Expands one derive; on a mistake it implements the trait all the same, so that nothing else is reported about it.
pub(crate) fn label_set(item: TokenStream) -> TokenStream {
    let input = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (target, labels) = parse::parse(input);
    match labels {
        Ok(labels) => expand::expand(&target, &labels),
        Err(error) => {
            let errors = error.into_compile_error();
            let fallback = expand::fallback(&target);
            quote!(#errors #fallback)
        }
    }
}

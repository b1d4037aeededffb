//! `#[observe]`: parse, model, expand.

mod arguments;
mod attributes;
mod expand;
mod fields;
mod item;
#[cfg(test)]
pub(crate) mod malformed;
mod model;
mod output;
mod parameters;
#[cfg(test)]
mod snapshots;

use proc_macro2::TokenStream;
use quote::quote;

use self::model::Observe;
use crate::errors::Errors;

/// Expands one attribute; on a mistake it leaves the item as it was, so that nothing else is
/// reported about it.
pub(crate) fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let unchanged = item.clone();
    match parse(arguments, item) {
        Ok(observe) => expand::expand(&observe),
        Err(error) => {
            let errors = error.into_compile_error();
            quote!(#errors #unchanged)
        }
    }
}

fn parse(arguments: TokenStream, item: TokenStream) -> syn::Result<Observe> {
    let mut errors = Errors::default();
    let arguments = arguments::parse(arguments, &mut errors);
    let function = item::parse(item, &mut errors);
    match function {
        Some(function) => errors.finish(Observe {
            arguments,
            function,
        }),
        // A function is only missing after a mistake, and this is what a mistake in its parser
        // would look like.
        None => Err(errors.finish(()).err().unwrap_or_else(item::not_a_function)),
    }
}

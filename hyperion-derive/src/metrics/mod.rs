//! `#[derive(Metrics)]`: parse, model, expand.

mod attributes;
mod expand;
mod field;
mod help;
mod metric_name;
mod model;
mod parse;
#[cfg(test)]
mod snapshots;
mod unit;

use proc_macro2::TokenStream;

/// Expands one derive; on a mistake there are `new` and the trait all the same, so that nothing else is reported about it.
pub(crate) fn metrics(item: TokenStream) -> TokenStream {
    let input = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (target, frame, fields) = parse::parse(input);
    match fields {
        Ok(fields) => expand::expand(&target, &frame, &fields),
        Err(error) => expand::fallback(&target, &frame, &error.into_compile_error()),
    }
}

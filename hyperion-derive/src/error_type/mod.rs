//! `#[derive(ErrorType)]`: parse, model, expand.

mod bounds;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod snapshots;

use proc_macro2::TokenStream;

use crate::target::derive;

/// Expands one derive.
pub(crate) fn error_type(item: TokenStream) -> TokenStream {
    derive(item, parse::parse, expand::expand, expand::fallback)
}

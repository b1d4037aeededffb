//! `#[derive(Field)]`: parse, model, expand.

mod expand;
mod parse;
#[cfg(test)]
mod snapshots;

use proc_macro2::TokenStream;

use crate::target::derive;

/// Expands one derive.
pub(crate) fn field(item: TokenStream) -> TokenStream {
    derive(item, parse::parse, expand::expand, expand::fallback)
}

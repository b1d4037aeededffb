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

use crate::target::derive;

/// Expands one derive.
pub(crate) fn metrics(item: TokenStream) -> TokenStream {
    derive(
        item,
        parse::parse,
        |frame, fields| expand::expand(frame, fields),
        expand::fallback,
    )
}

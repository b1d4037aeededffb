//! The procedural macros of `hyperion-observe`.
//!
//! Nothing here is meant to be used directly: the macros are re-exported, documented and tested by
//! the crate `hyperion`, and the code they write calls into it.

mod errors;
mod observe;
mod suggest;

use proc_macro::TokenStream;

/// Observes every call of a function: a span, a duration and an outcome.
///
/// The reference is at the re-export, `hyperion::observe`.
#[proc_macro_attribute]
pub fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    observe::observe(arguments.into(), &item.into()).into()
}

/// Opens a span by hand, around any piece of code.
///
/// The reference is at the re-export, `hyperion::span`.
#[proc_macro]
pub fn span(arguments: TokenStream) -> TokenStream {
    observe::span(arguments.into()).into()
}

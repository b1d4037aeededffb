//! The attribute of the plain twins in the corpus.

use proc_macro::TokenStream;

/// Leaves the item as it is, whatever the arguments say: what `#[observe]` is compared with.
#[proc_macro_attribute]
pub fn plain(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}

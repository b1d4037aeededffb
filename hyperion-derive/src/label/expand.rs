//! Writes the implementation. It cannot fail.

use proc_macro2::{Literal, TokenStream};
use quote::quote_spanned;

use super::model::Value;
use crate::target::{Target, site, text};

/// ```text
/// impl Label for Tier {
///     const CARDINALITY: usize = 2;
///     fn index(&self) -> usize {
///         match self { Self::Free => 0, Self::Paid => 1 }
///     }
///     fn value(index: usize) -> &'static str {
///         match index { 0 => "free", 1 => "paid", _ => "_OTHER" }
///     }
/// }
/// ```
///
/// The index is the place of the variant, whatever its discriminant is.
pub(super) fn expand(target: &Target, values: &[Value]) -> TokenStream {
    let indices = || (0..values.len()).map(Literal::usize_unsuffixed);
    let index = indices();
    let patterns = values.iter().map(|value| value.variant.pattern());
    let position = quote_spanned!(site()=> match self { #(#patterns => #index,)* });
    let index = indices();
    let names = values.iter().map(|value| value.name.literal());
    let value = quote_spanned!(site()=> match __index { #(#index => #names,)* _ => "_OTHER", });
    implement(target, values.len(), &position, &value)
}

/// The trait, for a type with mistakes.
pub(super) fn fallback(target: &Target) -> TokenStream {
    let position = quote_spanned!(site()=> 0);
    let value = quote_spanned!(site()=> "");
    implement(target, 1, &position, &value)
}

fn implement(
    target: &Target,
    cardinality: usize,
    position: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let text = text();
    let cardinality = Literal::usize_unsuffixed(cardinality);
    let size = quote_spanned!(site()=> ::core::primitive::usize);
    let items = quote_spanned! {site()=>
        const CARDINALITY: #size = #cardinality;
        #[inline]
        fn index(&self) -> #size { #position }
        #[inline]
        fn value(__index: #size) -> #text { #value }
    };
    target.implement("Label", &[], &items)
}

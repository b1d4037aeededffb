//! Writes the implementation. It cannot fail.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::LabelField;
use crate::target::{Target, site, text};

/// ```text
/// impl LabelSet for Lookup {
///     const CARDINALITY: usize = label_set::product(Self::FACTORS);
///     const KEYS: &'static [&'static str] = &["tier", "cache.hit"];
///     const FACTORS: &'static [usize] = &[<Tier as Label>::CARDINALITY, <bool as Label>::CARDINALITY];
///     const KNOWN: bool = <Tier as Label>::KNOWN && <bool as Label>::KNOWN;
///     fn index(&self) -> usize {
///         let index = <Tier as Label>::index(&self.tier);
///         let index = label_set::and(0, <Tier as Label>::CARDINALITY, index);
///         ..
///     }
///     fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
///         label_set::give_values(index, &[(<Tier as Label>::CARDINALITY, <Tier as Label>::value), ..], give);
///     }
/// }
/// const _: () = budget::label("tier", <Tier as Label>::CARDINALITY);
/// ```
pub(super) fn expand(target: &Target, labels: &[LabelField]) -> TokenStream {
    let private = &target.private;
    let cardinalities: Vec<TokenStream> = labels
        .iter()
        .map(|LabelField { ty, .. }| quote_spanned!(site()=> <#ty as #private::Label>::CARDINALITY))
        .collect();
    let keys = labels.iter().map(|label| label.key.literal());
    let known = labels
        .iter()
        .map(|LabelField { ty, .. }| quote_spanned!(site()=> <#ty as #private::Label>::KNOWN));
    let indices = labels
        .iter()
        .zip(&cardinalities)
        .map(|(label, cardinality)| {
            let LabelField { field, ty, .. } = label;
            quote_spanned! {site()=>
                let __place = <#ty as #private::Label>::index(&self.#field);
                let __index = #private::label_set::and(__index, #cardinality, __place);
            }
        });
    let values = labels.iter().zip(&cardinalities).map(|(LabelField { ty, .. }, cardinality)| {
        quote_spanned!(site()=> (#cardinality, <#ty as #private::Label>::value))
    });
    let implementation = implement(
        target,
        &LabelSetItems {
            keys: quote_spanned!(site()=> &[#(#keys),*]),
            factors: quote_spanned!(site()=> &[#(#cardinalities),*]),
            known: quote_spanned!(site()=> #(#known)&&*),
            index: quote_spanned!(site()=> let __index = 0; #(#indices)* __index),
            values: quote_spanned! {site()=>
                #private::label_set::give_values(__index, &[#(#values),*], __give);
            },
        },
    );
    let checks = labels
        .iter()
        .zip(&cardinalities)
        .map(|(label, cardinality)| {
            let key = label.key.literal();
            let arguments = quote_spanned!(site()=> #key, #cardinality);
            let check = target.call_at(label.ty.span(), "budget::label", &arguments);
            quote_spanned!(site()=> const _: () = #check;)
        });
    quote_spanned!(site()=> #implementation #(#checks)*)
}

/// The mistakes, and the trait in spite of them.
pub(super) fn fallback(target: &Target, errors: &TokenStream) -> TokenStream {
    let implementation = implement(
        target,
        &LabelSetItems {
            keys: quote_spanned!(site()=> &[]),
            factors: quote_spanned!(site()=> &[]),
            known: quote_spanned!(site()=> true),
            index: quote_spanned!(site()=> 0),
            values: TokenStream::new(),
        },
    );
    quote!(#errors #implementation)
}

/// The parts in which two implementations differ.
struct LabelSetItems {
    keys: TokenStream,
    factors: TokenStream,
    known: TokenStream,
    index: TokenStream,
    values: TokenStream,
}

fn implement(target: &Target, items: &LabelSetItems) -> TokenStream {
    let private = &target.private;
    let text = text();
    let size = quote_spanned!(site()=> ::core::primitive::usize);
    let LabelSetItems {
        keys,
        factors,
        known,
        index,
        values,
    } = items;
    let items = quote_spanned! {site()=>
        const CARDINALITY: #size =
            #private::label_set::product(<Self as #private::LabelSet>::FACTORS);
        const KEYS: &'static [#text] = #keys;
        const FACTORS: &'static [#size] = #factors;
        const KNOWN: ::core::primitive::bool = #known;
        #[inline]
        fn index(&self) -> #size { #index }
        fn values(__index: #size, __give: &mut dyn ::core::ops::FnMut(#text)) { #values }
    };
    target.implement("LabelSet", &[], &items)
}

//! Writes the implementation. It cannot fail.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{BoundedField, LabelValue, LabelValues};
use crate::target::{Target, site, text};

pub(super) fn expand(target: &Target, values: &LabelValues) -> TokenStream {
    match values {
        LabelValues::Variants(variants) => of_variants(target, variants),
        LabelValues::Texts(texts) => of_texts(target, texts),
    }
}

/// The mistakes, and the trait in spite of them.
pub(super) fn fallback(target: &Target, errors: &TokenStream) -> TokenStream {
    let position = quote_spanned!(site()=> 0);
    let value = quote_spanned!(site()=> "");
    let one = quote_spanned!(site()=> 1);
    let implementation = implement(target, &one, None, &position, &value);
    quote!(#errors #implementation)
}

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
fn of_variants(target: &Target, values: &[LabelValue]) -> TokenStream {
    let cardinality = Literal::usize_unsuffixed(values.len());
    let indices = || (0..values.len()).map(Literal::usize_unsuffixed);
    let index = indices();
    let patterns = values.iter().map(|value| value.variant.pattern());
    let position = quote_spanned!(site()=> match self { #(#patterns => #index,)* });
    let index = indices();
    let names = values.iter().map(|value| value.name.literal());
    let value = quote_spanned!(site()=> match __index { #(#index => #names,)* _ => "_OTHER", });
    implement(
        target,
        &quote_spanned!(site()=> #cardinality),
        None,
        &position,
        &value,
    )
}

/// ```text
/// const _: () = {
///     static __TEXTS: Texts = <Bounded<100>>::texts();
///     impl Label for Tenant {
///         const CARDINALITY: usize = <Bounded<100>>::VALUES;
///         const KNOWN: bool = false;
///         fn index(&self) -> usize { <Bounded<100>>::index(self.0) }
///         fn value(index: usize) -> &'static str { __TEXTS.value(index) }
///     }
///     impl From<&str> for Tenant {
///         fn from(text: &str) -> Self { Self { 0: <Bounded<100>>::of(&__TEXTS, text) } }
///     }
///     impl From<&String> for Tenant { .. }
/// };
/// ```
fn of_texts(target: &Target, BoundedField { member, ty }: &BoundedField) -> TokenStream {
    let Target { ident, private, .. } = target;
    let cardinality = quote_spanned!(site()=> <#ty>::VALUES);
    let known = quote_spanned!(site()=> const KNOWN: ::core::primitive::bool = false;);
    let position = quote_spanned!(site()=> <#ty>::index(self.#member));
    let value = quote_spanned!(site()=> #private::Texts::value(&__TEXTS, __index));
    let implementation = implement(target, &cardinality, Some(&known), &position, &value);
    // What the compiler finds wrong with the number is shown at the type.
    let span = site().located_at(ty.span());
    let texts = quote_spanned!(span=> <#ty>::texts());
    let text = quote_spanned!(site()=> ::core::primitive::str);
    let from = [text, quote_spanned!(site()=> ::std::string::String)].map(|text| {
        quote_spanned! {site()=>
            #[automatically_derived]
            impl ::core::convert::From<&#text> for #ident {
                #[inline]
                fn from(__text: &#text) -> Self {
                    Self { #member: <#ty>::of(&__TEXTS, __text) }
                }
            }
        }
    });
    quote_spanned! {site()=>
        const _: () = {
            static __TEXTS: #private::Texts = #texts;
            #implementation
            #(#from)*
        };
    }
}

fn implement(
    target: &Target,
    cardinality: &TokenStream,
    known: Option<&TokenStream>,
    position: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let text = text();
    let size = quote_spanned!(site()=> ::core::primitive::usize);
    let items = quote_spanned! {site()=>
        const CARDINALITY: #size = #cardinality;
        #known
        #[inline]
        fn index(&self) -> #size { #position }
        #[inline]
        fn value(__index: #size) -> #text { #value }
    };
    target.implement("Label", &[], &items)
}

//! Writes the implementation. It cannot fail.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::GenericParam;
use syn::spanned::Spanned;

use super::parse::{FieldSource, Format, InnerField};
use crate::name::Name;
use crate::target::{Target, Variant, site};

/// ```text
/// impl Field for UserId {
///     fn field_value(&self) -> Option<FieldValue<'_>> { Field::field_value(&self.0) }
/// }
/// impl Field for Tier {
///     fn field_value(&self) -> Option<FieldValue<'_>> {
///         text_value(match self { Self::Free => "free", Self::Paid => "paid" })
///     }
/// }
/// impl Field for Uuid {
///     fn field_value(&self) -> Option<FieldValue<'_>> { display_value(self) }
/// }
/// ```
pub(super) fn expand(target: &Target, source: &FieldSource) -> TokenStream {
    let private = &target.private;
    let is_generic = |parameter: &GenericParam| matches!(parameter, GenericParam::Type(_));
    let is_generic = target.generics.params.iter().any(is_generic);
    let (bound, body) = match source {
        FieldSource::Inner(inner) => {
            let InnerField { member, ty } = &**inner;
            let value = target.call_at(
                ty.span(),
                "Field::field_value",
                &quote_spanned!(site().located_at(ty.span())=> &self.#member),
            );
            (quote_spanned!(site()=> #ty: #private::Field), value)
        }
        FieldSource::Names(names) if names.is_empty() => {
            // A reference to nothing is still something to the compiler.
            (TokenStream::new(), quote_spanned!(site()=> match *self {}))
        }
        FieldSource::Names(names) => {
            let arms = arms(names);
            let text = quote_spanned!(site()=> match self { #arms });
            let value = quote_spanned!(site()=> #private::text_value(#text));
            (TokenStream::new(), value)
        }
        FieldSource::Shown(format, at) => {
            let (function, format) = match format {
                Format::Display => ("display_value", quote_spanned!(site()=> Display)),
                Format::Debug => ("debug_value", quote_spanned!(site()=> Debug)),
            };
            let value = target.call_at(*at, function, &quote_spanned!(site()=> self));
            (quote_spanned!(site()=> Self: ::core::fmt::#format), value)
        }
    };
    let bounds = if is_generic && !bound.is_empty() {
        vec![bound]
    } else {
        Vec::new()
    };
    implement(target, &bounds, &body)
}

/// One arm for each name, since a lint asks why two arms do the same.
fn arms(variants: &[(Variant, Name)]) -> TokenStream {
    let mut names: Vec<(&Name, Vec<TokenStream>)> = Vec::new();
    for (variant, name) in variants {
        let pattern = variant.pattern();
        match names.iter_mut().find(|(known, _)| known.text == name.text) {
            Some((_, patterns)) => patterns.push(pattern),
            None => names.push((name, vec![pattern])),
        }
    }
    let arms = names.iter().map(|(name, patterns)| {
        let name = name.literal();
        quote_spanned!(site()=> #(#patterns)|* => #name,)
    });
    arms.collect()
}

/// The mistakes, and the trait in spite of them.
pub(super) fn fallback(target: &Target, errors: &TokenStream) -> TokenStream {
    let implementation = implement(
        target,
        &[],
        &quote_spanned!(site()=> ::core::option::Option::None),
    );
    quote!(#errors #implementation)
}

fn implement(target: &Target, bounds: &[TokenStream], body: &TokenStream) -> TokenStream {
    let private = &target.private;
    let method = quote_spanned! {site()=>
        #[inline]
        fn field_value(&self) -> ::core::option::Option<#private::FieldValue<'_>> { #body }
    };
    target.implement("Field", bounds, &method)
}

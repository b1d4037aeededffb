//! Writes the implementation. It cannot fail.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::bounds::bounds;
use super::model::{Answer, Cases, Inner};
use crate::name::Name;
use crate::target::{Target, Variant, site, text};

/// ```text
/// impl<T> ErrorType for Failure<T> where T: ErrorType {
///     fn error_type(&self) -> &'static str {
///         match self {
///             Self::NotFound | Self::Missing { .. } => "not_found",
///             Self::Other { 0: __inner, .. } => ErrorType::error_type(&*__inner),
///         }
///     }
/// }
/// ```
pub(super) fn expand(target: &Target, cases: &Cases) -> TokenStream {
    let body = match cases {
        Cases::Struct(Answer::Name(name)) => {
            let name = name.literal();
            quote_spanned!(site()=> #name)
        }
        Cases::Struct(Answer::Inner(inner)) => {
            let member = &inner.member;
            ask(target, inner, &quote_spanned!(site()=> self.#member))
        }
        // A reference to nothing is still something to the compiler.
        Cases::Enum(variants) if variants.is_empty() => quote_spanned!(site()=> match *self {}),
        Cases::Enum(variants) => {
            let arms = arms(target, variants);
            quote_spanned!(site()=> match self { #arms })
        }
    };
    implement(target, &bounds(target, cases), &body)
}

/// The mistakes, and the trait in spite of them.
pub(super) fn fallback(target: &Target, errors: &TokenStream) -> TokenStream {
    let implementation = implement(target, &[], &quote_spanned!(site()=> ""));
    quote!(#errors #implementation)
}

fn implement(target: &Target, bounds: &[TokenStream], body: &TokenStream) -> TokenStream {
    let text = text();
    let method = quote_spanned! {site()=>
        #[inline]
        fn error_type(&self) -> #text { #body }
    };
    target.implement("ErrorType", bounds, &method)
}

/// One arm for each name, since a lint asks why two arms do the same, and one for each field that is asked.
fn arms(target: &Target, variants: &[(Variant, Answer)]) -> TokenStream {
    let mut names: Vec<(&Name, Vec<TokenStream>)> = Vec::new();
    let mut asked = Vec::new();
    for (variant, answer) in variants {
        match answer {
            Answer::Name(name) => {
                let pattern = variant.pattern();
                match names.iter_mut().find(|(known, _)| known.text == name.text) {
                    Some((_, patterns)) => patterns.push(pattern),
                    None => names.push((name, vec![pattern])),
                }
            }
            Answer::Inner(inner) => {
                let (variant, member) = (&variant.ident, &inner.member);
                let ask = ask(target, inner, &quote_spanned!(site()=> *__inner));
                asked.push(quote_spanned! {site()=>
                    Self::#variant { #member: __inner, .. } => #ask,
                });
            }
        }
    }
    let names = names.iter().map(|(name, patterns)| {
        let name = name.literal();
        quote_spanned!(site()=> #(#patterns)|* => #name,)
    });
    quote_spanned!(site()=> #(#names)* #(#asked)*)
}

/// Asks a field. That its type cannot answer is said where the type stands, from its first token to its last.
fn ask(target: &Target, inner: &Inner, field: &TokenStream) -> TokenStream {
    let private = &target.private;
    let (first, last) = ends(&inner.ty);
    let borrow = quote_spanned!(first=> &);
    let field = respanned(field, last);
    quote_spanned!(site()=> #private::ErrorType::error_type(#borrow #field))
}

fn ends(ty: &Type) -> (Span, Span) {
    let mut tokens = ty.to_token_stream().into_iter();
    let first = tokens.next();
    let last = tokens.last().or_else(|| first.clone());
    let located = |span: Option<Span>| span.map_or_else(site, |span| site().located_at(span));
    (
        located(first.map(|token| token.span())),
        located(last.map(|token| token.span())),
    )
}

fn respanned(tokens: &TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter();
    tokens
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

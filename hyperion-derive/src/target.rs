//! The type that a derive stands on.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Data, DeriveInput, Error, Fields, Generics, Ident, Path, Result};

use crate::errors::Errors;
use crate::table::Place;

/// Expands one derive of a `T`, of which `M` is the model. After a mistake `fallback` implements the trait all the
/// same, beside the errors, so that nothing else is reported about it.
pub(crate) fn derive<T, M>(
    item: TokenStream,
    parse: impl FnOnce(DeriveInput) -> (T, Result<M>),
    expand: impl FnOnce(&T, &M) -> TokenStream,
    fallback: impl FnOnce(&T, &TokenStream) -> TokenStream,
) -> TokenStream {
    let input = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (target, model) = parse(input);
    match model {
        Ok(model) => expand(&target, &model),
        Err(error) => fallback(&target, &error.into_compile_error()),
    }
}

/// A type, and what its implementation of a trait needs to know of it.
pub(crate) struct Target {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// The path under which the expansion finds what it names.
    pub(crate) private: TokenStream,
}

impl Target {
    /// `hyperion` is the path of hyperion, when it is not `::hyperion`.
    pub(crate) fn new(ident: &Ident, generics: Generics, hyperion: Option<&Path>) -> Self {
        let private = if let Some(path) = hyperion {
            quote_spanned!(site()=> #path::__private)
        } else {
            quote_spanned!(site()=> ::hyperion::__private)
        };
        Self {
            ident: derived(ident),
            generics,
            private,
        }
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::hyperion::__private::Trait for Type<T> where bounds { items }
    /// ```
    pub(crate) fn implement(
        &self,
        name: &str,
        bounds: &[TokenStream],
        items: &TokenStream,
    ) -> TokenStream {
        let Self { ident, private, .. } = self;
        let name = Ident::new(name, site());
        let (parameters, arguments, own) = self.generics.split_for_impl();
        let own = own.into_iter().flat_map(|clause| &clause.predicates);
        // A `where` with nothing after it is as good as none.
        quote_spanned! {site()=>
            #[automatically_derived]
            impl #parameters #private::#name for #ident #arguments where #(#own,)* #(#bounds,)* {
                #items
            }
        }
    }

    /// A call of the runtime's `function`. What the compiler finds wrong with it is shown at `span`.
    pub(crate) fn call_at(
        &self,
        span: Span,
        function: &str,
        arguments: &TokenStream,
    ) -> TokenStream {
        let private = self.private.clone().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        });
        let span = site().located_at(span);
        let function = function.split("::").map(|name| Ident::new(name, span));
        quote_spanned!(span=> #(#private)* #(::#function)* (#arguments))
    }
}

/// The mistake of an item that is none of those that `goes_on` names.
pub(crate) fn misplaced(data: &Data, goes_on: &str) -> Error {
    let message = format!("{goes_on}, not on {}", Place::of(data).in_words());
    Error::new(keyword(data), message)
}

/// Notes parameters, which the type cannot have, as `why` says.
pub(crate) fn not_generic(generics: &Generics, why: &str, errors: &mut Errors) {
    if !generics.params.is_empty() {
        let message = format!("{why}; remove the parameters");
        errors.push(Error::new_spanned(&generics.params, message));
    }
}

/// The word that declares the type.
fn keyword(data: &Data) -> Span {
    match data {
        Data::Enum(data) => data.enum_token.span,
        Data::Struct(data) => data.struct_token.span,
        Data::Union(data) => data.union_token.span,
    }
}

/// One variant of an enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    unit: bool,
}

impl Variant {
    pub(crate) fn new(variant: &syn::Variant) -> Self {
        Self {
            ident: derived(&variant.ident),
            unit: matches!(variant.fields, Fields::Unit),
        }
    }

    /// The pattern that matches it, whatever it holds.
    pub(crate) fn pattern(&self) -> TokenStream {
        let ident = &self.ident;
        let fields = (!self.unit).then(|| quote_spanned!(site()=> { .. }));
        quote_spanned!(site()=> Self::#ident #fields)
    }
}

/// The span of what is written here.
pub(crate) fn site() -> Span {
    Span::mixed_site()
}

/// `&'static str`, whatever is called `str` where the user is.
pub(crate) fn text() -> TokenStream {
    quote_spanned!(site()=> &'static ::core::primitive::str)
}

/// A name of the user's as a derive says it: the compiler warns of nothing that one names, such as a deprecated
/// variant.
pub(crate) fn derived(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(site().located_at(ident.span()));
    ident
}

//! The one `static` of an observed function.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::{Expansion, site};
use crate::observe::model::{Kind, Shape};

impl Expansion<'_> {
    /// `let __call = …;`: the call begins.
    pub(super) fn enter(&self) -> TokenStream {
        let private = &self.private;
        let changes = self.has_fields() || !matches!(self.observe.function.shape, Shape::Guard);
        let mutable = changes.then(|| quote_spanned!(site()=> mut));
        let callsite = self.callsite();
        quote_spanned!(site()=> let #mutable __call = #private::Callsite::enter(#callsite);)
    }

    /// The call site, in a block of its own, so that the user's body does not see the items.
    pub(super) fn callsite(&self) -> TokenStream {
        let items = self.items();
        quote_spanned!(site()=> { #items &CALLSITE })
    }

    /// A closure that gives the call site.
    pub(super) fn callsite_closure(&self) -> TokenStream {
        let private = &self.private;
        let items = self.items();
        quote_spanned!(site()=> { #items || -> &'static #private::Callsite { &CALLSITE } })
    }

    fn items(&self) -> TokenStream {
        let private = &self.private;
        let function = &self.observe.function.signature.ident;
        let name = option(self.observe.arguments.name.as_ref());
        let component = option(self.observe.arguments.component.as_ref());
        let method = LitStr::new(&function.unraw().to_string(), site());
        let kind = kind(self.observe.arguments.kind);
        // These say where the invocation that is not from a macro is, so that every token of theirs
        // has to be the user's to name the function and not the attribute.
        let file = quote_spanned!(function.span()=> ::core::file!());
        let line = quote_spanned!(function.span()=> ::core::line!());
        quote_spanned! {site()=>
            fn path() {}
            static CALLSITE: #private::Callsite = #private::Callsite::new(&#private::CallsiteMeta {
                name: #name,
                component: #component,
                method: #method,
                kind: #private::SpanKind::#kind,
                path: || #private::path_of(&path),
                file: #file,
                line: #line,
            });
        }
    }
}

fn option(text: Option<&LitStr>) -> TokenStream {
    if let Some(text) = text {
        quote_spanned!(site()=> ::core::option::Option::Some(#text))
    } else {
        quote_spanned!(site()=> ::core::option::Option::None)
    }
}

fn kind(kind: Kind) -> Ident {
    let name = match kind {
        Kind::Server => "Server",
        Kind::Client => "Client",
        Kind::Producer => "Producer",
        Kind::Consumer => "Consumer",
        Kind::Internal => "Internal",
    };
    Ident::new(name, site())
}

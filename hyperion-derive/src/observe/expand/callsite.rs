//! The one `static` of an observed call.

use std::fmt::Debug;

use proc_macro2::{Literal, TokenStream};
use quote::quote_spanned;
use syn::{Ident, LitStr};

use super::{CallExpansion, site};
use crate::observe::arguments::{Level, SpanKind};

impl CallExpansion<'_> {
    /// ```text
    /// {
    ///     enum __Here {}
    ///     static CALLSITE: Callsite = (Callsite::new)(CallsiteMeta { .. });
    ///     &CALLSITE
    /// }
    /// ```
    ///
    /// The block keeps the items from the user's body.
    pub(super) fn callsite(&self) -> TokenStream {
        let items = self.items();
        quote_spanned!(site()=> { #items &CALLSITE })
    }

    /// A closure that gives the call site: it can be copied, and takes no room.
    pub(super) fn callsite_closure(&self) -> TokenStream {
        let private = &self.private;
        let items = self.items();
        quote_spanned!(site()=> { #items || -> &'static #private::Callsite { &CALLSITE } })
    }

    /// The level as a number, by which a maximum that is set at compile time removes the code.
    pub(super) fn level(&self) -> Literal {
        let number = *self.arguments.level as u8 + 1;
        let mut literal = Literal::u8_unsuffixed(number);
        literal.set_span(site());
        literal
    }

    fn items(&self) -> TokenStream {
        let private = &self.private;
        let method = &self.method;
        let name = text("name", self.name);
        let component = text("component", self.arguments.component.as_ref());
        let kind = match *self.arguments.kind {
            SpanKind::Internal => None,
            kind => {
                let kind = variant(kind);
                Some(quote_spanned!(site()=> kind: #private::SpanKind::#kind,))
            }
        };
        let level = match *self.arguments.level {
            Level::Info => None,
            level => {
                let level = variant(level);
                Some(quote_spanned!(site()=> level: #private::Level::#level,))
            }
        };
        let details = self
            .details()
            .map(|details| quote_spanned!(site()=> details: #details,));
        // A lint asks why there are defaults where nothing is left to them.
        let is_whole = component.is_some()
            && name.is_some()
            && kind.is_some()
            && level.is_some()
            && details.is_some();
        let defaults =
            (!is_whole).then(|| quote_spanned!(site()=> ..#private::CallsiteMeta::DEFAULT));
        let meta = quote_spanned! {site()=>
            #private::CallsiteMeta {
                method: #method,
                path: #private::path_of::<__Here>,
                #component
                #name
                #kind
                #level
                #details
                #defaults
            }
        };
        // The call site takes where it is called for its place. That has to be the user's name of the function and not
        // the attribute, which is all that the parentheses are for.
        let new = quote_spanned!(site()=> #private::Callsite::new);
        let called = quote_spanned!(self.at=> (#new)(#meta));
        // A type without values is the least that has a path of its own.
        quote_spanned! {site()=>
            enum __Here {}
            static CALLSITE: #private::Callsite = #called;
        }
    }
}

fn text(key: &str, text: Option<&LitStr>) -> Option<TokenStream> {
    let key = Ident::new(key, site());
    text.map(|text| quote_spanned!(site()=> #key: #text,))
}

/// The name of a variant, which the runtime has as well.
pub(super) fn variant(variant: impl Debug) -> Ident {
    Ident::new(&format!("{variant:?}"), site())
}

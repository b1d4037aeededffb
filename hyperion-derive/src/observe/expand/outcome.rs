//! The outcome of a call, by the type of what it returned.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{LitStr, Type};

use super::{CallExpansion, private_at, site};
use crate::observe::arguments::Predicate;

/// The kind of an error for which there is no name.
const OTHER: &str = "_OTHER";

/// The place of the returned value.
#[derive(Clone, Copy)]
pub(super) enum Returned {
    /// In `__output`.
    Here,
    /// Behind `__output`.
    Behind,
}

impl Returned {
    /// A reference to the value.
    fn reference(self, span: Span) -> TokenStream {
        match self {
            Self::Here => quote_spanned!(span=> &__output),
            Self::Behind => quote_spanned!(span=> __output),
        }
    }
}

impl CallExpansion<'_> {
    /// ```text
    /// {
    ///     use __private::Probed as _;
    ///     let __output: &T = __output;
    ///     Probe(__output).__hyperion_probe().__hyperion_probe().__hyperion_probe()
    /// }
    /// ```
    ///
    /// `ty` is what the compiler might not know yet where the value is inspected.
    pub(super) fn outcome(&self, returned: Returned, ty: Option<&Type>) -> TokenStream {
        let private = &self.private;
        let known = ty.map(|ty| {
            let span = site().located_at(ty.span());
            let value = returned.reference(span);
            quote_spanned!(span=> let __output: &#ty = #value;)
        });
        let returned = if known.is_some() {
            Returned::Behind
        } else {
            returned
        };
        let outcome = self.error_if(returned, self.ok_if(returned, self.probe(returned)));
        quote_spanned! {site()=>
            {
                use #private::Probed as _;
                #known
                #outcome
            }
        }
    }

    fn probe(&self, returned: Returned) -> TokenStream {
        let private = &self.private;
        let value = returned.reference(site());
        quote_spanned! {site()=>
            #private::Probe(#value).__hyperion_probe().__hyperion_probe().__hyperion_probe()
        }
    }

    /// ```text
    /// match value { Err(error) if asks(|| ok_if(error)) => Outcome::Ok, _ => outcome }
    /// ```
    fn ok_if(&self, returned: Returned, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &*self.arguments.err.ok_if else {
            return outcome;
        };
        let private = &self.private;
        let span = place(predicate);
        let value = returned.reference(site());
        let ok = self.ask(predicate, &quote_spanned!(span=> __error));
        let error = quote_spanned!(span=> ::core::result::Result::Err(__error));
        quote_spanned!(site()=> match #value {
            #error if #ok => #private::Outcome::Ok,
            _ => #outcome,
        })
    }

    /// ```text
    /// match outcome { Outcome::Ok if asks(|| error_if(value)) => Outcome::because("error_if"), other => other }
    /// ```
    fn error_if(&self, returned: Returned, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &*self.arguments.err.error_if else {
            return outcome;
        };
        let private = &self.private;
        let error = self.ask(predicate, &returned.reference(place(predicate)));
        let kind = LitStr::new(&kind(predicate), site());
        quote_spanned!(site()=> match #outcome {
            #private::Outcome::Ok if #error => #private::Outcome::because(#kind),
            __other => __other,
        })
    }

    /// Calls a predicate, so that a mistake in its type is shown where the user names it.
    ///
    /// A closure goes through a function, whose bound gives the closure's argument its type.
    fn ask(&self, predicate: &Predicate, value: &TokenStream) -> TokenStream {
        let span = place(predicate);
        let private = private_at(self.arguments, span);
        let question = match predicate {
            Predicate::Path(path) => quote_spanned!(span=> #path(#value)),
            Predicate::Closure(closure) => {
                quote_spanned!(span=> #private::holds(#value, #closure))
            }
        };
        quote_spanned!(span=> #private::asks(|| #question))
    }
}

fn place(predicate: &Predicate) -> Span {
    site().located_at(match predicate {
        Predicate::Path(path) => path.span(),
        Predicate::Closure(closure) => closure.span(),
    })
}

fn kind(predicate: &Predicate) -> String {
    let name = match predicate {
        Predicate::Path(path) => path.path.segments.last(),
        Predicate::Closure(_) => None,
    };
    name.map_or_else(|| OTHER.to_owned(), |name| name.ident.unraw().to_string())
}

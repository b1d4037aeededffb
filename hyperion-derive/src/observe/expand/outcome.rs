//! The outcome of a call, by the type of what it returned.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Type};

use super::{CallExpansion, private_at, site};
use crate::observe::arguments::{ErrorRecord, Predicate};

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

    /// The last step is another one where errors are recorded by their `Debug`. It stands where the user asks for that, which is
    /// where the compiler says that an error has none.
    fn probe(&self, returned: Returned) -> TokenStream {
        let private = &self.private;
        let value = returned.reference(site());
        let record = &self.arguments.err.record;
        let last = if let (Some(key), ErrorRecord::Debug) = (&record.key, record.value) {
            quote_spanned!(site().located_at(key.span())=> __hyperion_debug)
        } else {
            quote_spanned!(site()=> __hyperion_probe)
        };
        quote_spanned! {site()=>
            #private::Probe(#value).__hyperion_probe().__hyperion_probe().#last()
        }
    }

    /// ```text
    /// let __found = outcome;
    /// match value { Err(error) if asks(|| ok_if(error)) => Outcome::accepted(__found), _ => __found }
    /// ```
    fn ok_if(&self, returned: Returned, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &*self.arguments.err.ok_if else {
            return outcome;
        };
        let private = &self.private;
        let span = place(predicate);
        let value = returned.reference(site());
        let ok = self.question(predicate, "holds", &quote_spanned!(span=> __error));
        let asks = private_at(self.arguments, span);
        let ok = quote_spanned!(span=> #asks::asks(|| #ok));
        let error = quote_spanned!(span=> ::core::result::Result::Err(__error));
        quote_spanned!(site()=> {
            let __found = #outcome;
            match #value {
                #error if #ok => #private::Outcome::accepted(__found),
                _ => __found,
            }
        })
    }

    /// ```text
    /// Outcome::error_if(outcome, "error_if", || error_if(value))
    /// ```
    fn error_if(&self, returned: Returned, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &*self.arguments.err.error_if else {
            return outcome;
        };
        let span = place(predicate);
        let private = private_at(self.arguments, span);
        let question = self.question(predicate, "answer", &returned.reference(span));
        let kind = LitStr::new(&kind(predicate), site());
        quote_spanned!(span=> #private::Outcome::error_if(#outcome, #kind, || #question))
    }

    /// Calls a predicate, so that a mistake in its type is shown where the user names it.
    ///
    /// A closure goes through a function of the runtime, `call`, whose bound gives the closure's argument its type.
    fn question(&self, predicate: &Predicate, call: &str, value: &TokenStream) -> TokenStream {
        let span = place(predicate);
        let private = private_at(self.arguments, span);
        match predicate {
            Predicate::Path(path) => quote_spanned!(span=> #path(#value)),
            Predicate::Closure(closure) => {
                let call = Ident::new(call, span);
                quote_spanned!(span=> #private::#call(#value, #closure))
            }
        }
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

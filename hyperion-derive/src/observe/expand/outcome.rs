//! How a call ended, by the type of what it returned.

use proc_macro2::{Punct, Spacing, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{LitStr, Type};

use super::{Expansion, site};
use crate::observe::model::Predicate;

/// How many levels the trait `Probed` has: method resolution tries them from the most telling to the least, because each is
/// an implementation for one reference less than the one before it.
const LEVELS: usize = 12;

/// The kind of an error for which there is no name.
const OTHER: &str = "_OTHER";

impl Expansion<'_> {
    /// ```text
    /// {
    ///     use __private::Probed as _;
    ///     let __output: &T = __output;
    ///     (&&&&&&&&&&&&Probe(__output)).__hyperion_outcome()
    /// }
    /// ```
    ///
    /// `ty` is what the compiler might not know yet where the value is inspected.
    pub(super) fn outcome(&self, value: &TokenStream, ty: Option<&Type>) -> TokenStream {
        let private = &self.private;
        let known = ty.map(|ty| quote_spanned!(site()=> let __output: &#ty = #value;));
        let value = if known.is_some() {
            &quote_spanned!(site()=> __output)
        } else {
            value
        };
        let outcome = self.error_if(value, self.ok_if(value, self.probe(value)));
        quote_spanned! {site()=>
            {
                use #private::Probed as _;
                #known
                #outcome
            }
        }
    }

    fn probe(&self, value: &TokenStream) -> TokenStream {
        let private = &self.private;
        let references = (0..LEVELS).map(|_| {
            let mut reference = Punct::new('&', Spacing::Alone);
            reference.set_span(site());
            reference
        });
        quote_spanned!(site()=> (#(#references)*#private::Probe(#value)).__hyperion_outcome())
    }

    /// ```text
    /// match value { Err(error) if ok_if(error) => Outcome::Ok, _ => outcome }
    /// ```
    fn ok_if(&self, value: &TokenStream, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &self.arguments.err.ok_if else {
            return outcome;
        };
        let private = &self.private;
        let span = place(predicate);
        let ok = self.ask(predicate, &quote_spanned!(span=> __error));
        let error = quote_spanned!(span=> ::core::result::Result::Err(__error));
        quote_spanned!(site()=> match #value {
            #error if #ok => #private::Outcome::Ok,
            _ => #outcome,
        })
    }

    /// ```text
    /// match outcome { Outcome::Ok if error_if(value) => Outcome::because("error_if"), other => other }
    /// ```
    fn error_if(&self, value: &TokenStream, outcome: TokenStream) -> TokenStream {
        let Some(predicate) = &self.arguments.err.error_if else {
            return outcome;
        };
        let private = &self.private;
        let error = self.ask(predicate, value);
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
        let private = &self.private;
        let span = place(predicate);
        match predicate {
            Predicate::Path(path) => quote_spanned!(span=> #path(#value)),
            Predicate::Closure(closure) => {
                quote_spanned!(span=> #private::holds(#value, #closure))
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
    name.map_or_else(
        || OTHER.to_owned(),
        |name| syn::ext::IdentExt::unraw(&name.ident).to_string(),
    )
}

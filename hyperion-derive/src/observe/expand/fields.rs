//! The span attributes, evaluated when the call records.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use super::{Expansion, site};
use crate::observe::model::{Field, Value};

impl Expansion<'_> {
    /// The fields of a call that a guard records. `call` is a mutable reference to it.
    pub(super) fn call_fields(&self, call: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let record = self.record()?;
        Some(quote_spanned!(site()=> #private::Call::fields(#call, #record);))
    }

    /// The fields of the call that polls the future around.
    pub(super) fn future_fields(&self, callsite: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let record = self.record()?;
        Some(quote_spanned!(site()=> #private::fields(#callsite, #record);))
    }

    /// Whether a field might use the variable: it may also do so in the text of a format string.
    pub(super) fn fields_mention(&self, name: &Ident) -> bool {
        let name = name.to_string();
        self.observe.arguments.fields.iter().any(|field| {
            let text = match &field.value {
                Value::Typed(expr) | Value::Display(expr) | Value::Debug(expr) => {
                    expr.to_token_stream().to_string()
                }
                Value::Literal(_) => return false,
            };
            text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '#')))
                .any(|word| word == name)
        })
    }

    fn record(&self) -> Option<TokenStream> {
        let fields = &self.observe.arguments.fields;
        if fields.is_empty() {
            return None;
        }
        let fields = fields.iter().map(|field| self.field(field));
        Some(quote_spanned!(site()=> |__fields| { #(#fields)* }))
    }

    fn field(&self, Field { key, value }: &Field) -> TokenStream {
        let private = &self.private;
        match value {
            Value::Typed(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::value(__fields, #key, #value);)
            }
            Value::Literal(text) => {
                quote_spanned!(site()=> #private::Fields::literal(__fields, #key, #text);)
            }
            Value::Display(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::display(__fields, #key, #value);)
            }
            Value::Debug(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::debug(__fields, #key, #value);)
            }
        }
    }
}

/// `&(expr)`, placed so that a mistake in its type is shown at the user's expression.
fn borrow(expr: &Expr) -> TokenStream {
    let span = Span::mixed_site().located_at(expr.span());
    let expr = expr.to_token_stream();
    quote_spanned!(span=> &(#expr))
}

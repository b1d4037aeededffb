//! The span attributes, evaluated when the call records.

use proc_macro2::{Group, TokenStream};
use quote::quote_spanned;
use syn::{Expr, Ident, Signature};

use super::lent::{LentParts, seen_by};
use super::{CallExpansion, borrow, site};
use crate::observe::arguments::{FieldValue, SpanField};
use crate::observe::mentions::{mentions, takes};
use crate::observe::parameters;

impl CallExpansion<'_> {
    /// `|fields| { Fields::value(fields, "key", &expr); }`
    pub(super) fn record(&self, lent: Option<&LentParts>) -> Option<TokenStream> {
        let fields = &self.arguments.fields;
        if fields.is_empty() {
            return None;
        }
        let fields = fields.iter().map(|field| self.field(field, lent));
        Some(quote_spanned!(site()=> |__fields| { #(#fields)* }))
    }

    /// The fields of the call that polls the future around.
    pub(super) fn future_fields(&self, callsite: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let record = self.record(None)?;
        Some(quote_spanned!(site()=> #private::fields(#callsite, #record);))
    }

    /// The expressions of the fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Expr> {
        let fields = self.arguments.fields.iter();
        fields.filter_map(|field| field.value.expr())
    }

    /// Returns true if an argument of the attribute might use the variable.
    pub(super) fn mentions(&self, name: &Ident) -> bool {
        let labels = self.arguments.labels.iter().map(|label| &label.value);
        self.fields()
            .chain(labels)
            .chain(self.parent())
            .chain(self.arguments.links.as_ref())
            .any(|expr| mentions(expr, name))
    }

    /// Returns true if an `async move` block holds all that the fields are about by itself: fields that are evaluated
    /// in it would else make it borrow what it does not, for longer than the user said, or from what is not to be
    /// shared.
    pub(super) fn fields_are_about(&self, block: &Group, signature: &Signature) -> bool {
        parameters::variables(signature)
            .iter()
            .all(|(name, is_reference)| {
                !self.fields().any(|expr| mentions(expr, name))
                    || takes(block.stream(), name, *is_reference)
            })
    }

    fn field(&self, SpanField { key, value }: &SpanField, lent: Option<&LentParts>) -> TokenStream {
        let private = &self.private;
        let borrow = |expr| borrow(&seen_by(expr, lent));
        match value {
            FieldValue::Typed(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::value(__fields, #key, #value);)
            }
            FieldValue::Literal(text) => {
                quote_spanned!(site()=> #private::Fields::literal(__fields, #key, #text);)
            }
            FieldValue::Display(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::display(__fields, #key, #value);)
            }
            FieldValue::Debug(expr) => {
                let value = borrow(expr);
                quote_spanned!(site()=> #private::Fields::debug(__fields, #key, #value);)
            }
        }
    }
}

//! The span attributes, evaluated when the call records.

use proc_macro2::{Group, TokenStream};
use quote::quote_spanned;
use syn::{Ident, Signature};

use super::{CallExpansion, borrow, site};
use crate::observe::arguments::{FieldValue, Origin, SpanField};
use crate::observe::mentions::{mentions, takes};
use crate::observe::parameters;

impl CallExpansion<'_> {
    /// `|fields| { Fields::value(fields, "key", &expr); }`
    pub(super) fn record(&self) -> Option<TokenStream> {
        let fields = &self.arguments.fields;
        if fields.is_empty() {
            return None;
        }
        let fields = fields.iter().map(|field| self.field(field));
        Some(quote_spanned!(site()=> |__fields| { #(#fields)* }))
    }

    /// The fields of the call that polls the future around.
    pub(super) fn future_fields(&self, callsite: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let record = self.record()?;
        Some(quote_spanned!(site()=> #private::fields(#callsite, #record);))
    }

    /// Returns true if an argument of the attribute might use the variable.
    pub(super) fn mentions(&self, name: &Ident) -> bool {
        let arguments = self.arguments;
        let parent = match &*arguments.origin {
            Origin::Parent(parent) => Some(parent),
            Origin::Current | Origin::Root => None,
        };
        let fields = arguments
            .fields
            .iter()
            .filter_map(|field| field.value.expr());
        let labels = arguments.labels.iter().map(|label| &label.value);
        fields
            .chain(labels)
            .chain(parent)
            .chain(arguments.links.as_ref())
            .any(|expr| mentions(expr, name))
    }

    /// Returns true if an `async move` block holds all that the fields are about by itself: fields that are evaluated
    /// in it would else make it borrow what it does not, for longer than the user said, or from what is not to be
    /// shared.
    pub(super) fn fields_are_about(&self, block: &Group, signature: &Signature) -> bool {
        parameters::variables(signature)
            .iter()
            .all(|(name, is_reference)| {
                let mut expressions = self
                    .arguments
                    .fields
                    .iter()
                    .filter_map(|field| field.value.expr());
                !expressions.any(|expr| mentions(expr, name))
                    || takes(block.stream(), name, *is_reference)
            })
    }

    fn field(&self, SpanField { key, value }: &SpanField) -> TokenStream {
        let private = &self.private;
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

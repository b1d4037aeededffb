//! The code before the body: the place of the span in its trace, and the labels.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Expr;

use super::lent::{LentParts, seen_by};
use super::{CallExpansion, borrow, site};
use crate::observe::arguments::Origin;

impl CallExpansion<'_> {
    /// `Callsite::enter(&CALLSITE)`: the call begins.
    pub(super) fn enter(&self) -> TokenStream {
        let private = &self.private;
        let level = self.level();
        let callsite = self.callsite();
        if let Some(origin) = self.origin() {
            quote_spanned!(site()=> #private::Callsite::enter_from::<#level>(#callsite, #origin))
        } else {
            quote_spanned!(site()=> #private::Callsite::enter::<#level>(#callsite))
        }
    }

    /// ```text
    /// Call::labels(call, || labels);
    /// Call::fields(call, |fields| { fields });
    /// ```
    ///
    /// `call` is a mutable reference to one that a guard records.
    pub(super) fn begin(&self, call: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let labels = self
            .labels(None)
            .map(|labels| quote_spanned!(site()=> #private::Call::labels(#call, || #labels);));
        let fields = self
            .record(None)
            .map(|record| quote_spanned!(site()=> #private::Call::fields(#call, #record);));
        (labels.is_some() || fields.is_some()).then(|| quote_spanned!(site()=> #labels #fields))
    }

    /// ```text
    /// let __prepared = prepare(&CALLSITE, |prepare| {
    ///     Prepare::parent(prepare, &parent);
    ///     Prepare::links(prepare, links);
    ///     Prepare::labels(prepare, labels);
    ///     Prepare::fields(prepare, |fields| { fields });
    /// });
    /// ```
    pub(super) fn prepare(&self, callsite: &TokenStream, with_fields: bool) -> TokenStream {
        let private = &self.private;
        let level = self.level();
        let labels = self.arguments.labels.iter().map(|label| &label.value);
        let fields = with_fields.then(|| self.fields()).into_iter().flatten();
        let lent = self.lent(labels.chain(fields));
        let parts = lent.as_ref().map(|lent| &lent.statements);
        let lent = lent.as_ref();
        let origin = self.origin_of(
            &quote_spanned!(site()=> Prepare),
            &quote_spanned!(site()=> __prepare),
            lent,
        );
        let labels = self
            .labels(lent)
            .map(|labels| quote_spanned!(site()=> #private::Prepare::labels(__prepare, #labels);));
        let fields = self
            .record(lent)
            .filter(|_| with_fields)
            .map(|record| quote_spanned!(site()=> #private::Prepare::fields(__prepare, #record);));
        quote_spanned! {site()=>
            let __prepared = #private::prepare::<#level>(#callsite, |__prepare| {
                #parts
                #origin
                #labels
                #fields
            });
        }
    }

    /// The expression of `parent = expr`.
    pub(super) fn parent(&self) -> Option<&Expr> {
        match &*self.arguments.origin {
            Origin::Parent(parent) => Some(parent),
            Origin::Current | Origin::Root => None,
        }
    }

    /// Returns true if a future needs more than its fields before it is made.
    pub(super) fn has_origin_or_labels(&self) -> bool {
        self.parent().is_some()
            || self.arguments.links.is_some()
            || !self.arguments.labels.is_empty()
    }

    /// `|origin| { Origin::parent(origin, &parent); Origin::links(origin, links); }`
    pub(super) fn origin(&self) -> Option<TokenStream> {
        let lent = self.lent(std::iter::empty());
        let parts = lent.as_ref().map(|lent| &lent.statements);
        let statements = self.origin_of(
            &quote_spanned!(site()=> Origin),
            &quote_spanned!(site()=> __origin),
            lent.as_ref(),
        )?;
        Some(quote_spanned!(site()=> |__origin| { #parts #statements }))
    }

    /// The parts of arguments that are lent to the place of the span, and to what `others` say, before the body has them.
    fn lent<'a>(&'a self, others: impl Iterator<Item = &'a Expr>) -> Option<LentParts> {
        let parameters = self.parameters?;
        let origin = self
            .parent()
            .into_iter()
            .chain(self.arguments.links.as_ref());
        let expressions: Vec<&Expr> = origin.chain(others).collect();
        Some(LentParts::of(parameters, &expressions))
    }

    fn origin_of(
        &self,
        ty: &TokenStream,
        variable: &TokenStream,
        lent: Option<&LentParts>,
    ) -> Option<TokenStream> {
        let private = &self.private;
        let parent = self.parent().map(|parent| {
            let parent = borrow(&seen_by(parent, lent));
            quote_spanned!(site()=> #private::#ty::parent(#variable, #parent);)
        });
        let links = self
            .arguments
            .links
            .as_ref()
            .map(|links| seen_by(links, lent))
            .map(|links| quote_spanned!(site()=> #private::#ty::links(#variable, #links);));
        (parent.is_some() || links.is_some()).then(|| quote_spanned!(site()=> #parent #links))
    }

    /// `labels().and(&first).and(&second)`
    fn labels(&self, lent: Option<&LentParts>) -> Option<TokenStream> {
        let private = &self.private;
        let labels = &self.arguments.labels;
        if labels.is_empty() {
            return None;
        }
        let values = labels
            .iter()
            .map(|label| borrow(&seen_by(&label.value, lent)));
        Some(quote_spanned!(site()=> #private::labels() #(.and(#values))*))
    }
}

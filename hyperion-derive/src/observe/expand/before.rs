//! The code before the body: the place of the span in its trace, and the labels.

use proc_macro2::TokenStream;
use quote::quote_spanned;

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
            .labels()
            .map(|labels| quote_spanned!(site()=> #private::Call::labels(#call, || #labels);));
        let fields = self
            .record()
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
        let origin = self.origin_of(
            &quote_spanned!(site()=> Prepare),
            &quote_spanned!(site()=> __prepare),
        );
        let labels = self
            .labels()
            .map(|labels| quote_spanned!(site()=> #private::Prepare::labels(__prepare, #labels);));
        let fields = self
            .record()
            .filter(|_| with_fields)
            .map(|record| quote_spanned!(site()=> #private::Prepare::fields(__prepare, #record);));
        quote_spanned! {site()=>
            let __prepared = #private::prepare::<#level>(#callsite, |__prepare| {
                #origin
                #labels
                #fields
            });
        }
    }

    /// Returns true if a future needs more than its fields before it is made.
    pub(super) fn has_origin_or_labels(&self) -> bool {
        matches!(*self.arguments.origin, Origin::Parent(_))
            || self.arguments.links.is_some()
            || !self.arguments.labels.is_empty()
    }

    /// `|origin| { Origin::parent(origin, &parent); Origin::links(origin, links); }`
    pub(super) fn origin(&self) -> Option<TokenStream> {
        let statements = self.origin_of(
            &quote_spanned!(site()=> Origin),
            &quote_spanned!(site()=> __origin),
        )?;
        Some(quote_spanned!(site()=> |__origin| { #statements }))
    }

    fn origin_of(&self, ty: &TokenStream, variable: &TokenStream) -> Option<TokenStream> {
        let private = &self.private;
        let parent = match &*self.arguments.origin {
            Origin::Parent(parent) => {
                let parent = borrow(parent);
                Some(quote_spanned!(site()=> #private::#ty::parent(#variable, #parent);))
            }
            Origin::Current | Origin::Root => None,
        };
        let links = self
            .arguments
            .links
            .as_ref()
            .map(|links| quote_spanned!(site()=> #private::#ty::links(#variable, #links);));
        (parent.is_some() || links.is_some()).then(|| quote_spanned!(site()=> #parent #links))
    }

    /// `labels().and(&first).and(&second)`
    fn labels(&self) -> Option<TokenStream> {
        let private = &self.private;
        let labels = &self.arguments.labels;
        if labels.is_empty() {
            return None;
        }
        let values = labels.iter().map(|label| borrow(&label.value));
        Some(quote_spanned!(site()=> #private::labels() #(.and(#values))*))
    }
}

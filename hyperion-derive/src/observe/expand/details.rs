//! The details of a call site, which most do without.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{Ident, LitStr};

use super::callsite::variant;
use super::{CallExpansion, private_at, site};
use crate::observe::arguments::{ErrorRecord, Origin, Part, Parts};

impl CallExpansion<'_> {
    /// `&Details { in_flight: true, ..Details::DEFAULT }`, with what differs from the default.
    pub(super) fn details(&self) -> Option<TokenStream> {
        let private = &self.private;
        let arguments = self.arguments;
        let log = arguments.log.map(|level| {
            let level = variant(level);
            quote_spanned!(site()=> log: ::core::option::Option::Some(#private::Level::#level),)
        });
        let in_flight = arguments
            .in_flight
            .then(|| quote_spanned!(site()=> in_flight: true,));
        let buckets = arguments.buckets.as_ref().map(|buckets| {
            let bounds = &buckets.bounds;
            // What the compiler finds wrong with the bounds is shown at the list.
            let span = site().located_at(buckets.span);
            let private = private_at(arguments, span);
            let buckets = quote_spanned!(span=> #private::buckets(&[#(#bounds),*]));
            quote_spanned!(site()=> buckets: #buckets,)
        });
        let labels = (!arguments.labels.is_empty()).then(|| {
            let keys = arguments.labels.iter().map(|label| &label.key);
            quote_spanned!(site()=> labels: &[#(#keys),*],)
        });
        let record = match *arguments.err.record {
            ErrorRecord::Event | ErrorRecord::Debug => None,
            record => {
                let record = variant(record);
                Some(quote_spanned!(site()=> record: #private::Record::#record,))
            }
        };
        let root =
            matches!(*arguments.origin, Origin::Root).then(|| quote_spanned!(site()=> root: true,));
        let location = arguments
            .without_location
            .then(|| quote_spanned!(site()=> location: false,));
        let given = [
            self.parts(),
            log,
            in_flight,
            buckets,
            labels,
            record,
            root,
            location,
        ];
        if given.iter().all(Option::is_none) {
            return None;
        }
        let given = given.iter().flatten();
        Some(quote_spanned!(site()=> &#private::Details {
            #(#given)*
            ..#private::Details::DEFAULT
        }))
    }

    fn parts(&self) -> Option<TokenStream> {
        let private = &self.private;
        match &*self.arguments.parts {
            Parts::All => None,
            Parts::Only(parts) => {
                let names = interceptors(parts);
                let mut built_in = built_in(parts);
                let parts = if let Some(first) = built_in.next() {
                    quote_spanned!(site()=> #private::Parts::#first
                        #(.with(#private::Parts::#built_in))*)
                } else {
                    quote_spanned!(site()=> #private::Parts::NONE)
                };
                Some(quote_spanned!(site()=>
                    parts: #parts,
                    only: #private::Only::Names(&[#(#names),*]),
                ))
            }
            Parts::Exclude(parts) => {
                let mut built_in = built_in(parts).peekable();
                let parts_field = built_in.peek().is_some().then(|| {
                    quote_spanned!(site()=> parts: #private::Parts::ALL
                        #(.without(#private::Parts::#built_in))*,)
                });
                let mut names = interceptors(parts).peekable();
                let exclude = names
                    .peek()
                    .is_some()
                    .then(|| quote_spanned!(site()=> exclude: &[#(#names),*],));
                Some(quote_spanned!(site()=> #parts_field #exclude))
            }
        }
    }
}

fn built_in(parts: &[Part]) -> impl Iterator<Item = Ident> {
    parts.iter().filter_map(|part| match part {
        Part::Signal(signal) => Some(Ident::new(&signal.word().to_uppercase(), site())),
        Part::Interceptor(_) => None,
    })
}

fn interceptors(parts: &[Part]) -> impl Iterator<Item = &LitStr> {
    parts.iter().filter_map(|part| match part {
        Part::Signal(_) => None,
        Part::Interceptor(name) => Some(name),
    })
}

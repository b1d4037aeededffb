//! The number of series, and the other checks that the compiler makes.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::MetricsExpansion;
use crate::metrics::model::MetricsField;
use crate::name::Name;
use crate::target::{site, text};

impl MetricsExpansion<'_> {
    /// The instances, and the series of each part.
    pub(super) fn series(&self) -> TokenStream {
        let private = &self.frame.target.private;
        let text = text();
        let keys = self.frame.instance_keys.iter().map(Name::literal);
        let most = Literal::usize_unsuffixed(self.frame.max_instances);
        let metrics = self.metrics().map(|(field, metric)| {
            let name = metric.name.literal();
            let labels = self.labels(field);
            quote_spanned!(site()=> (#name, #private::budget::series(#labels, __INSTANCES)))
        });
        // The series of a struct are those of all its instances, however many of them are here.
        let mut seen = Vec::new();
        let flattened = self
            .flattened()
            .filter_map(|(MetricsField { ident, ty, .. }, _)| {
                let text = ty.to_token_stream().to_string();
                let again = seen.contains(&text);
                seen.push(text);
                let name = LitStr::new(&ident.unraw().to_string(), site());
                (!again)
                    .then(|| quote_spanned!(site()=> (#name, <#ty as #private::Metrics>::SERIES)))
            });
        let parts = metrics.chain(flattened);
        quote_spanned! {site()=>
            const __INSTANCES: #private::budget::Instances = #private::budget::Instances {
                keys: &[#(#keys),*],
                most: #most,
            };
            const __SERIES: &[(#text, ::core::primitive::usize)] = &[#(#parts),*];
        }
    }

    /// One constant for each check, so that all that fail are told.
    pub(super) fn checks(&self) -> TokenStream {
        let private = &self.frame.target.private;
        let metrics = self.metrics().map(|(field, metric)| {
            let name = metric.name.literal();
            let labels = self.labels(field);
            let most = metric.max_series.map_or_else(
                || quote_spanned!(site()=> #private::budget::MAX_SERIES),
                number,
            );
            let arguments = quote_spanned!(site()=> #name, #labels, __INSTANCES, #most);
            self.frame
                .target
                .call_at(field.ty.span(), "budget::metric", &arguments)
        });
        let flattened = self
            .flattened()
            .map(|(MetricsField { ty, .. }, flattened)| {
                let values = number(flattened.instance.len());
                let arguments = quote_spanned!(site()=> <#ty as #private::Metrics>::GROUP, #values);
                self.frame
                    .target
                    .call_at(flattened.span, "budget::instance", &arguments)
            });
        let group = self.frame.max_series.map(|most| {
            let name = self.frame.name.literal();
            let most = number(most);
            let arguments = quote_spanned!(site()=> #name, __SERIES, #most);
            self.frame
                .target
                .call_at(self.frame.name.span, "budget::group", &arguments)
        });
        let checks = metrics.chain(flattened).chain(group);
        quote_spanned!(site()=> #(const _: () = #checks;)*)
    }
}

fn number(number: usize) -> TokenStream {
    let number = Literal::usize_unsuffixed(number);
    quote_spanned!(site()=> #number)
}

//! The statics that say what a struct declares.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use super::MetricsExpansion;
use crate::metrics::model::{Bounds, Metric, MetricsField, Zero};
use crate::target::site;

impl MetricsExpansion<'_> {
    pub(super) fn declarations(&self) -> TokenStream {
        let private = &self.frame.target.private;
        let length = Literal::usize_unsuffixed(self.metrics().count());
        let declarations = self
            .metrics()
            .map(|(field, metric)| self.declaration(field, metric));
        quote_spanned! {site()=>
            static __DECLARATIONS: [#private::Declaration; #length] = [#(#declarations),*];
        }
    }

    fn declaration(&self, field: &MetricsField, metric: &Metric) -> TokenStream {
        let private = &self.frame.target.private;
        let ty = &field.ty;
        let name = metric.name.literal();
        let unit = LitStr::new(&metric.unit, site());
        let help = LitStr::new(&metric.help, site());
        let labels = self.labels(field);
        let bounds = self.bounds(&metric.bounds);
        let zero = match metric.zero {
            Zero::No => quote_spanned!(site()=> false),
            Zero::IfKnown => quote_spanned!(site()=> #labels.known),
            Zero::Yes => self
                .frame
                .target
                .call_at(ty.span(), "budget::zero", &labels),
        };
        quote_spanned! {site()=>
            #private::Declaration {
                name: #name,
                unit: #unit,
                help: #help,
                kind: <#ty as #private::Instrument>::KIND,
                bounds: #bounds,
                labels: #labels,
                zero: #zero,
                group: &__GROUP,
            }
        }
    }

    fn bounds(&self, bounds: &Bounds) -> TokenStream {
        let private = &self.frame.target.private;
        match bounds {
            Bounds::None => quote_spanned!(site()=> &[]),
            Bounds::Usual(name) => {
                let name = Ident::new(name, site());
                quote_spanned!(site()=> #private::bounds::#name)
            }
            Bounds::Own(buckets) => {
                let bounds = &buckets.bounds;
                let bounds = quote!(&[#(#bounds),*]);
                self.frame.target.call_at(buckets.span, "buckets", &bounds)
            }
        }
    }

    pub(super) fn group(&self) -> TokenStream {
        let private = &self.frame.target.private;
        let flattened = self
            .flattened()
            .map(|(MetricsField { ty, .. }, flattened)| {
                let values = &flattened.instance;
                quote_spanned!(site()=> (<#ty as #private::Metrics>::GROUP, &[#(#values),*]))
            });
        quote_spanned! {site()=>
            static __GROUP: #private::Group = #private::Group {
                declarations: &__DECLARATIONS,
                flattened: &[#(#flattened),*],
                instance_keys: __INSTANCES.keys,
                max_instances: __INSTANCES.most,
            };
        }
    }
}

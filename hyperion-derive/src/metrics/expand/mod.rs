//! Writes the declarations and the implementations. It cannot fail.

mod checks;
mod declarations;

use proc_macro2::{Literal, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use super::model::{Flattened, Frame, Metric, MetricsField, Role};
use crate::target::{Target, site, text};

/// ```text
/// const _: () = {
///     static __DECLARATIONS: [Declaration; 1] = [Declaration { name: "user.lookups", group: &__GROUP, .. }];
///     static __GROUP: Group = Group {
///         declarations: &__DECLARATIONS,
///         flattened: &[(<CacheMetrics as Metrics>::GROUP, &[]), (<PoolMetrics as Metrics>::GROUP, &["primary"])],
///         ..
///     };
///     impl UserMetrics {
///         const fn new() -> Self { Self::__declared(&[]) }
///         const fn __declared(instance: Instance) -> Self {
///             Self {
///                 lookups: Counter::declared(&__DECLARATIONS[0], instance),
///                 cache: <CacheMetrics as Metrics>::FLATTENED,
///                 pool: PoolMetrics::__declared(&["primary"]),
///             }
///         }
///     }
///     impl Metrics for UserMetrics { .. }
///     const _: () = budget::metric("user.lookups", <Counter<Lookup> as Instrument>::LABELS, __INSTANCES, 2000);
/// };
/// ```
///
/// An instrument is made by the name of its kind, so that one with labels that are none is one mistake, which the trait
/// tells. The checks are constants of their own, which `cargo check` evaluates, too.
pub(super) fn expand(frame: &Frame, fields: &[MetricsField]) -> TokenStream {
    let expansion = MetricsExpansion { frame, fields };
    let declarations = expansion.declarations();
    let group = expansion.group();
    let series = expansion.series();
    let constructors = expansion.constructors();
    let implementation = expansion.implementation();
    let checks = expansion.checks();
    quote_spanned! {site()=>
        const _: () = {
            #declarations
            #group
            #series
            #constructors
            #implementation
            #checks
        };
    }
}

/// `new` and the trait, for a struct with mistakes. They are told inside `new`: there they are in the way of whatever
/// would evaluate it, and so of a second message.
pub(super) fn fallback(frame: &Frame, errors: &TokenStream) -> TokenStream {
    let target = &frame.target;
    let Target { ident, private, .. } = target;
    let (parameters, arguments, bounds) = target.generics.split_for_impl();
    let new = new(frame, errors);
    // What it is called with is never looked at.
    let values = frame.instance_keys.iter().map(|_| "");
    let values =
        (!frame.instance_keys.is_empty()).then(|| quote_spanned!(site()=> &[#(#values),*]));
    let items = MetricsItems {
        series: quote_spanned!(site()=> 0),
        group: quote_spanned!(site()=> #private::Group::NONE),
        flattened: quote_spanned!(site()=> Self::new(#values)),
        instance: quote_spanned!(site()=> &[]),
    };
    let implementation = items.implement(target);
    quote_spanned! {site()=>
        #[automatically_derived]
        impl #parameters #ident #arguments #bounds { #new }
        #implementation
    }
}

struct MetricsExpansion<'a> {
    frame: &'a Frame,
    fields: &'a [MetricsField],
}

impl MetricsExpansion<'_> {
    fn metrics(&self) -> impl Iterator<Item = (&MetricsField, &Metric)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Metric(metric) => Some((field, metric)),
            Role::Flattened(_) => None,
        })
    }

    fn flattened(&self) -> impl Iterator<Item = (&MetricsField, &Flattened)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Metric(_) => None,
            Role::Flattened(flattened) => Some((field, flattened)),
        })
    }

    /// The number of an instrument's series, and what else its type says of its labels.
    fn labels(&self, MetricsField { ty, .. }: &MetricsField) -> TokenStream {
        let private = &self.frame.target.private;
        quote_spanned!(site()=> <#ty as #private::Instrument>::LABELS)
    }

    /// `new`, and what both it and a struct around this one call.
    fn constructors(&self) -> TokenStream {
        let Target { ident, private, .. } = &self.frame.target;
        let visibility = &self.frame.visibility;
        let instance = if self.frame.instance_keys.is_empty() {
            quote_spanned!(site()=> &[])
        } else {
            quote_spanned!(site()=> __values)
        };
        let new = new(
            self.frame,
            &quote_spanned!(site()=> Self::__declared(#instance)),
        );
        // A struct without metrics of its own has nothing that would keep it.
        let parameter = if self.metrics().next().is_some() {
            quote_spanned!(site()=> __instance)
        } else {
            quote_spanned!(site()=> _)
        };
        let metrics = self.metrics().enumerate().map(|(index, (field, metric))| {
            let MetricsField { ident, ty, .. } = field;
            let index = Literal::usize_unsuffixed(index);
            let function = format!("{}::declared", metric.kind.instrument());
            let arguments = quote_spanned!(site()=> &__DECLARATIONS[#index], __instance);
            let instrument = self.frame.target.call_at(ty.span(), &function, &arguments);
            quote_spanned!(site()=> #ident: #instrument)
        });
        let flattened = self.flattened().map(|(field, flattened)| {
            let MetricsField { ident, ty, .. } = field;
            let values = &flattened.instance;
            if values.is_empty() {
                return quote_spanned!(site()=> #ident: <#ty as #private::Metrics>::FLATTENED);
            }
            let declared = Ident::new("__declared", site().located_at(ty.span()));
            quote_spanned!(site()=> #ident: <#ty>::#declared(&[#(#values),*]))
        });
        let fields = metrics.chain(flattened);
        quote_spanned! {site()=>
            #[automatically_derived]
            impl #ident {
                #new
                #[doc(hidden)]
                #visibility const fn __declared(#parameter: #private::Instance) -> Self {
                    Self { #(#fields),* }
                }
            }
        }
    }

    fn implementation(&self) -> TokenStream {
        let private = &self.frame.target.private;
        // All metrics of a struct belong to one instance, and where there are several there is a metric.
        let first = self.metrics().next();
        let instance = first
            .filter(|_| !self.frame.instance_keys.is_empty())
            .map_or_else(
                || quote_spanned!(site()=> &[]),
                |(MetricsField { ident, ty, .. }, _)| {
                    quote_spanned!(site()=> <#ty as #private::Instrument>::instance(&self.#ident))
                },
            );
        let items = MetricsItems {
            series: quote_spanned!(site()=> #private::budget::total(__SERIES)),
            group: quote_spanned!(site()=> &__GROUP),
            flattened: quote_spanned!(site()=> Self::__declared(&[])),
            instance,
        };
        items.implement(&self.frame.target)
    }
}

/// `new`, with `body` in it.
fn new(frame: &Frame, body: &TokenStream) -> TokenStream {
    let visibility = &frame.visibility;
    let (values, help) = if frame.instance_keys.is_empty() {
        (
            None,
            "Declares the metrics: the value of a `static`.".to_owned(),
        )
    } else {
        let text = text();
        let length = Literal::usize_unsuffixed(frame.instance_keys.len());
        let keys = frame.instance_keys.iter();
        let keys: Vec<String> = keys.map(|key| format!("`{}`", key.text)).collect();
        (
            Some(quote_spanned!(site()=> __values: &'static [#text; #length])),
            format!(
                "Declares the metrics of the instance with these values of {}: the value of a `static`.",
                keys.join(", ")
            ),
        )
    };
    let help = LitStr::new(&help, site());
    quote_spanned! {site()=>
        #[doc = #help]
        #[must_use]
        #visibility const fn new(#values) -> Self { #body }
    }
}

/// The parts in which two implementations of the trait differ.
struct MetricsItems {
    series: TokenStream,
    group: TokenStream,
    flattened: TokenStream,
    instance: TokenStream,
}

impl MetricsItems {
    fn implement(&self, target: &Target) -> TokenStream {
        let private = &target.private;
        let Self {
            series,
            group,
            flattened,
            instance,
        } = self;
        let items = quote_spanned! {site()=>
            const SERIES: ::core::primitive::usize = #series;
            const GROUP: &'static #private::Group = #group;
            const FLATTENED: Self = #flattened;
            fn instance(&self) -> #private::Instance { #instance }
        };
        target.implement("Metrics", &[], &items)
    }
}

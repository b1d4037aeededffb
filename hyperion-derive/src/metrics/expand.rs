//! Writes the declarations and the implementations. It cannot fail.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use super::model::{Bounds, Field, Flattened, Frame, Metric, Role, Zero};
use crate::target::{Target, site, text};

/// ```text
/// const _: () = {
///     static __DECLARATIONS: [Declaration; 1] = [Declaration { name: "user.lookups", group: &__GROUP, .. }];
///     static __GROUP: Group = Group {
///         declarations: &__DECLARATIONS,
///         flattened: &[(<CacheMetrics as Metrics>::GROUP, &["primary"])],
///         ..
///     };
///     impl UserMetrics {
///         const fn new() -> Self { Self::__declared(&[]) }
///         const fn __declared(instance: Instance) -> Self {
///             Self {
///                 lookups: <Counter<Lookup>>::declared(&__DECLARATIONS[0], instance),
///                 cache: <CacheMetrics>::__declared(&["primary"]),
///             }
///         }
///     }
///     impl Metrics for UserMetrics { .. }
///     const _: () = budget::metric("user.lookups", <Counter<Lookup> as Instrument>::LABELS, __INSTANCES, 2000);
/// };
/// ```
///
/// Types are written as `<T as Instrument>::Itself` and `<T as Metrics>::Itself`, so that one that is neither is one
/// mistake, and the checks are constants of their own, which `cargo check` evaluates, too.
pub(super) fn expand(target: &Target, frame: &Frame, fields: &[Field]) -> TokenStream {
    let expansion = Expansion {
        target,
        frame,
        fields,
    };
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

/// `new` and the trait, for a struct with mistakes. They are told inside `new`: there they are in the way of whatever would
/// evaluate it, and so of a second message.
pub(super) fn fallback(target: &Target, frame: &Frame, errors: &TokenStream) -> TokenStream {
    let private = &target.private;
    let (parameters, arguments, bounds) = target.generics.split_for_impl();
    let ident = &target.ident;
    let new = constructor(frame, errors);
    let implementation = target.implement(
        "Metrics",
        &[],
        &items(
            target,
            &quote_spanned!(site()=> 0),
            &quote_spanned!(site()=> #private::Group::NONE),
            &quote_spanned!(site()=> &[]),
        ),
    );
    quote_spanned! {site()=>
        impl #parameters #ident #arguments #bounds { #new }
        #implementation
    }
}

struct Expansion<'a> {
    target: &'a Target,
    frame: &'a Frame,
    fields: &'a [Field],
}

impl Expansion<'_> {
    fn metrics(&self) -> impl Iterator<Item = (&Field, &Metric)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Metric(metric) => Some((field, metric)),
            Role::Flattened(_) => None,
        })
    }

    fn flattened(&self) -> impl Iterator<Item = (&Field, &Flattened)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Metric(_) => None,
            Role::Flattened(flattened) => Some((field, flattened)),
        })
    }

    fn declarations(&self) -> TokenStream {
        let private = &self.target.private;
        let length = Literal::usize_unsuffixed(self.metrics().count());
        let declarations = self
            .metrics()
            .map(|(field, metric)| self.declaration(field, metric));
        quote_spanned! {site()=>
            static __DECLARATIONS: [#private::Declaration; #length] = [#(#declarations),*];
        }
    }

    fn declaration(&self, Field { ty, .. }: &Field, metric: &Metric) -> TokenStream {
        let private = &self.target.private;
        let name = metric.name.literal();
        let unit = LitStr::new(&metric.unit, site());
        let help = LitStr::new(&metric.help, site());
        let attribute = LitStr::new(metric.kind.attribute(), site());
        let labels = quote_spanned!(site()=> <#ty as #private::Instrument>::LABELS);
        let bounds = match &metric.bounds {
            Bounds::None => quote_spanned!(site()=> &[]),
            Bounds::Usual(name) => {
                let name = Ident::new(name, site());
                quote_spanned!(site()=> #private::bounds::#name)
            }
            Bounds::Own(buckets) => {
                let bounds = &buckets.bounds;
                self.target
                    .call_at(buckets.span, "buckets", &quote!(&[#(#bounds),*]))
            }
        };
        let zero = match metric.zero {
            Zero::No => quote_spanned!(site()=> false),
            Zero::IfKnown => quote_spanned!(site()=> #labels.known),
            Zero::Yes => self.target.call_at(ty.span(), "budget::zero", &labels),
        };
        let kind = quote_spanned!(site()=> <#ty as #private::Instrument>::KIND, #attribute);
        let kind = self.target.call_at(ty.span(), "budget::kind", &kind);
        quote_spanned! {site()=>
            #private::Declaration {
                name: #name,
                unit: #unit,
                help: #help,
                kind: #kind,
                bounds: #bounds,
                labels: #labels,
                zero: #zero,
                group: &__GROUP,
            }
        }
    }

    fn group(&self) -> TokenStream {
        let private = &self.target.private;
        let flattened = self.flattened().map(|(Field { ty, .. }, flattened)| {
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

    /// The instances, and the series of each part.
    fn series(&self) -> TokenStream {
        let private = &self.target.private;
        let keys = self.frame.instance_keys.iter().map(|key| key.literal());
        let most = Literal::usize_unsuffixed(self.frame.max_instances);
        let text = text();
        let parts = self.fields.iter().map(|Field { ident, ty, role }| match role {
            Role::Metric(metric) => {
                let name = metric.name.literal();
                quote_spanned! {site()=>
                    (#name, #private::budget::series(<#ty as #private::Instrument>::LABELS, __INSTANCES))
                }
            }
            Role::Flattened(_) => {
                let name = LitStr::new(&ident.unraw().to_string(), site());
                quote_spanned!(site()=> (#name, <#ty as #private::Metrics>::SERIES))
            }
        });
        quote_spanned! {site()=>
            const __INSTANCES: #private::budget::Instances = #private::budget::Instances {
                keys: &[#(#keys),*],
                most: #most,
            };
            const __SERIES: &[(#text, ::core::primitive::usize)] = &[#(#parts),*];
        }
    }

    fn constructors(&self) -> TokenStream {
        let Frame { visibility, .. } = self.frame;
        let private = &self.target.private;
        let ident = &self.target.ident;
        let instance = match self.frame.instance_keys[..] {
            [] => quote_spanned!(site()=> &[]),
            _ => quote_spanned!(site()=> __values),
        };
        let new = constructor(
            self.frame,
            &quote_spanned!(site()=> Self::__declared(#instance)),
        );
        let mut place = 0;
        let fields = self.fields.iter().map(|Field { ident, ty, role }| match role {
            Role::Metric(_) => {
                let index = Literal::usize_unsuffixed(place);
                place += 1;
                quote_spanned! {site()=>
                    #ident: <<#ty as #private::Instrument>::Itself>::declared(&__DECLARATIONS[#index], __instance)
                }
            }
            Role::Flattened(Flattened { instance, .. }) => quote_spanned! {site()=>
                #ident: <<#ty as #private::Metrics>::Itself>::__declared(&[#(#instance),*])
            },
        });
        let fields = quote_spanned!(site()=> #(#fields),*);
        let parameter = match self.metrics().next() {
            Some(_) => quote_spanned!(site()=> __instance),
            None => quote_spanned!(site()=> _),
        };
        quote_spanned! {site()=>
            #[automatically_derived]
            impl #ident {
                #new
                #[doc(hidden)]
                #visibility const fn __declared(#parameter: #private::Instance) -> Self {
                    Self { #fields }
                }
            }
        }
    }

    fn implementation(&self) -> TokenStream {
        let private = &self.target.private;
        // All metrics of a struct belong to one instance.
        let instance = match (&self.frame.instance_keys[..], self.metrics().next()) {
            ([_, ..], Some((Field { ident, ty, .. }, _))) => {
                quote_spanned!(site()=> <#ty as #private::Instrument>::instance(&self.#ident))
            }
            _ => quote_spanned!(site()=> &[]),
        };
        let items = items(
            self.target,
            &quote_spanned!(site()=> #private::budget::total(__SERIES)),
            &quote_spanned!(site()=> &__GROUP),
            &instance,
        );
        self.target.implement("Metrics", &[], &items)
    }

    fn checks(&self) -> TokenStream {
        let private = &self.target.private;
        let metrics = self.metrics().map(|(Field { ty, .. }, metric)| {
            let name = metric.name.literal();
            let most = match metric.max_series {
                Some(most) => {
                    let most = Literal::usize_unsuffixed(most);
                    quote_spanned!(site()=> #most)
                }
                None => quote_spanned!(site()=> #private::budget::MAX_SERIES),
            };
            let arguments = quote_spanned! {site()=>
                #name, <#ty as #private::Instrument>::LABELS, __INSTANCES, #most
            };
            self.target.call_at(ty.span(), "budget::metric", &arguments)
        });
        let flattened = self.flattened().map(|(Field { ty, .. }, flattened)| {
            let values = Literal::usize_unsuffixed(flattened.instance.len());
            let keys = quote_spanned!(site()=> <#ty as #private::Metrics>::GROUP, #values);
            self.target
                .call_at(flattened.span, "budget::instance", &keys)
        });
        let group = self.frame.max_series.map(|most| {
            let most = Literal::usize_unsuffixed(most);
            let name = self.frame.name.literal();
            let arguments = quote_spanned!(site()=> #name, __SERIES, #most);
            self.target
                .call_at(self.frame.name.span, "budget::group", &arguments)
        });
        let checks = metrics.chain(flattened).chain(group);
        quote_spanned!(site()=> #(const _: () = #checks;)*)
    }
}

/// `new`, with `body` in it.
fn constructor(frame: &Frame, body: &TokenStream) -> TokenStream {
    let text = text();
    let visibility = &frame.visibility;
    let values = (!frame.instance_keys.is_empty()).then(|| {
        let length = Literal::usize_unsuffixed(frame.instance_keys.len());
        quote_spanned!(site()=> __values: &'static [#text; #length])
    });
    let keys: Vec<String> = frame
        .instance_keys
        .iter()
        .map(|key| format!("`{}`", key.text))
        .collect();
    let help = match &keys[..] {
        [] => "Declares the metrics: the value of a `static`.".to_owned(),
        keys => format!(
            "Declares the metrics of the instance with these values of {}: the value of a `static`.",
            keys.join(", ")
        ),
    };
    let help = LitStr::new(&help, site());
    quote_spanned! {site()=>
        #[doc = #help]
        #[must_use]
        #visibility const fn new(#values) -> Self { #body }
    }
}

fn items(
    target: &Target,
    series: &TokenStream,
    group: &TokenStream,
    instance: &TokenStream,
) -> TokenStream {
    let private = &target.private;
    quote_spanned! {site()=>
        const SERIES: ::core::primitive::usize = #series;
        const GROUP: &'static #private::Group = #group;
        type Itself = Self;
        fn instance(&self) -> #private::Instance { #instance }
    }
}

//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]
#![expect(clippy::too_many_lines, reason = "a snapshot has as many as it has")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::metrics;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(item: TokenStream, expected: Expect) {
    let file = syn::parse2(metrics(item)).expect("an expansion is items");
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(
        &prettyplease::unparse(&file)
            .replace("my::hyperion::__private", "my::P")
            .replace("::hyperion::__private", "P")
            .replace("::core::primitive::", "p::"),
    );
}

#[test]
fn a_metric() {
    check(
        quote! {
            struct UserMetrics {
                /// Users looked up,
                /// by the tier that answered.
                #[counter(unit = "{user}")]
                lookups: Counter<Lookup>,
            }
        },
        expect![[r#"
            const _: () = {
                static __DECLARATIONS: [P::Declaration; 1] = [
                    P::Declaration {
                        name: "lookups",
                        unit: "{user}",
                        help: "Users looked up, by the tier that answered.",
                        kind: <Counter<Lookup> as P::Instrument>::KIND,
                        bounds: &[],
                        labels: <Counter<Lookup> as P::Instrument>::LABELS,
                        zero: false,
                        group: &__GROUP,
                    },
                ];
                static __GROUP: P::Group = P::Group {
                    declarations: &__DECLARATIONS,
                    flattened: &[],
                    instance_keys: __INSTANCES.keys,
                    max_instances: __INSTANCES.most,
                };
                const __INSTANCES: P::budget::Instances = P::budget::Instances {
                    keys: &[],
                    most: 1,
                };
                const __SERIES: &[(&'static p::str, p::usize)] = &[
                    (
                        "lookups",
                        P::budget::series(
                            <Counter<Lookup> as P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                ];
                #[automatically_derived]
                impl UserMetrics {
                    ///Declares the metrics: the value of a `static`.
                    #[must_use]
                    const fn new() -> Self {
                        Self::__declared(&[])
                    }
                    #[doc(hidden)]
                    const fn __declared(__instance: P::Instance) -> Self {
                        Self {
                            lookups: P::Counter::declared(
                                &__DECLARATIONS[0],
                                __instance,
                            ),
                        }
                    }
                }
                #[automatically_derived]
                impl P::Metrics for UserMetrics {
                    const SERIES: p::usize = P::budget::total(
                        __SERIES,
                    );
                    const GROUP: &'static P::Group = &__GROUP;
                    const FLATTENED: Self = Self::__declared(&[]);
                    fn instance(&self) -> P::Instance {
                        &[]
                    }
                }
                const _: () = P::budget::metric(
                    "lookups",
                    <Counter<Lookup> as P::Instrument>::LABELS,
                    __INSTANCES,
                    P::budget::MAX_SERIES,
                );
            };
        "#]],
    );
}

#[test]
fn what_a_struct_says_of_all_its_metrics() {
    check(
        quote! {
            #[metrics(prefix = "user", max_series = 2000, zero, crate = my::hyperion)]
            pub(crate) struct UserMetrics {
                #[counter(name = "lookups", max_series = 700, zero)]
                r#type: Counter<Lookup>,
                #[up_down_counter]
                open: UpDownCounter<(), f64>,
                #[gauge(unit = "Cel")]
                temperature: Gauge,
            }
        },
        expect![[r#"
            const _: () = {
                static __DECLARATIONS: [my::P::Declaration; 3] = [
                    my::P::Declaration {
                        name: "user.lookups",
                        unit: "",
                        help: "",
                        kind: <Counter<Lookup> as my::P::Instrument>::KIND,
                        bounds: &[],
                        labels: <Counter<Lookup> as my::P::Instrument>::LABELS,
                        zero: my::P::budget::zero(
                            <Counter<Lookup> as my::P::Instrument>::LABELS,
                        ),
                        group: &__GROUP,
                    },
                    my::P::Declaration {
                        name: "user.open",
                        unit: "",
                        help: "",
                        kind: <UpDownCounter<(), f64> as my::P::Instrument>::KIND,
                        bounds: &[],
                        labels: <UpDownCounter<
                            (),
                            f64,
                        > as my::P::Instrument>::LABELS,
                        zero: <UpDownCounter<(), f64> as my::P::Instrument>::LABELS
                            .known,
                        group: &__GROUP,
                    },
                    my::P::Declaration {
                        name: "user.temperature",
                        unit: "Cel",
                        help: "",
                        kind: <Gauge as my::P::Instrument>::KIND,
                        bounds: &[],
                        labels: <Gauge as my::P::Instrument>::LABELS,
                        zero: false,
                        group: &__GROUP,
                    },
                ];
                static __GROUP: my::P::Group = my::P::Group {
                    declarations: &__DECLARATIONS,
                    flattened: &[],
                    instance_keys: __INSTANCES.keys,
                    max_instances: __INSTANCES.most,
                };
                const __INSTANCES: my::P::budget::Instances = my::P::budget::Instances {
                    keys: &[],
                    most: 1,
                };
                const __SERIES: &[(&'static p::str, p::usize)] = &[
                    (
                        "user.lookups",
                        my::P::budget::series(
                            <Counter<Lookup> as my::P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                    (
                        "user.open",
                        my::P::budget::series(
                            <UpDownCounter<(), f64> as my::P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                    (
                        "user.temperature",
                        my::P::budget::series(
                            <Gauge as my::P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                ];
                #[automatically_derived]
                impl UserMetrics {
                    ///Declares the metrics: the value of a `static`.
                    #[must_use]
                    pub(crate) const fn new() -> Self {
                        Self::__declared(&[])
                    }
                    #[doc(hidden)]
                    pub(crate) const fn __declared(
                        __instance: my::P::Instance,
                    ) -> Self {
                        Self {
                            r#type: my::P::Counter::declared(
                                &__DECLARATIONS[0],
                                __instance,
                            ),
                            open: my::P::UpDownCounter::declared(
                                &__DECLARATIONS[1],
                                __instance,
                            ),
                            temperature: my::P::Gauge::declared(
                                &__DECLARATIONS[2],
                                __instance,
                            ),
                        }
                    }
                }
                #[automatically_derived]
                impl my::P::Metrics for UserMetrics {
                    const SERIES: p::usize = my::P::budget::total(
                        __SERIES,
                    );
                    const GROUP: &'static my::P::Group = &__GROUP;
                    const FLATTENED: Self = Self::__declared(&[]);
                    fn instance(&self) -> my::P::Instance {
                        &[]
                    }
                }
                const _: () = my::P::budget::metric(
                    "user.lookups",
                    <Counter<Lookup> as my::P::Instrument>::LABELS,
                    __INSTANCES,
                    700,
                );
                const _: () = my::P::budget::metric(
                    "user.open",
                    <UpDownCounter<(), f64> as my::P::Instrument>::LABELS,
                    __INSTANCES,
                    my::P::budget::MAX_SERIES,
                );
                const _: () = my::P::budget::metric(
                    "user.temperature",
                    <Gauge as my::P::Instrument>::LABELS,
                    __INSTANCES,
                    my::P::budget::MAX_SERIES,
                );
                const _: () = my::P::budget::group("UserMetrics", __SERIES, 2000);
            };
        "#]],
    );
}

#[test]
fn bounds() {
    check(
        quote! {
            struct OrderMetrics {
                #[histogram(unit = "s")]
                packing: Histogram,
                #[histogram(buckets = [1, 2.5, MOST])]
                items: Histogram,
            }
        },
        expect![[r#"
            const _: () = {
                static __DECLARATIONS: [P::Declaration; 2] = [
                    P::Declaration {
                        name: "packing",
                        unit: "s",
                        help: "",
                        kind: <Histogram as P::Instrument>::KIND,
                        bounds: P::bounds::SECONDS,
                        labels: <Histogram as P::Instrument>::LABELS,
                        zero: false,
                        group: &__GROUP,
                    },
                    P::Declaration {
                        name: "items",
                        unit: "",
                        help: "",
                        kind: <Histogram as P::Instrument>::KIND,
                        bounds: P::buckets(&[1.0, 2.5, MOST]),
                        labels: <Histogram as P::Instrument>::LABELS,
                        zero: false,
                        group: &__GROUP,
                    },
                ];
                static __GROUP: P::Group = P::Group {
                    declarations: &__DECLARATIONS,
                    flattened: &[],
                    instance_keys: __INSTANCES.keys,
                    max_instances: __INSTANCES.most,
                };
                const __INSTANCES: P::budget::Instances = P::budget::Instances {
                    keys: &[],
                    most: 1,
                };
                const __SERIES: &[(&'static p::str, p::usize)] = &[
                    (
                        "packing",
                        P::budget::series(
                            <Histogram as P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                    (
                        "items",
                        P::budget::series(
                            <Histogram as P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                ];
                #[automatically_derived]
                impl OrderMetrics {
                    ///Declares the metrics: the value of a `static`.
                    #[must_use]
                    const fn new() -> Self {
                        Self::__declared(&[])
                    }
                    #[doc(hidden)]
                    const fn __declared(__instance: P::Instance) -> Self {
                        Self {
                            packing: P::Histogram::declared(
                                &__DECLARATIONS[0],
                                __instance,
                            ),
                            items: P::Histogram::declared(
                                &__DECLARATIONS[1],
                                __instance,
                            ),
                        }
                    }
                }
                #[automatically_derived]
                impl P::Metrics for OrderMetrics {
                    const SERIES: p::usize = P::budget::total(
                        __SERIES,
                    );
                    const GROUP: &'static P::Group = &__GROUP;
                    const FLATTENED: Self = Self::__declared(&[]);
                    fn instance(&self) -> P::Instance {
                        &[]
                    }
                }
                const _: () = P::budget::metric(
                    "packing",
                    <Histogram as P::Instrument>::LABELS,
                    __INSTANCES,
                    P::budget::MAX_SERIES,
                );
                const _: () = P::budget::metric(
                    "items",
                    <Histogram as P::Instrument>::LABELS,
                    __INSTANCES,
                    P::budget::MAX_SERIES,
                );
            };
        "#]],
    );
}

#[test]
fn instances_and_flattened_structs() {
    check(
        quote! {
            #[metrics(prefix = "pool", instance_labels(db.pool, region), max_instances = 8)]
            pub struct PoolMetrics {
                #[metrics(flatten)]
                cache: CacheMetrics,
                #[counter]
                opened: Counter,
                #[metrics(flatten, instance("primary"))]
                other: OtherMetrics,
            }
        },
        expect![[r#"
            const _: () = {
                static __DECLARATIONS: [P::Declaration; 1] = [
                    P::Declaration {
                        name: "pool.opened",
                        unit: "",
                        help: "",
                        kind: <Counter as P::Instrument>::KIND,
                        bounds: &[],
                        labels: <Counter as P::Instrument>::LABELS,
                        zero: false,
                        group: &__GROUP,
                    },
                ];
                static __GROUP: P::Group = P::Group {
                    declarations: &__DECLARATIONS,
                    flattened: &[
                        (<CacheMetrics as P::Metrics>::GROUP, &[]),
                        (<OtherMetrics as P::Metrics>::GROUP, &["primary"]),
                    ],
                    instance_keys: __INSTANCES.keys,
                    max_instances: __INSTANCES.most,
                };
                const __INSTANCES: P::budget::Instances = P::budget::Instances {
                    keys: &["db.pool", "region"],
                    most: 8,
                };
                const __SERIES: &[(&'static p::str, p::usize)] = &[
                    (
                        "pool.opened",
                        P::budget::series(
                            <Counter as P::Instrument>::LABELS,
                            __INSTANCES,
                        ),
                    ),
                    ("cache", <CacheMetrics as P::Metrics>::SERIES),
                    ("other", <OtherMetrics as P::Metrics>::SERIES),
                ];
                #[automatically_derived]
                impl PoolMetrics {
                    ///Declares the metrics of the instance with these values of `db.pool`, `region`: the value of a `static`.
                    #[must_use]
                    pub const fn new(
                        __values: &'static [&'static p::str; 2],
                    ) -> Self {
                        Self::__declared(__values)
                    }
                    #[doc(hidden)]
                    pub const fn __declared(__instance: P::Instance) -> Self {
                        Self {
                            opened: P::Counter::declared(
                                &__DECLARATIONS[0],
                                __instance,
                            ),
                            cache: <CacheMetrics as P::Metrics>::FLATTENED,
                            other: <OtherMetrics>::__declared(&["primary"]),
                        }
                    }
                }
                #[automatically_derived]
                impl P::Metrics for PoolMetrics {
                    const SERIES: p::usize = P::budget::total(
                        __SERIES,
                    );
                    const GROUP: &'static P::Group = &__GROUP;
                    const FLATTENED: Self = Self::__declared(&[]);
                    fn instance(&self) -> P::Instance {
                        <Counter as P::Instrument>::instance(&self.opened)
                    }
                }
                const _: () = P::budget::metric(
                    "pool.opened",
                    <Counter as P::Instrument>::LABELS,
                    __INSTANCES,
                    P::budget::MAX_SERIES,
                );
                const _: () = P::budget::instance(
                    <CacheMetrics as P::Metrics>::GROUP,
                    0,
                );
                const _: () = P::budget::instance(
                    <OtherMetrics as P::Metrics>::GROUP,
                    1,
                );
            };
        "#]],
    );
}

#[test]
fn flattened_structs_alone() {
    check(
        quote! {
            struct AllMetrics {
                #[metrics(flatten)]
                cache: CacheMetrics,
            }
        },
        expect![[r#"
            const _: () = {
                static __DECLARATIONS: [P::Declaration; 0] = [];
                static __GROUP: P::Group = P::Group {
                    declarations: &__DECLARATIONS,
                    flattened: &[(<CacheMetrics as P::Metrics>::GROUP, &[])],
                    instance_keys: __INSTANCES.keys,
                    max_instances: __INSTANCES.most,
                };
                const __INSTANCES: P::budget::Instances = P::budget::Instances {
                    keys: &[],
                    most: 1,
                };
                const __SERIES: &[(&'static p::str, p::usize)] = &[
                    ("cache", <CacheMetrics as P::Metrics>::SERIES),
                ];
                #[automatically_derived]
                impl AllMetrics {
                    ///Declares the metrics: the value of a `static`.
                    #[must_use]
                    const fn new() -> Self {
                        Self::__declared(&[])
                    }
                    #[doc(hidden)]
                    const fn __declared(_: P::Instance) -> Self {
                        Self {
                            cache: <CacheMetrics as P::Metrics>::FLATTENED,
                        }
                    }
                }
                #[automatically_derived]
                impl P::Metrics for AllMetrics {
                    const SERIES: p::usize = P::budget::total(
                        __SERIES,
                    );
                    const GROUP: &'static P::Group = &__GROUP;
                    const FLATTENED: Self = Self::__declared(&[]);
                    fn instance(&self) -> P::Instance {
                        &[]
                    }
                }
                const _: () = P::budget::instance(
                    <CacheMetrics as P::Metrics>::GROUP,
                    0,
                );
            };
        "#]],
    );
}

#[test]
fn mistakes() {
    check(
        quote! {
            #[metrics(instance_labels(pool))]
            pub struct UserMetrics<T> {
                #[counter(unit = "seconds")]
                lookups: Counter<T>,
                name: String,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl<T> UserMetrics<T> {
                ///Declares the metrics of the instance with these values of `pool`: the value of a `static`.
                #[must_use]
                pub const fn new(__values: &'static [&'static p::str; 1]) -> Self {
                    ::core::compile_error! {
                        "a struct of metrics cannot be generic, since each of them is declared once; remove the parameters"
                    }
                    ::core::compile_error! {
                        "a unit is a code of UCUM, not a word; write `s`"
                    }
                    ::core::compile_error! {
                        "a field of a struct of metrics is a `Counter`, `UpDownCounter`, `Gauge` or `Histogram` under the attribute of that name, or another such struct under `#[metrics(flatten)]`"
                    }
                }
            }
            #[automatically_derived]
            impl<T> P::Metrics for UserMetrics<T> {
                const SERIES: p::usize = 0;
                const GROUP: &'static P::Group = P::Group::NONE;
                const FLATTENED: Self = Self::new(&[""]);
                fn instance(&self) -> P::Instance {
                    &[]
                }
            }
        "##]],
    );
}

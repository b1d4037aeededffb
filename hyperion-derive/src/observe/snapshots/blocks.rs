//! Impl blocks.

use expect_test::expect;
use quote::quote;

use super::check;

#[test]
fn methods_are_observed_and_nothing_else() {
    check(
        quote!(
            component = "Users",
            fields(service = "users", id),
            level = debug
        ),
        quote!(
            /// Documented.
            #[allow(unused)]
            impl<T> Users<T>
            where
                T: Clone,
            {
                const N: Wrapper = Wrapper { n: 1 };
                type Item = u8;
                const fn constant() -> u8 {
                    1
                }
                #[observe(skip)]
                fn skipped(&self) {}
                generated!();
                generated! {
                    a
                }
                fn plain(&self) {}
                #[inline]
                #[hyperion::observe(level = info, fields(id = 1))]
                pub async fn get(&self) -> u8 {
                    1
                }
            }
        ),
        expect![[r#"
            /// Documented.
            #[allow(unused)]
            impl<T> Users<T>
            where
                T: Clone,
            {
                const N: Wrapper = Wrapper { n: 1 };
                type Item = u8;
                const fn constant() -> u8 {
                    1
                }
                fn skipped(&self) {}
                generated!();
                generated! {
                    a
                }
                fn plain(&self) {
                    {
                        let mut __call = P::Callsite::enter::<
                            4,
                        >({
                            enum __Here {}
                            static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                method: "plain",
                                path: P::path_of::<__Here>,
                                component: "Users",
                                level: P::Level::Debug,
                                ..P::CallsiteMeta::DEFAULT
                            });
                            &CALLSITE
                        });
                        P::Call::fields(
                            &mut __call,
                            |__fields| {
                                P::Fields::literal(__fields, "service", "users");
                                P::Fields::value(__fields, "id", &(id));
                            },
                        );
                        '__hyperion: {}
                    }
                }
                #[inline]
                pub fn get(&self) -> impl ::core::future::Future<Output = u8> {
                    let __callsite = {
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "get",
                            path: P::path_of::<__Here>,
                            component: "Users",
                            ..P::CallsiteMeta::DEFAULT
                        });
                        || -> &'static P::Callsite { &CALLSITE }
                    };
                    P::observe_future::<
                        3,
                        _,
                        _,
                    >(
                        __callsite(),
                        async move {
                            {
                                P::fields(
                                    __callsite(),
                                    |__fields| {
                                        P::Fields::literal(
                                            __fields,
                                            "service",
                                            "users",
                                        );
                                        P::Fields::value(__fields, "id", &(1));
                                    },
                                );
                                if false {
                                    return P::returned::<u8>();
                                }
                                '__hyperion: { 1 }
                            }
                        },
                        |__output| {
                            use P::Probed as _;
                            P::Probe(__output)
                                .__hyperion_probe()
                                .__hyperion_probe()
                                .__hyperion_probe()
                        },
                    )
                }
            }
        "#]],
    );
}

#[test]
fn what_a_method_switches_off_is_not_asked_of_it() {
    check(
        quote!(
            in_flight,
            labels(tier),
            err(ok_if = Error::is_fine),
            exclude(log)
        ),
        quote!(
            impl Users {
                #[observe(only(trace))]
                fn get(&self) {}
            }
        ),
        expect![[r#"
            impl Users {
                fn get(&self) {
                    {
                        let __call = P::Callsite::enter::<
                            3,
                        >({
                            enum __Here {}
                            static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                method: "get",
                                path: P::path_of::<__Here>,
                                details: &P::Details {
                                    parts: P::Parts::TRACE,
                                    only: P::Only::Names(&[]),
                                    ..P::Details::DEFAULT
                                },
                                ..P::CallsiteMeta::DEFAULT
                            });
                            &CALLSITE
                        });
                        '__hyperion: {}
                    }
                }
            }
        "#]],
    );
}

#[test]
fn another_macro_on_the_block_sees_async() {
    check(
        quote!(),
        quote!(
            #[async_trait]
            impl Store for Users {
                async fn get(&self) -> u8 {
                    1
                }
            }
        ),
        expect![[r##"
            #[async_trait]
            impl Store for Users {
                async fn get(&self) -> u8 {
                    P::observe_future::<
                        3,
                        _,
                        _,
                    >(
                            {
                                enum __Here {}
                                static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                    method: "get",
                                    path: P::path_of::<__Here>,
                                    ..P::CallsiteMeta::DEFAULT
                                });
                                &CALLSITE
                            },
                            async move {
                                {
                                    if false {
                                        return P::returned::<u8>();
                                    }
                                    '__hyperion: { 1 }
                                }
                            },
                            |__output| {
                                use P::Probed as _;
                                P::Probe(__output)
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                            },
                        )
                        .await
                }
            }
        "##]],
    );
}

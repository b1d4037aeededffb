//! Functions that return futures.

use expect_test::expect;
use quote::quote;

use super::check;

#[test]
fn an_async_block() {
    check(
        quote!(),
        quote!(
            fn get(&self, id: u64) -> impl Future<Output = Result<u8, Error>> + Send {
                let id = id + 1;
                async move { load(id).await }
            }
        ),
        expect![[r#"
            fn get(&self, id: u64) -> impl Future<Output = Result<u8, Error>> + Send {
                let id = id + 1;
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
                        if false {
                            return P::returned::<Result<u8, Error>>();
                        }
                        '__hyperion: { load(id).await }
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
        "#]],
    );
}

#[test]
fn what_async_trait_leaves() {
    check(
        quote!(fields(id, name = self.name)),
        quote!(
            fn get<'life0, 'async_trait>(
                &'life0 self,
                id: u64,
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = u8> + ::core::marker::Send + 'async_trait>,
            >
            where
                'life0: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    let id = id;
                    let __ret: u8 = { 1 };
                    __ret
                })
            }
        ),
        expect![[r#"
            fn get<'life0, 'async_trait>(
                &'life0 self,
                id: u64,
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = u8> + ::core::marker::Send + 'async_trait>,
            >
            where
                'life0: 'async_trait,
            {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "get",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
                    || -> &'static P::Callsite { &CALLSITE }
                };
                '__hyperion: {
                    Box::pin(
                        P::observe_future::<
                            3,
                            _,
                            _,
                        >(
                            __callsite(),
                            async move {
                                P::fields(
                                    __callsite(),
                                    |__fields| {
                                        P::Fields::value(__fields, "id", &(id));
                                        P::Fields::value(
                                            __fields,
                                            "name",
                                            &(self.name),
                                        );
                                    },
                                );
                                if false {
                                    return P::returned::<u8>();
                                }
                                '__hyperion: {
                                    let __self = self;
                                    let id = id;
                                    let __ret: u8 = { 1 };
                                    __ret
                                }
                            },
                            |__output| {
                                use P::Probed as _;
                                P::Probe(__output)
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                            },
                        ),
                    )
                }
            }
        "#]],
    );
}

#[test]
fn a_borrowing_async_block() {
    check(
        quote!(fields(id)),
        quote!(
            fn get(&self, id: u64) -> BoxFuture<'_, u8> {
                Box::pin(async { self.n })
            }
        ),
        expect![[r#"
            fn get(&self, id: u64) -> BoxFuture<'_, u8> {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "get",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
                    || -> &'static P::Callsite { &CALLSITE }
                };
                let __prepared = P::prepare::<
                    3,
                >(
                    __callsite(),
                    |__prepare| {
                        P::Prepare::fields(
                            __prepare,
                            |__fields| {
                                P::Fields::value(__fields, "id", &(id));
                            },
                        );
                    },
                );
                '__hyperion: {
                    Box::pin(
                        P::observe_prepared::<
                            3,
                            _,
                            _,
                        >(
                            __callsite(),
                            __prepared,
                            async {
                                if false {
                                    return P::returned::<
                                        <BoxFuture<'_, u8> as ::core::future::Future>::Output,
                                    >();
                                }
                                '__hyperion: { self.n }
                            },
                            |__output| {
                                use P::Probed as _;
                                P::Probe(__output)
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                            },
                        ),
                    )
                }
            }
        "#]],
    );
}

#[test]
fn a_future_made_elsewhere() {
    check(
        quote!(labels(tier), fields(id)),
        quote!(
            fn get(&self, id: u64, tier: Tier) -> impl Future<Output = u8> + '_ {
                if id == 0 {
                    return ready(0);
                }
                ready(1)
            }
        ),
        expect![[r#"
            fn get(&self, id: u64, tier: Tier) -> impl Future<Output = u8> + '_ {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "get",
                        path: P::path_of::<__Here>,
                        details: &P::Details {
                            labels: &["tier"],
                            ..P::Details::DEFAULT
                        },
                        ..P::CallsiteMeta::DEFAULT
                    });
                    || -> &'static P::Callsite { &CALLSITE }
                };
                let __prepared = P::prepare::<
                    3,
                >(
                    __callsite(),
                    |__prepare| {
                        P::Prepare::labels(
                            __prepare,
                            P::labels().and(&(tier)),
                        );
                        P::Prepare::fields(
                            __prepare,
                            |__fields| {
                                P::Fields::value(__fields, "id", &(id));
                            },
                        );
                    },
                );
                let __future = P::call_once(move || {
                    {
                        let id = id;
                        let tier = tier;
                        let _ = id;
                        let _ = tier;
                        '__hyperion: {
                            if id == 0 {
                                return ready(0);
                            }
                            ready(1)
                        }
                    }
                });
                P::observe_prepared::<
                    3,
                    _,
                    _,
                >(
                    __callsite(),
                    __prepared,
                    __future,
                    |__output| {
                        use P::Probed as _;
                        let __output: &u8 = __output;
                        P::Probe(__output)
                            .__hyperion_probe()
                            .__hyperion_probe()
                            .__hyperion_probe()
                    },
                )
            }
        "#]],
    );
}

#[test]
fn a_boxed_future_made_elsewhere() {
    check(
        quote!(),
        quote!(
            fn get(&self, id: u64) -> Pin<Box<dyn Future<Output = Result<u8, Error>> + '_>> {
                self.load(id).boxed_local()
            }
        ),
        expect![[r#"
            fn get(&self, id: u64) -> Pin<Box<dyn Future<Output = Result<u8, Error>> + '_>> {
                let __future = P::call_once(move || -> Pin<
                    Box<dyn Future<Output = Result<u8, Error>> + '_>,
                > {
                    {
                        let id = id;
                        '__hyperion: { self.load(id).boxed_local() }
                    }
                });
                ::std::boxed::Box::pin(
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
                        __future,
                        |__output| {
                            use P::Probed as _;
                            P::Probe(__output)
                                .__hyperion_probe()
                                .__hyperion_probe()
                                .__hyperion_probe()
                        },
                    ),
                )
            }
        "#]],
    );
}

#[test]
fn a_boxed_future_made_in_place() {
    check(
        quote!(),
        quote!(
            #[track_caller]
            fn get() -> LocalBoxFuture<'static, u8> {
                ready(Location::caller().line()).boxed_local()
            }
        ),
        expect![[r##"
            #[track_caller]
            fn get() -> LocalBoxFuture<'static, u8> {
                let __future: LocalBoxFuture<'static, u8> = if true {
                    '__hyperion: { ready(Location::caller().line()).boxed_local() }
                } else {
                    P::returned()
                };
                ::std::boxed::Box::pin(
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
                        __future,
                        |__output| {
                            use P::Probed as _;
                            P::Probe(__output)
                                .__hyperion_probe()
                                .__hyperion_probe()
                                .__hyperion_probe()
                        },
                    ),
                )
            }
        "##]],
    );
}

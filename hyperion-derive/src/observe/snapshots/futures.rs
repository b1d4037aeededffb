//! `async fn`.

use expect_test::expect;
use quote::quote;

use super::check;

#[test]
fn future() {
    check(
        quote!(),
        quote!(
            #[inline]
            pub async fn get<'a, T>(&'a self, id: u64) -> Result<&'a T, Error>
            where
                T: Clone,
            {
                self.find(id).await
            }
        ),
        expect![[r##"
            #[inline]
            pub fn get<'a, T>(
                &'a self,
                id: u64,
            ) -> impl ::core::future::Future<Output = Result<&'a T, Error>>
            where
                T: Clone,
            {
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
                            let id = id;
                            if false {
                                return P::returned::<Result<&'a T, Error>>();
                            }
                            '__hyperion: { self.find(id).await }
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
        "##]],
    );
}

#[test]
fn future_fields() {
    check(
        quote!(fields(%id)),
        quote!(
            async fn touch(id: u64) {
                store(id).await;
            }
        ),
        expect![[r#"
            fn touch(id: u64) -> impl ::core::future::Future<Output = ()> {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "touch",
                        path: P::path_of::<__Here>,
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
                                    P::Fields::display(__fields, "id", &(id));
                                },
                            );
                            let id = id;
                            let _ = id;
                            if false {
                                return P::returned::<()>();
                            }
                            '__hyperion: {
                                store(id).await;
                            }
                        }
                    },
                    |_| P::Outcome::Ok,
                )
            }
        "#]],
    );
}

#[test]
fn async_fn_under_another_macro() {
    check(
        quote!(),
        quote!(
            #[tokio::main]
            async fn main() -> Result<(), Error> {
                serve().await
            }
        ),
        expect![[r##"
            #[tokio::main]
            async fn main() -> Result<(), Error> {
                P::observe_future::<
                    3,
                    _,
                    _,
                >(
                        {
                            enum __Here {}
                            static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                method: "main",
                                path: P::path_of::<__Here>,
                                ..P::CallsiteMeta::DEFAULT
                            });
                            &CALLSITE
                        },
                        async move {
                            {
                                if false {
                                    return P::returned::<Result<(), Error>>();
                                }
                                '__hyperion: { serve().await }
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
        "##]],
    );
}

#[test]
fn async_fn_that_never_returns() {
    check(
        quote!(),
        quote!(
            async fn serve() -> ! {
                loop {
                    accept().await
                }
            }
        ),
        expect![[r#"
            async fn serve() -> ! {
                match P::observe_future::<
                    3,
                    _,
                    _,
                >(
                        {
                            enum __Here {}
                            static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                method: "serve",
                                path: P::path_of::<__Here>,
                                ..P::CallsiteMeta::DEFAULT
                            });
                            &CALLSITE
                        },
                        async move {
                            {
                                if false {
                                    return P::returned::<
                                        ::core::convert::Infallible,
                                    >();
                                }
                                '__hyperion: {
                                    loop {
                                        accept().await
                                    }
                                }
                            }
                        },
                        |__output| match *__output {},
                    )
                    .await
                {}
            }
        "#]],
    );
}

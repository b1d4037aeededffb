//! The code that each argument adds.

use expect_test::expect;
use quote::quote;

use super::check;

#[test]
fn every_detail_of_the_call_site() {
    check(
        quote!(
            level = debug,
            log = warn,
            in_flight,
            buckets = [0.1, 1, 2.5f64, MAX],
            root,
            err(record = status),
            exclude(audit, "slow-log")
        ),
        quote!(
            fn ping() {}
        ),
        expect![[r#"
            fn ping() {
                {
                    let __call = P::Callsite::enter::<
                        4,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "ping",
                            path: P::path_of::<__Here>,
                            level: P::Level::Debug,
                            details: &P::Details {
                                exclude: &["audit", "slow-log"],
                                log: ::core::option::Option::Some(
                                    P::Level::Warn,
                                ),
                                in_flight: true,
                                buckets: P::buckets(&[0.1, 1.0, 2.5, MAX]),
                                record: P::Record::Status,
                                root: true,
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn excluded_parts() {
    check(
        quote!(level = trace, exclude(trace, log)),
        quote!(
            fn ping() {}
        ),
        expect![[r#"
            fn ping() {
                {
                    let __call = P::Callsite::enter::<
                        5,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "ping",
                            path: P::path_of::<__Here>,
                            level: P::Level::Trace,
                            details: &P::Details {
                                parts: P::Parts::ALL
                                    .without(P::Parts::TRACE)
                                    .without(P::Parts::LOG),
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn only_parts() {
    check(
        quote!(only(trace, log, audit), level = error),
        quote!(
            fn ping() {}
        ),
        expect![[r#"
            fn ping() {
                {
                    let __call = P::Callsite::enter::<
                        1,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "ping",
                            path: P::path_of::<__Here>,
                            level: P::Level::Error,
                            details: &P::Details {
                                parts: P::Parts::TRACE
                                    .with(P::Parts::LOG),
                                only: P::Only::Names(&["audit"]),
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn only_an_interceptor() {
    check(
        quote!(only(audit), err(record = none), level = warn),
        quote!(
            fn ping() {}
        ),
        expect![[r#"
            fn ping() {
                {
                    let __call = P::Callsite::enter::<
                        2,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "ping",
                            path: P::path_of::<__Here>,
                            level: P::Level::Warn,
                            details: &P::Details {
                                parts: P::Parts::NONE,
                                only: P::Only::Names(&["audit"]),
                                record: P::Record::None,
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn labels_and_fields_of_a_closure() {
    check(
        quote!(labels(tier, user.tier = tier.of(b)), fields(id)),
        quote!(
            fn load(tier: Tier, id: u64, (a, b): (u8, u8)) -> u8 {
                a
            }
        ),
        expect![[r#"
            fn load(tier: Tier, id: u64, __arg2: (u8, u8)) -> u8 {
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "load",
                        path: P::path_of::<__Here>,
                        details: &P::Details {
                            labels: &["tier", "user.tier"],
                            ..P::Details::DEFAULT
                        },
                        ..P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __entered = &mut __call;
                let __output = P::call_once(move || -> u8 {
                    {
                        let tier = tier;
                        let id = id;
                        let __arg2 = __arg2;
                        let (a, b) = __arg2;
                        P::Call::labels(
                            __entered,
                            || P::labels().and(&(tier)).and(&(tier.of(b))),
                        );
                        P::Call::fields(
                            __entered,
                            |__fields| {
                                P::Fields::value(__fields, "id", &(id));
                            },
                        );
                        let _ = tier;
                        let _ = id;
                        let _ = b;
                        '__hyperion: { a }
                    }
                });
                P::Call::finish_with(
                    &mut __call,
                    || {
                        use P::Probed as _;
                        P::Probe(&__output)
                            .__hyperion_probe()
                            .__hyperion_probe()
                            .__hyperion_probe()
                    },
                );
                __output
            }
        "#]],
    );
}

#[test]
fn labels_of_a_guard() {
    check(
        quote!(labels(tier)),
        quote!(
            fn load(tier: Tier) {}
        ),
        expect![[r#"
            fn load(tier: Tier) {
                {
                    let mut __call = P::Callsite::enter::<
                        3,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "load",
                            path: P::path_of::<__Here>,
                            details: &P::Details {
                                labels: &["tier"],
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    P::Call::labels(
                        &mut __call,
                        || P::labels().and(&(tier)),
                    );
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn parent_and_links() {
    check(
        quote!(parent = ctx, links = [one, two]),
        quote!(
            fn load(ctx: Context) {}
        ),
        expect![[r#"
            fn load(ctx: Context) {
                {
                    let __call = P::Callsite::enter_from::<
                        3,
                    >(
                        {
                            enum __Here {}
                            static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                                method: "load",
                                path: P::path_of::<__Here>,
                                ..P::CallsiteMeta::DEFAULT
                            });
                            &CALLSITE
                        },
                        |__origin| {
                            P::Origin::parent(__origin, &(ctx));
                            P::Origin::links(__origin, [one, two]);
                        },
                    );
                    '__hyperion: {}
                }
            }
        "#]],
    );
}

#[test]
fn parent_links_and_labels_of_a_future() {
    check(
        quote!(
            parent = message.context,
            links = message.links(),
            labels(tier)
        ),
        quote!(
            async fn load(message: Message, tier: Tier) -> u8 {
                1
            }
        ),
        expect![[r#"
            fn load(message: Message, tier: Tier) -> impl ::core::future::Future<Output = u8> {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "load",
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
                        P::Prepare::parent(__prepare, &(message.context));
                        P::Prepare::links(__prepare, message.links());
                        P::Prepare::labels(
                            __prepare,
                            P::labels().and(&(tier)),
                        );
                    },
                );
                P::observe_prepared::<
                    3,
                    _,
                    _,
                >(
                    __callsite(),
                    __prepared,
                    async move {
                        {
                            let message = message;
                            let tier = tier;
                            let _ = message;
                            let _ = tier;
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
        "#]],
    );
}

#[test]
fn predicates() {
    check(
        quote!(err(ok_if = Error::is_not_found, error_if = is_partial)),
        quote!(
            fn load() -> Result<Option<u8>, Error> {
                Ok(None)
            }
        ),
        expect![[r#"
            fn load() -> Result<Option<u8>, Error> {
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "load",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __output = P::call_once(move || -> Result<Option<u8>, Error> {
                    { '__hyperion: { Ok(None) } }
                });
                P::Call::finish_with(
                    &mut __call,
                    || {
                        use P::Probed as _;
                        P::Outcome::error_if(
                            {
                                let __found = P::Probe(&__output)
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                                    .__hyperion_probe();
                                match &__output {
                                    ::core::result::Result::Err(
                                        __error,
                                    ) if P::asks(|| Error::is_not_found(
                                        __error,
                                    )) => P::Outcome::accepted(__found),
                                    _ => __found,
                                }
                            },
                            "is_partial",
                            || is_partial(&__output),
                        )
                    },
                );
                __output
            }
        "#]],
    );
}

#[test]
fn predicates_that_are_closures() {
    check(
        quote!(err(
            ok_if = |error| error.is_not_found(),
            error_if = |output| output.is_empty()
        )),
        quote!(
            async fn load() -> Output {
                Ok(None)
            }
        ),
        expect![[r#"
            fn load() -> impl ::core::future::Future<Output = Output> {
                P::observe_future::<
                    3,
                    _,
                    _,
                >(
                    {
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "load",
                            path: P::path_of::<__Here>,
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    },
                    async move {
                        {
                            if false {
                                return P::returned::<Output>();
                            }
                            '__hyperion: { Ok(None) }
                        }
                    },
                    |__output| {
                        use P::Probed as _;
                        P::Outcome::error_if(
                            {
                                let __found = P::Probe(__output)
                                    .__hyperion_probe()
                                    .__hyperion_probe()
                                    .__hyperion_probe();
                                match __output {
                                    ::core::result::Result::Err(
                                        __error,
                                    ) if P::asks(|| P::holds(
                                        __error,
                                        |error| error.is_not_found(),
                                    )) => P::Outcome::accepted(__found),
                                    _ => __found,
                                }
                            },
                            "_OTHER",
                            || P::answer(__output, |output| output.is_empty()),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn parts_of_arguments_that_are_lent() {
    check(
        quote!(
            parent = context,
            labels(tier = parcel.tier, express = Rate { speed }.is_high())
        ),
        quote!(
            async fn post(
                Json(parcel): Json<Parcel>,
                Query(Rate { mut speed, .. }): Query<Rate>,
                (context, _): &(SpanContext, u8),
                State(_): State<App>,
            ) {
            }
        ),
        expect![[r#"
            fn post(
                __arg0: Json<Parcel>,
                __arg1: Query<Rate>,
                __arg2: &(SpanContext, u8),
                __arg3: State<App>,
            ) -> impl ::core::future::Future<Output = ()> {
                let __callsite = {
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "post",
                        path: P::path_of::<__Here>,
                        details: &P::Details {
                            labels: &["tier", "express"],
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
                        let Json(ref parcel) = __arg0;
                        let Query(Rate { speed: ref speed, .. }) = __arg1;
                        let (context, _) = __arg2;
                        P::Prepare::parent(__prepare, &(context));
                        P::Prepare::labels(
                            __prepare,
                            P::labels()
                                .and(&((*parcel).tier))
                                .and(&(Rate { speed: (*speed) }.is_high())),
                        );
                    },
                );
                P::observe_prepared::<
                    3,
                    _,
                    _,
                >(
                    __callsite(),
                    __prepared,
                    async move {
                        {
                            let __arg0 = __arg0;
                            let Json(parcel) = __arg0;
                            let __arg1 = __arg1;
                            let Query(Rate { mut speed, .. }) = __arg1;
                            let __arg2 = __arg2;
                            let (context, _) = __arg2;
                            let __arg3 = __arg3;
                            let State(_) = __arg3;
                            let _ = parcel;
                            let _ = speed;
                            let _ = context;
                            if false {
                                return P::returned::<()>();
                            }
                            '__hyperion: {}
                        }
                    },
                    |_| P::Outcome::Ok,
                )
            }
        "#]],
    );
}

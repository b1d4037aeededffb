//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::observe;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(arguments: TokenStream, item: TokenStream, expected: Expect) {
    let expansion = observe(arguments, item);
    let file = syn::parse2(expansion).expect("an expansion is one item");
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(
        &prettyplease::unparse(&file)
            .replace("my::hyperion::__private", "my::P")
            .replace("::hyperion::__private", "P"),
    );
}

#[test]
fn sync_value() {
    check(
        quote!(component = "UserService"),
        quote! {
            /// Finds a user.
            pub fn get_user(self, id: u64, mut name: String, _unused: bool) -> Result<User, Error> {
                name.push('!');
                find(id, name)
            }
        },
        expect![[r#"
            /// Finds a user.
            pub fn get_user(self, id: u64, name: String, _unused: bool) -> Result<User, Error> {
                let mut __call = P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::Some("UserService"),
                            method: "get_user",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                let __output = P::call_once(move || -> Result<User, Error> {
                    let _ = &self;
                    let id = id;
                    let mut name = name;
                    let (_unused,) = (_unused,);
                    '__hyperion: {
                        name.push('!');
                        find(id, name)
                    }
                });
                P::Call::finish_with(
                    &mut __call,
                    || {
                        use P::Probed as _;
                        (&&&&&&&&&&&&P::Probe(&__output)).__hyperion_outcome()
                    },
                );
                __output
            }
        "#]],
    );
}

#[test]
fn sync_unit() {
    check(
        quote!(),
        quote!(
            fn ping(&self, _: u8) {
                self.count()
            }
        ),
        expect![[r#"
            fn ping(&self, _: u8) {
                let __call = P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::None,
                            method: "ping",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                '__hyperion: { self.count() }
            }
        "#]],
    );
}

#[test]
fn sync_opaque() {
    check(
        quote!(),
        quote!(
            fn handler() -> impl Fn(&str) -> usize {
                |s| s.len()
            }
        ),
        expect![[r#"
            fn handler() -> impl Fn(&str) -> usize {
                let __call = P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::None,
                            method: "handler",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                '__hyperion: { |s| s.len() }
            }
        "#]],
    );
}

#[test]
fn sync_fields() {
    check(
        quote!(name = "load", kind = client, fields(user.id = %id, "n" = n + 1, op = "get", ?kind, id), crate = my::hyperion),
        quote!(
            fn load(id: Uuid, n: u32, kind: Kind) -> usize {
                1
            }
        ),
        expect![[r#"
            fn load(id: Uuid, n: u32, kind: Kind) -> usize {
                let mut __call = my::P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: my::P::Callsite = my::P::Callsite::new(
                        &my::P::CallsiteMeta {
                            name: ::core::option::Option::Some("load"),
                            component: ::core::option::Option::None,
                            method: "load",
                            kind: my::P::SpanKind::Client,
                            path: || my::P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                let __entered = &mut __call;
                let __output = my::P::call_once(move || -> usize {
                    my::P::Call::fields(
                        __entered,
                        |__fields| {
                            my::P::Fields::display(__fields, "user.id", &(id));
                            my::P::Fields::value(__fields, "n", &(n + 1));
                            my::P::Fields::literal(__fields, "op", "get");
                            my::P::Fields::debug(__fields, "kind", &(kind));
                            my::P::Fields::value(__fields, "id", &(id));
                        },
                    );
                    let id = id;
                    let n = n;
                    let kind = kind;
                    let _ = id;
                    let _ = n;
                    let _ = kind;
                    '__hyperion: { 1 }
                });
                my::P::Call::finish_with(
                    &mut __call,
                    || {
                        use my::P::Probed as _;
                        (&&&&&&&&&&&&my::P::Probe(&__output)).__hyperion_outcome()
                    },
                );
                __output
            }
        "#]],
    );
}

#[test]
fn sync_patterns() {
    check(
        quote!(),
        quote!(
            fn sum(
                #[cfg(unix)] (a, _): (u8, Big),
                #[allow(unused)] Wrapper(c): Wrapper,
                _: Lock,
            ) -> u8 {
                a + c
            }
        ),
        expect![[r#"
            fn sum(#[cfg(unix)] __arg0: (u8, Big), __arg1: Wrapper, __arg2: Lock) -> u8 {
                let mut __call = P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::None,
                            method: "sum",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                let __output = P::call_once(move || -> u8 {
                    #[cfg(unix)]
                    let __arg0 = __arg0;
                    #[cfg(unix)]
                    let (a, _) = __arg0;
                    let __arg1 = __arg1;
                    #[allow(unused)]
                    let Wrapper(c) = __arg1;
                    let __arg2 = __arg2;
                    '__hyperion: { a + c }
                });
                P::Call::finish_with(
                    &mut __call,
                    || {
                        use P::Probed as _;
                        (&&&&&&&&&&&&P::Probe(&__output)).__hyperion_outcome()
                    },
                );
                __output
            }
        "#]],
    );
}

#[test]
fn sync_track_caller() {
    check(
        quote!(),
        quote!(
            #[track_caller]
            fn first(items: &[u8]) -> u8 {
                items[0]
            }
        ),
        expect![[r##"
            #[track_caller]
            fn first(items: &[u8]) -> u8 {
                let mut __call = P::Callsite::enter({
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::None,
                            method: "first",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    &CALLSITE
                });
                let __output: u8 = if true {
                    '__hyperion: { items[0] }
                } else {
                    P::returned()
                };
                P::Call::finish_with(
                    &mut __call,
                    || {
                        use P::Probed as _;
                        (&&&&&&&&&&&&P::Probe(&__output)).__hyperion_outcome()
                    },
                );
                __output
            }
        "##]],
    );
}

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
                P::observe_future(
                    {
                        fn path() {}
                        static CALLSITE: P::Callsite = P::Callsite::new(
                            &P::CallsiteMeta {
                                name: ::core::option::Option::None,
                                component: ::core::option::Option::None,
                                method: "get",
                                kind: P::SpanKind::Internal,
                                path: || P::path_of(&path),
                                file: ::core::file!(),
                                line: ::core::line!(),
                            },
                        );
                        &CALLSITE
                    },
                    async move {
                        let id = id;
                        if false {
                            return P::returned::<Result<&'a T, Error>>();
                        }
                        '__hyperion: { self.find(id).await }
                    },
                    |__output| {
                        use P::Probed as _;
                        (&&&&&&&&&&&&P::Probe(__output)).__hyperion_outcome()
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
                    fn path() {}
                    static CALLSITE: P::Callsite = P::Callsite::new(
                        &P::CallsiteMeta {
                            name: ::core::option::Option::None,
                            component: ::core::option::Option::None,
                            method: "touch",
                            kind: P::SpanKind::Internal,
                            path: || P::path_of(&path),
                            file: ::core::file!(),
                            line: ::core::line!(),
                        },
                    );
                    || -> &'static P::Callsite { &CALLSITE }
                };
                P::observe_future(
                    __callsite(),
                    async move {
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
                    },
                    |__output| {
                        use P::Probed as _;
                        (&&&&&&&&&&&&P::Probe(__output)).__hyperion_outcome()
                    },
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
                P::observe_future(
                        {
                            fn path() {}
                            static CALLSITE: P::Callsite = P::Callsite::new(
                                &P::CallsiteMeta {
                                    name: ::core::option::Option::None,
                                    component: ::core::option::Option::None,
                                    method: "main",
                                    kind: P::SpanKind::Internal,
                                    path: || P::path_of(&path),
                                    file: ::core::file!(),
                                    line: ::core::line!(),
                                },
                            );
                            &CALLSITE
                        },
                        async move {
                            if false {
                                return P::returned::<Result<(), Error>>();
                            }
                            '__hyperion: { serve().await }
                        },
                        |__output| {
                            use P::Probed as _;
                            (&&&&&&&&&&&&P::Probe(__output)).__hyperion_outcome()
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
                match P::observe_future(
                        {
                            fn path() {}
                            static CALLSITE: P::Callsite = P::Callsite::new(
                                &P::CallsiteMeta {
                                    name: ::core::option::Option::None,
                                    component: ::core::option::Option::None,
                                    method: "serve",
                                    kind: P::SpanKind::Internal,
                                    path: || P::path_of(&path),
                                    file: ::core::file!(),
                                    line: ::core::line!(),
                                },
                            );
                            &CALLSITE
                        },
                        async move {
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
                        },
                        |__output| match *__output {},
                    )
                    .await
                {}
            }
        "#]],
    );
}

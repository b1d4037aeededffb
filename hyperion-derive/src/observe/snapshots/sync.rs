//! Synchronous functions.

use expect_test::expect;
use quote::quote;

use super::check;

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
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "get_user",
                        path: P::path_of::<__Here>,
                        component: "UserService",
                        ..P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __output = P::call_once(move || -> Result<User, Error> {
                    {
                        let _ = &self;
                        let id = id;
                        let mut name = name;
                        let (_unused,) = (_unused,);
                        '__hyperion: {
                            name.push('!');
                            find(id, name)
                        }
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
                {
                    let __call = P::Callsite::enter::<
                        3,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "ping",
                            path: P::path_of::<__Here>,
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: { self.count() }
                }
            }
        "#]],
    );
}

#[test]
fn sync_reference() {
    check(
        quote!(),
        quote!(
            fn index(&self, index: usize) -> &Self::Output {
                &self.0[index]
            }
        ),
        expect![[r#"
            fn index(&self, index: usize) -> &Self::Output {
                {
                    let __call = P::Callsite::enter::<
                        3,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "index",
                            path: P::path_of::<__Here>,
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: { &self.0[index] }
                }
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
                {
                    let __call = P::Callsite::enter::<
                        3,
                    >({
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "handler",
                            path: P::path_of::<__Here>,
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    });
                    '__hyperion: { |s| s.len() }
                }
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
                let mut __call = my::P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: my::P::Callsite = (my::P::Callsite::new)(my::P::CallsiteMeta {
                        method: "load",
                        path: my::P::path_of::<__Here>,
                        name: "load",
                        kind: my::P::SpanKind::Client,
                        ..my::P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __entered = &mut __call;
                let __output = my::P::call_once(move || -> usize {
                    {
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
                    }
                });
                my::P::Call::finish_with(
                    &mut __call,
                    || {
                        use my::P::Probed as _;
                        my::P::Probe(&__output)
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
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "sum",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __output = P::call_once(move || -> u8 {
                    {
                        #[cfg(unix)]
                        let __arg0 = __arg0;
                        #[cfg(unix)]
                        let (a, _) = __arg0;
                        let __arg1 = __arg1;
                        #[allow(unused)]
                        let Wrapper(c) = __arg1;
                        let __arg2 = __arg2;
                        '__hyperion: { a + c }
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
fn sync_mutable_reference() {
    check(
        quote!(),
        quote!(
            fn push((ref mut text, _): (String, u8)) -> usize {
                text.len()
            }
        ),
        expect![[r#"
            fn push(__arg0: (String, u8)) -> usize {
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "push",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
                    &CALLSITE
                });
                let __output = P::call_once(move || -> usize {
                    {
                        let mut __arg0 = __arg0;
                        let (ref mut text, _) = __arg0;
                        '__hyperion: { text.len() }
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
                let mut __call = P::Callsite::enter::<
                    3,
                >({
                    enum __Here {}
                    static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                        method: "first",
                        path: P::path_of::<__Here>,
                        ..P::CallsiteMeta::DEFAULT
                    });
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
                        P::Probe(&__output)
                            .__hyperion_probe()
                            .__hyperion_probe()
                            .__hyperion_probe()
                    },
                );
                __output
            }
        "##]],
    );
}

//! Spans that are opened by hand.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use crate::observe::span;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(tokens: TokenStream, expected: Expect) {
    let expression = span(tokens);
    super::check_tokens(quote!(fn main() { #expression }), &expected);
}

#[test]
fn a_name_alone() {
    check(
        quote!("load"),
        expect![[r#"
            fn main() {
                P::Span::start::<
                    3,
                >(
                    {
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "load",
                            path: P::path_of::<__Here>,
                            name: "load",
                            details: &P::Details {
                                parts: P::Parts::TRACE,
                                only: P::Only::Names(&[]),
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    },
                    |_| {},
                    |_| {},
                )
            }
        "#]],
    );
}

#[test]
fn every_argument() {
    check(
        quote!(
            "GET /users",
            kind = client,
            level = debug,
            component = "Users",
            parent = context,
            links = [other],
            fields(user.id = %id, n),
            crate = my::hyperion,
        ),
        expect![[r#"
            fn main() {
                my::P::Span::start::<
                    4,
                >(
                    {
                        enum __Here {}
                        static CALLSITE: my::P::Callsite = (my::P::Callsite::new)(my::P::CallsiteMeta {
                            method: "GET /users",
                            path: my::P::path_of::<__Here>,
                            component: "Users",
                            name: "GET /users",
                            kind: my::P::SpanKind::Client,
                            level: my::P::Level::Debug,
                            details: &my::P::Details {
                                parts: my::P::Parts::TRACE,
                                only: my::P::Only::Names(&[]),
                                ..my::P::Details::DEFAULT
                            },
                        });
                        &CALLSITE
                    },
                    |__origin| {
                        my::P::Origin::parent(__origin, &(context));
                        my::P::Origin::links(__origin, [other]);
                    },
                    |__fields| {
                        my::P::Fields::display(__fields, "user.id", &(id));
                        my::P::Fields::value(__fields, "n", &(n));
                    },
                )
            }
        "#]],
    );
}

#[test]
fn a_root_without_its_code() {
    check(
        quote!("load", root, location = false),
        expect![[r#"
            fn main() {
                P::Span::start::<
                    3,
                >(
                    {
                        enum __Here {}
                        static CALLSITE: P::Callsite = (P::Callsite::new)(P::CallsiteMeta {
                            method: "load",
                            path: P::path_of::<__Here>,
                            name: "load",
                            details: &P::Details {
                                parts: P::Parts::TRACE,
                                only: P::Only::Names(&[]),
                                root: true,
                                location: false,
                                ..P::Details::DEFAULT
                            },
                            ..P::CallsiteMeta::DEFAULT
                        });
                        &CALLSITE
                    },
                    |_| {},
                    |_| {},
                )
            }
        "#]],
    );
}

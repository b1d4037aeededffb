//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::label;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(item: TokenStream, expected: Expect) {
    let file = syn::parse2(label(item)).expect("an expansion is one item");
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(
        &prettyplease::unparse(&file)
            .replace("my::hyperion::__private", "my::P")
            .replace("::hyperion::__private", "P"),
    );
}

#[test]
fn variants() {
    check(
        quote! {
            pub enum Tier {
                Free,
                PaidMonthly = 7,
                r#Type(),
                #[label(rename = "none of them")]
                Other {},
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl P::Label for Tier {
                const CARDINALITY: ::core::primitive::usize = 4;
                #[inline]
                fn index(&self) -> ::core::primitive::usize {
                    match self {
                        Self::Free => 0,
                        Self::PaidMonthly => 1,
                        Self::r#Type { .. } => 2,
                        Self::Other { .. } => 3,
                    }
                }
                #[inline]
                fn value(__index: ::core::primitive::usize) -> &'static ::core::primitive::str {
                    match __index {
                        0 => "free",
                        1 => "paid_monthly",
                        2 => "type",
                        3 => "none of them",
                        _ => "_OTHER",
                    }
                }
            }
        "##]],
    );
}

#[test]
fn every_variant_in_a_case() {
    check(
        quote! {
            #[label(rename_all = "SCREAMING-KEBAB-CASE", crate = my::hyperion)]
            enum Method {
                Get,
                PatchAll,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl my::P::Label for Method {
                const CARDINALITY: ::core::primitive::usize = 2;
                #[inline]
                fn index(&self) -> ::core::primitive::usize {
                    match self {
                        Self::Get => 0,
                        Self::PatchAll => 1,
                    }
                }
                #[inline]
                fn value(__index: ::core::primitive::usize) -> &'static ::core::primitive::str {
                    match __index {
                        0 => "GET",
                        1 => "PATCH-ALL",
                        _ => "_OTHER",
                    }
                }
            }
        "##]],
    );
}

#[test]
fn mistakes() {
    check(
        quote! {
            enum Tier<T> {
                Free,
                #[label(rename = "free")]
                Paid(T),
            }
        },
        expect![[r#"
            ::core::compile_error! {
                "a label cannot be generic, since its values are those of its variants; remove the parameters"
            }
            ::core::compile_error! {
                "a label has no fields, since its values must be known when the program is compiled; remove them, or record them as span attributes with `fields(..)`"
            }
            ::core::compile_error! {
                "`free` is the value of `Free` already, give this one another with `rename = \"…\"`"
            }
            #[automatically_derived]
            impl<T> P::Label for Tier<T> {
                const CARDINALITY: ::core::primitive::usize = 1;
                #[inline]
                fn index(&self) -> ::core::primitive::usize {
                    0
                }
                #[inline]
                fn value(__index: ::core::primitive::usize) -> &'static ::core::primitive::str {
                    ""
                }
            }
        "#]],
    );
    check(
        quote!(
            struct Tier;
        ),
        expect![[r#"
            ::core::compile_error! {
                "a struct that is a label has one field, a `Bounded<N>` with its texts"
            }
            #[automatically_derived]
            impl P::Label for Tier {
                const CARDINALITY: ::core::primitive::usize = 1;
                #[inline]
                fn index(&self) -> ::core::primitive::usize {
                    0
                }
                #[inline]
                fn value(__index: ::core::primitive::usize) -> &'static ::core::primitive::str {
                    ""
                }
            }
        "#]],
    );
}

//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::label_set;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(item: TokenStream, expected: Expect) {
    let file = syn::parse2(label_set(item)).expect("an expansion is items");
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(
        &prettyplease::unparse(&file)
            .replace("my::hyperion::__private", "my::P")
            .replace("::hyperion::__private", "P")
            .replace("::core::primitive::", "p::"),
    );
}

#[test]
fn labels() {
    check(
        quote! {
            pub struct Lookup {
                pub tier: Tier,
                #[label(rename = "cache.hit")]
                r#hit: bool,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl P::LabelSet for Lookup {
                const CARDINALITY: p::usize = P::label_set::product(
                    <Self as P::LabelSet>::FACTORS,
                );
                const KEYS: &'static [&'static p::str] = &["tier", "cache.hit"];
                const FACTORS: &'static [p::usize] = &[
                    <Tier as P::Label>::CARDINALITY,
                    <bool as P::Label>::CARDINALITY,
                ];
                const KNOWN: p::bool = <Tier as P::Label>::KNOWN
                    && <bool as P::Label>::KNOWN;
                #[inline]
                fn index(&self) -> p::usize {
                    let __index = 0;
                    let __place = <Tier as P::Label>::index(&self.tier);
                    let __index = P::label_set::and(
                        __index,
                        <Tier as P::Label>::CARDINALITY,
                        __place,
                    );
                    let __place = <bool as P::Label>::index(&self.r#hit);
                    let __index = P::label_set::and(
                        __index,
                        <bool as P::Label>::CARDINALITY,
                        __place,
                    );
                    __index
                }
                fn values(
                    __index: p::usize,
                    __give: &mut dyn ::core::ops::FnMut(&'static p::str),
                ) {
                    P::label_set::give_values(
                        __index,
                        &[
                            (
                                <Tier as P::Label>::CARDINALITY,
                                <Tier as P::Label>::value,
                            ),
                            (
                                <bool as P::Label>::CARDINALITY,
                                <bool as P::Label>::value,
                            ),
                        ],
                        __give,
                    );
                }
            }
            const _: () = P::budget::label(
                "tier",
                <Tier as P::Label>::CARDINALITY,
            );
            const _: () = P::budget::label(
                "cache.hit",
                <bool as P::Label>::CARDINALITY,
            );
        "##]],
    );
}

#[test]
fn a_label_in_a_case() {
    check(
        quote! {
            #[label(rename_all = "camelCase", crate = my::hyperion)]
            struct Lookup {
                cache_hit: bool,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl my::P::LabelSet for Lookup {
                const CARDINALITY: p::usize = my::P::label_set::product(
                    <Self as my::P::LabelSet>::FACTORS,
                );
                const KEYS: &'static [&'static p::str] = &["cacheHit"];
                const FACTORS: &'static [p::usize] = &[
                    <bool as my::P::Label>::CARDINALITY,
                ];
                const KNOWN: p::bool = <bool as my::P::Label>::KNOWN;
                #[inline]
                fn index(&self) -> p::usize {
                    let __index = 0;
                    let __place = <bool as my::P::Label>::index(&self.cache_hit);
                    let __index = my::P::label_set::and(
                        __index,
                        <bool as my::P::Label>::CARDINALITY,
                        __place,
                    );
                    __index
                }
                fn values(
                    __index: p::usize,
                    __give: &mut dyn ::core::ops::FnMut(&'static p::str),
                ) {
                    my::P::label_set::give_values(
                        __index,
                        &[
                            (
                                <bool as my::P::Label>::CARDINALITY,
                                <bool as my::P::Label>::value,
                            ),
                        ],
                        __give,
                    );
                }
            }
            const _: () = my::P::budget::label(
                "cacheHit",
                <bool as my::P::Label>::CARDINALITY,
            );
        "##]],
    );
}

#[test]
fn mistakes() {
    check(
        quote! {
            struct Lookup<T> {
                le: T,
                #[label(rename = "a_b")]
                first: bool,
                #[label(rename = "a.b")]
                second: bool,
            }
        },
        expect![[r#"
            ::core::compile_error! {
                "a set of labels cannot be generic, since the number of its series is a constant; remove the parameters"
            }
            ::core::compile_error! {
                "`le` is a label that Prometheus has itself; give it another with `rename = \"…\"`"
            }
            ::core::compile_error! {
                "`a.b` and `a_b`, the key of `first`, are one label in Prometheus; give this one another with `rename = \"…\"`"
            }
            #[automatically_derived]
            impl<T> P::LabelSet for Lookup<T> {
                const CARDINALITY: p::usize = P::label_set::product(
                    <Self as P::LabelSet>::FACTORS,
                );
                const KEYS: &'static [&'static p::str] = &[];
                const FACTORS: &'static [p::usize] = &[];
                const KNOWN: p::bool = true;
                #[inline]
                fn index(&self) -> p::usize {
                    0
                }
                fn values(
                    __index: p::usize,
                    __give: &mut dyn ::core::ops::FnMut(&'static p::str),
                ) {}
            }
        "#]],
    );
}

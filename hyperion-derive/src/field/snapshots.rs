//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::field;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(item: TokenStream, expected: Expect) {
    let file = syn::parse2(field(item)).expect("an expansion is one item");
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(&prettyplease::unparse(&file).replace("::hyperion::__private", "P"));
}

#[test]
fn the_one_field_of_a_struct() {
    check(
        quote! {
            struct Id<T> where T: Copy {
                inner: T,
            }
        },
        expect![[r#"
            #[automatically_derived]
            impl<T> P::Field for Id<T>
            where
                T: Copy,
                T: P::Field,
            {
                #[inline]
                fn field_value(
                    &self,
                ) -> ::core::option::Option<P::FieldValue<'_>> {
                    P::Field::field_value(&self.inner)
                }
            }
        "#]],
    );
}

#[test]
fn the_names_of_variants() {
    check(
        quote! {
            enum Tier {
                Free,
                PaidMonthly,
                #[field(rename = "by contract")]
                Contract,
                #[field(rename = "free")]
                Trial,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl P::Field for Tier {
                #[inline]
                fn field_value(
                    &self,
                ) -> ::core::option::Option<P::FieldValue<'_>> {
                    P::text_value(
                        match self {
                            Self::Free | Self::Trial => "free",
                            Self::PaidMonthly => "paid_monthly",
                            Self::Contract => "by contract",
                        },
                    )
                }
            }
        "##]],
    );
    check(
        quote!(
            enum Never {}
        ),
        expect![[r#"
            #[automatically_derived]
            impl P::Field for Never {
                #[inline]
                fn field_value(
                    &self,
                ) -> ::core::option::Option<P::FieldValue<'_>> {
                    match *self {}
                }
            }
        "#]],
    );
}

#[test]
fn a_text() {
    check(
        quote! {
            #[field(display)]
            struct Point<T> { x: T, y: T }
        },
        expect![[r#"
            #[automatically_derived]
            impl<T> P::Field for Point<T>
            where
                Self: ::core::fmt::Display,
            {
                #[inline]
                fn field_value(
                    &self,
                ) -> ::core::option::Option<P::FieldValue<'_>> {
                    P::display_value(self)
                }
            }
        "#]],
    );
    check(
        quote! {
            #[field(debug)]
            enum Shape { Point(u8), Circle { radius: u8 } }
        },
        expect![[r#"
            #[automatically_derived]
            impl P::Field for Shape {
                #[inline]
                fn field_value(
                    &self,
                ) -> ::core::option::Option<P::FieldValue<'_>> {
                    P::debug_value(self)
                }
            }
        "#]],
    );
}

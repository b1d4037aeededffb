//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`expect-test` writes the snapshots with them"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::error_type;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(item: TokenStream, expected: Expect) {
    let file = syn::parse2(error_type(item)).expect("an expansion is one item");
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
            pub enum Failure {
                NotFound,
                r#Type(u8, String),
                #[error_type(rename = "too_long")]
                Long { length: usize },
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl P::ErrorType for Failure {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match self {
                        Self::NotFound => "NotFound",
                        Self::r#Type { .. } => "Type",
                        Self::Long { .. } => "too_long",
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
            #[error_type(rename_all = "snake_case", crate = my::hyperion)]
            enum Failure {
                HTTPError,
                #[error_type(rename = "http_error")]
                Transport(),
                r#NotFound,
                #[error_type(rename = "Kept")]
                Renamed,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl my::P::ErrorType for Failure {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match self {
                        Self::HTTPError | Self::Transport { .. } => "http_error",
                        Self::r#NotFound => "not_found",
                        Self::Renamed => "Kept",
                    }
                }
            }
        "##]],
    );
}

#[test]
fn inner_fields() {
    check(
        quote! {
            enum Failure {
                #[error_type(inner)]
                Database(Database),
                #[error_type(inner)]
                Network { source: Box<Network> },
                Cache(u8, #[error_type(inner)] Cache),
                Other,
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl P::ErrorType for Failure {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match self {
                        Self::Other => "Other",
                        Self::Database { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::Network { source: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::Cache { 1: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                    }
                }
            }
        "##]],
    );
}

#[test]
fn structs() {
    check(
        quote!(
            struct Timeout;
        ),
        expect![[r##"
            #[automatically_derived]
            impl P::ErrorType for Timeout {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    "Timeout"
                }
            }
        "##]],
    );
    check(
        quote!(
            #[error_type(rename = "timeout")]
            struct Timeout(Duration);
        ),
        expect![[r##"
            #[automatically_derived]
            impl P::ErrorType for Timeout {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    "timeout"
                }
            }
        "##]],
    );
    check(
        quote!(
            #[error_type(inner)]
            struct Wrapper(Inner);
        ),
        expect![[r#"
            #[automatically_derived]
            impl P::ErrorType for Wrapper {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    P::ErrorType::error_type(&self.0)
                }
            }
        "#]],
    );
    check(
        quote!(
            struct Wrapper {
                at: u8,
                #[error_type(inner)]
                r#type: Inner,
            }
        ),
        expect![[r#"
            #[automatically_derived]
            impl P::ErrorType for Wrapper {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    P::ErrorType::error_type(&self.r#type)
                }
            }
        "#]],
    );
}

#[test]
fn nothing() {
    check(
        quote!(
            enum Never {}
        ),
        expect![[r#"
            #[automatically_derived]
            impl P::ErrorType for Never {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match *self {}
                }
            }
        "#]],
    );
}

#[test]
fn bounds_are_those_of_inner_fields() {
    check(
        quote! {
            enum Failure<'a, T: Debug = u8, U, const N: usize>
            where
                U: Display,
            {
                Plain(U),
                #[error_type(inner)]
                A(T),
                #[error_type(inner)]
                B(T),
                #[error_type(inner)]
                C(&'a Vec<T::Error>),
                #[error_type(inner)]
                D(Known<'a, N>),
                #[error_type(inner)]
                E(make!([T])),
                #[error_type(inner)]
                F(other::T),
            }
        },
        expect![[r##"
            #[automatically_derived]
            impl<'a, T: Debug, U, const N: usize> P::ErrorType
            for Failure<'a, T, U, N>
            where
                U: Display,
                T: P::ErrorType,
                &'a Vec<T::Error>: P::ErrorType,
                make!([T]): P::ErrorType,
            {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match self {
                        Self::Plain { .. } => "Plain",
                        Self::A { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::B { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::C { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::D { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::E { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::F { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                    }
                }
            }
        "##]],
    );
}

#[test]
fn a_type_that_leads_back_gets_no_bound() {
    check(
        quote! {
            enum Failure<T> {
                #[error_type(inner)]
                One(T),
                #[error_type(inner)]
                More(Box<Failure<T>>),
                #[error_type(inner)]
                Others(Box<Self>),
                #[error_type(inner)]
                Theirs(other::Failure<T>),
            }
        },
        expect![[r#"
            #[automatically_derived]
            impl<T> P::ErrorType for Failure<T>
            where
                T: P::ErrorType,
                other::Failure<T>: P::ErrorType,
            {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    match self {
                        Self::One { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::More { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::Others { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                        Self::Theirs { 0: __inner, .. } => {
                            P::ErrorType::error_type(&*__inner)
                        }
                    }
                }
            }
        "#]],
    );
}

#[test]
fn mistakes() {
    check(
        quote! {
            #[error_type(rename_all = "snack_case")]
            enum Failure<T> {
                #[error_type(inner)]
                NotFound,
            }
        },
        expect![[r#"
            ::core::compile_error! {
                "unknown case `snack_case`, expected `snake_case`"
            }
            ::core::compile_error! {
                "`inner` needs a field, and this is a variant without one; remove it"
            }
            #[automatically_derived]
            impl<T> P::ErrorType for Failure<T> {
                #[inline]
                fn error_type(&self) -> &'static ::core::primitive::str {
                    ""
                }
            }
        "#]],
    );
}

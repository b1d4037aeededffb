//! Whatever stands in the helper attributes of the derives, the answer is one implementation, beside which errors may
//! stand.

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error_type::error_type;
use crate::label::label;
use crate::observe::malformed::{grouped, sequences};

/// The tokens that arguments are made of, and some that have no place in them.
const ARGUMENTS: &[&str] = &[
    "rename",
    "rename_all",
    "inner",
    "crate",
    "r#type",
    "=",
    ",",
    "::",
    "\"\"",
    "\"text\"",
    "\"snake_case\"",
    "\"\\n\"",
    "5",
    "()",
    "(\"text\")",
    "#",
    "my::own",
];

/// A derive, and where its attributes can stand.
type Derive = fn(TokenStream) -> TokenStream;
type Item = fn(&TokenStream) -> TokenStream;

const ITEMS: &[(Derive, Item)] = &[
    (
        error_type,
        |attribute| quote!(#[error_type #attribute] enum Failure { A, B(u8) }),
    ),
    (
        error_type,
        |attribute| quote!(#[error_type #attribute] struct Failure<T>(T);),
    ),
    (
        error_type,
        |attribute| quote!(#[error_type #attribute] union Failure { a: u8 }),
    ),
    (
        error_type,
        |attribute| quote!(enum Failure<T> { #[error_type #attribute] A { a: Vec<T> }, B(u8, u8) }),
    ),
    (
        error_type,
        |attribute| quote!(enum Failure { A(#[error_type #attribute] u8, #[error_type #attribute] u8) }),
    ),
    (
        label,
        |attribute| quote!(#[label #attribute] enum Tier { A, B = 1 }),
    ),
    (
        label,
        |attribute| quote!(#[label #attribute] struct Tier { a: u8 }),
    ),
    (
        label,
        |attribute| quote!(enum Tier<const N: usize> { #[label #attribute] A(u8) }),
    ),
    (
        label,
        |attribute| quote!(enum Tier { #[label #attribute] A, #[label #attribute] B {} }),
    ),
];

/// Expands the item, and says whether it was correct.
fn check(derive: Derive, item: &TokenStream) -> bool {
    let expansion = derive(item.clone());
    let file: syn::File = syn::parse2(expansion).unwrap_or_else(|error| panic!("{item}: {error}"));
    let implemented = |item: &&syn::Item| matches!(item, syn::Item::Impl(_));
    assert_eq!(file.items.iter().filter(implemented).count(), 1, "{item}");
    file.items.len() == 1
}

#[test]
fn malformed_attributes_are_errors() {
    let mut correct = [0; ITEMS.len()];
    for (turn, sequence) in sequences(ARGUMENTS).into_iter().enumerate() {
        let Ok(arguments) = TokenStream::from_str(&sequence) else {
            continue;
        };
        // Short ones are tried everywhere, and the many long ones in one place each.
        let short = sequence.split_whitespace().count() < 3;
        for (index, (derive, item)) in ITEMS.iter().enumerate() {
            if short || turn % ITEMS.len() == index {
                correct[index] += usize::from(check(*derive, &item(&quote!((#arguments)))));
            }
            if short {
                let grouped = grouped(arguments.clone());
                check(*derive, &item(&quote!((#grouped))));
            }
        }
    }
    // Of the items themselves a union is none, nor are a struct and a field of the second derive.
    let possible = correct.map(|correct| correct > 0);
    assert_eq!(
        possible,
        [true, true, false, true, true, true, false, false, true],
        "{correct:?}"
    );
}

#[test]
fn an_attribute_without_a_list_is_an_error() {
    for (derive, item) in ITEMS {
        for attribute in [quote!(), quote!(= "text"), quote!([]), quote!({})] {
            let correct = check(*derive, &item(&attribute));
            let list = attribute.to_string().contains(['[', '{']);
            assert!(list || !correct, "`{attribute}` is none");
        }
    }
}

//! Whatever stands in the helper attributes of the derives, the answer is one implementation of the trait, beside which
//! errors may stand.

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{VisitMut, visit_item_impl_mut};

use crate::error_type::error_type;
use crate::label::label;
use crate::label_set::label_set;
use crate::metrics::metrics;
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
    "max_series = 5",
    "zero",
    "flatten",
    "unit = \"s\"",
    "buckets = [1]",
    "instance_labels(a)",
    "instance(\"a\")",
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
        |attribute| quote!(#[label #attribute] struct Tenant(Bounded<5>);),
    ),
    (
        label,
        |attribute| quote!(enum Tier<const N: usize> { #[label #attribute] A(u8) }),
    ),
    (
        label,
        |attribute| quote!(enum Tier { #[label #attribute] A, #[label #attribute] B {} }),
    ),
    (
        label_set,
        |attribute| quote!(#[label #attribute] struct Lookup { a: Tier }),
    ),
    (
        label_set,
        |attribute| quote!(struct Lookup<T> { #[label #attribute] a: T }),
    ),
    (
        label_set,
        |attribute| quote!(struct Lookup { a: Tier, #[label #attribute] b: bool }),
    ),
    (
        metrics,
        |attribute| quote!(#[metrics #attribute] struct All { #[counter] a: Counter }),
    ),
    (
        metrics,
        |attribute| quote!(struct All { #[metrics #attribute] a: Cache }),
    ),
    (
        metrics,
        |attribute| quote!(struct All { #[histogram #attribute] a: Histogram, #[counter] b: Counter }),
    ),
];

/// Expands the item, and says whether it was correct.
fn check(derive: Derive, item: &TokenStream) -> bool {
    let expansion = derive(item.clone());
    let correct = !expansion.to_string().contains("compile_error");
    let mut file = syn::parse2(expansion).unwrap_or_else(|error| panic!("{item}: {error}"));
    let mut count = Implementations(0);
    count.visit_file_mut(&mut file);
    assert_eq!(count.0, 1, "{item}");
    correct
}

/// Counts those of traits of ours.
struct Implementations(usize);

impl VisitMut for Implementations {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        visit_item_impl_mut(self, item);
        let ours = item.trait_.as_ref().is_some_and(|(path, _)| {
            path.segments
                .iter()
                .any(|segment| segment.ident == "__private")
        });
        self.0 += usize::from(ours);
    }
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
    // Of the items themselves a union is none, nor are a struct that is no label, and what is generic or has fields.
    let possible = correct.map(|correct| correct > 0);
    assert_eq!(
        possible,
        [
            true, true, false, true, true, // ErrorType
            true, false, true, false, true, // Label
            true, false, true, // LabelSet
            true, true, true, // Metrics
        ],
        "{correct:?}"
    );
}

#[test]
fn an_attribute_without_a_list_is_an_error() {
    for (derive, item) in ITEMS {
        for attribute in [quote!(), quote!(= "text"), quote!([]), quote!({})] {
            let correct = check(*derive, &item(&attribute));
            let text = attribute.to_string();
            // A metric needs no list.
            let list = text.contains(['[', '{'])
                || (text.is_empty() && item(&attribute).to_string().contains("histogram"));
            assert!(list || !correct, "`{attribute}` is none");
        }
    }
}

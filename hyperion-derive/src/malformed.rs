//! Whatever stands in the helper attributes of the derives, the answer is one implementation of the trait, beside which
//! errors may stand.

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{VisitMut, visit_item_impl_mut};

use crate::error_type::error_type;
use crate::field::field;
use crate::label::label;
use crate::label_set::label_set;
use crate::metrics::metrics;
use crate::observe::malformed::{grouped, sequences};

/// The tokens that arguments of names are made of, and some that have no place in them.
const NAMING: &[&str] = &[
    "rename",
    "rename_all",
    "inner",
    "display",
    "debug",
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

/// The same for arguments of metrics.
const DECLARING: &[&str] = &[
    "max_series",
    "max_series=5",
    "zero",
    "flatten",
    "instance_labels(a.b)",
    "instance(\"a\",b)",
    "instance",
    "unit",
    "unit=\"s\"",
    "buckets=[1,2.5,-x]",
    "=",
    "(\"a\")",
    ",",
    "#",
];

/// A derive, and where its attributes can stand.
type Derive = fn(TokenStream) -> TokenStream;
type Item = fn(&TokenStream) -> TokenStream;

const NAMED: &[(Derive, Item)] = &[
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
        field,
        |attribute| quote!(#[field #attribute] struct Id<T>(T);),
    ),
    (
        field,
        |attribute| quote!(#[field #attribute] enum State { #[field #attribute] A, B(u8) }),
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
];

const METRICS: &[(Derive, Item)] = &[
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

/// Tries sequences of `words` everywhere, and says of each item whether any was correct.
fn possible(words: &[&str], items: &[(Derive, Item)]) -> Vec<bool> {
    let mut correct = vec![false; items.len()];
    for (turn, sequence) in sequences(words).into_iter().enumerate() {
        let Ok(arguments) = TokenStream::from_str(&sequence) else {
            continue;
        };
        // Short ones are tried everywhere, and the many long ones in one place each.
        let short = sequence.split_whitespace().count() < 3;
        for (index, (derive, item)) in items.iter().enumerate() {
            if short || turn % items.len() == index {
                correct[index] |= check(*derive, &item(&quote!((#arguments))));
            }
            if short {
                let grouped = grouped(arguments.clone());
                check(*derive, &item(&quote!((#grouped))));
            }
        }
    }
    correct
}

#[test]
fn malformed_names_are_errors() {
    // Of the items themselves a union is none, nor are a struct that is no label, and what is generic or has fields.
    assert_eq!(
        possible(NAMING, NAMED),
        [
            true, true, false, true, true, // ErrorType
            true, false, true, false, true, // Label
            true, false, // Field
            true, false, true, // LabelSet
        ]
    );
}

#[test]
fn malformed_metrics_are_errors() {
    assert_eq!(possible(DECLARING, METRICS), [true; 3]);
}

#[test]
fn an_attribute_without_a_list_is_an_error() {
    for (derive, item) in NAMED.iter().chain(METRICS) {
        for attribute in [quote!(), quote!(= "text"), quote!([]), quote!({})] {
            let item = item(&attribute);
            let correct = check(*derive, &item);
            // A metric needs no list.
            let alone = attribute.is_empty() && item.to_string().contains("histogram");
            let list = attribute.to_string().contains(['[', '{']);
            assert!(alone || list || !correct, "`{attribute}` is none");
        }
    }
}

//! Whatever stands in the parentheses or under the attribute, the answer is an expansion or errors.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::observe;

/// The tokens that arguments are made of, and some that have no place in them.
const ARGUMENTS: &[&str] = &[
    "component",
    "name",
    "kind",
    "fields",
    "crate",
    "nmae",
    "server",
    "self",
    "_",
    "r#type",
    "=",
    ",",
    ".",
    "::",
    "%",
    "?",
    "\"\"",
    "\"text\"",
    "5",
    "'a",
    "()",
    "(id)",
    "(a.b = %c, ?d, \"e\" = 1)",
    "(= % , .)",
    "{}",
    "[]",
    "#",
    "!",
    "|x| x,",
];

/// The tokens that items begin with, and some that have no place there.
const ITEMS: &[&str] = &[
    "fn",
    "fn load()",
    "()",
    "{}",
    ";",
    "async",
    "const",
    "unsafe",
    "extern",
    "\"C\"",
    "pub",
    "impl",
    "struct",
    "trait",
    "static",
    "let",
    "(self, _: u8, (a, b): T, mut c: u8)",
    "(u8, ...)",
    "<T>",
    "-> u8",
    "-> !",
    "-> impl Send",
    "where T: Send",
    "#[track_caller]",
    "#[doc]",
    "#![inline]",
    "=",
    "{ #![allow(unused)] }",
    "r#fn",
    "_",
    "'a",
];

/// Every sequence of at most three of the words, and then some longer ones.
pub(crate) fn sequences(words: &[&str]) -> Vec<String> {
    let mut sequences = vec![String::new()];
    let mut longest = sequences.clone();
    for _ in 0..3 {
        longest = longest
            .iter()
            .flat_map(|start| words.iter().map(move |word| format!("{start} {word}")))
            .collect();
        sequences.extend(longest.iter().cloned());
    }
    // A linear congruential generator: the same sequences every time.
    let mut state = 1_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 40).unwrap_or(0)
    };
    for _ in 0..20_000 {
        let length = 4 + random() % 12;
        let sequence: Vec<&str> = (0..length).map(|_| words[random() % words.len()]).collect();
        sequences.push(sequence.join(" "));
    }
    sequences
}

/// Puts every group into an invisible one, as `macro_rules!` does with its fragments.
pub(crate) fn grouped(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| TokenTree::from(Group::new(Delimiter::None, token.into())))
        .collect()
}

fn has_errors(expansion: &TokenStream) -> bool {
    expansion.to_string().contains("compile_error")
}

#[test]
fn malformed_arguments_are_errors() {
    let item = quote!(
        fn load(id: u32) -> u32 {
            id
        }
    );
    let mut correct = 0;
    for sequence in sequences(ARGUMENTS) {
        let Ok(arguments) = TokenStream::from_str(&sequence) else {
            continue;
        };
        let expansion = observe(arguments.clone(), &item);
        if has_errors(&expansion) {
            let unchanged = expansion.to_string().ends_with(&item.to_string());
            assert!(unchanged, "`{sequence}` changes the item: {expansion}");
        } else {
            correct += 1;
            assert!(
                syn::parse2::<syn::ItemFn>(expansion).is_ok(),
                "`{sequence}` gives no function"
            );
        }
        drop(observe(grouped(arguments), &item));
    }
    assert!(correct > 10, "only {correct} sequences were correct");
}

#[test]
fn malformed_items_are_errors() {
    let mut correct = 0;
    for sequence in sequences(ITEMS) {
        let Ok(item) = TokenStream::from_str(&sequence) else {
            continue;
        };
        let expansion = observe(TokenStream::new(), &item);
        if has_errors(&expansion) {
            let unchanged = expansion.to_string().ends_with(&item.to_string());
            assert!(unchanged, "`{sequence}` is changed: {expansion}");
        } else {
            correct += 1;
        }
        drop(observe(TokenStream::new(), &grouped(item)));
    }
    assert!(correct > 10, "only {correct} sequences were correct");
}

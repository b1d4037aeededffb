//! Whatever stands in the parentheses or under the attribute, the answer is an expansion or errors.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{observe, span};

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
    "in_flight",
    "skip",
    "root",
    "parent = id",
    "parent = id,",
    "links = [id],",
    "location = false,",
    "labels(a = b),",
    "labels(_ = %c, outcome, 5)",
    "err",
    "err(ok_if = is_fine, record = none),",
    "err(ok_if = 5, error_if = |x| x, ok)",
    "error_if",
    "only",
    "only(trace, audit),",
    "exclude(\"a\", log, log, 5)",
    "level",
    "level = debug,",
    "level = Level::DEBUG",
    "log",
    "log = info,",
    "debug",
    "buckets",
    "buckets = [0.1, 1, MAX],",
    "buckets = [1, 0.5, \"a\", -1]",
    "user.id = %id",
    "skip_all",
    "ret",
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
    "-> impl Future<Output = u8>",
    "-> Pin<Box<dyn Future>>",
    "{ x; async move { 1 } }",
    "{ Box::pin(async {}) }",
    "impl T",
    "#[track_caller]",
    "#[doc]",
    "#![inline]",
    "=",
    "{ #![allow(unused)] }",
    "r#fn",
    "_",
    "'a",
];

/// The tokens that a block is filled with.
const METHODS: &[&str] = &[
    "fn load(&self)",
    "{}",
    "{ self. }",
    ";",
    "async",
    "const",
    "default",
    "pub",
    "fn",
    "#[observe]",
    "#[observe(skip)]",
    "#[hyperion::observe(level = debug, fields(a))]",
    "#[observe(nmae)]",
    "#[cfg_attr(unix, observe)]",
    "#[inline]",
    "#![inline]",
    "#",
    "-> u8",
    "-> impl Future",
    "const N: u8 = { 1 };",
    "type T = u8;",
    "items!",
    "(a)",
    "=",
];

/// Every sequence of at most three of the words, or of two where there are many, and then some longer ones.
pub(crate) fn sequences(words: &[&str]) -> Vec<String> {
    let mut sequences = vec![String::new()];
    let mut longest = sequences.clone();
    let depth = if words.len() > 32 { 2 } else { 3 };
    for _ in 0..depth {
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
    for _ in 0..10_000 {
        let length = depth + 1 + random() % 12;
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
fn malformed_spans_are_errors() {
    let mut correct = 0;
    for sequence in sequences(ARGUMENTS) {
        for tokens in [sequence.clone(), format!("\"load\", {sequence}")] {
            let Ok(tokens) = TokenStream::from_str(&tokens) else {
                continue;
            };
            let expansion = span(tokens.clone());
            assert!(
                syn::parse2::<syn::Expr>(expansion.clone()).is_ok(),
                "`{tokens}` gives no expression: {expansion}"
            );
            correct += u32::from(!has_errors(&expansion));
            drop(span(grouped(tokens)));
        }
    }
    assert!(correct > 10, "only {correct} sequences were correct");
}

/// The tokens without the attributes of ours.
fn stripped(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for word in METHODS.iter().filter(|word| word.contains("observe")) {
        let attribute = TokenStream::from_str(word).expect("an attribute is made of tokens");
        text = text.replace(&attribute.to_string(), "");
    }
    text.replace(char::is_whitespace, "")
}

#[test]
fn malformed_methods_leave_the_block() {
    let (mut correct, mut wrong) = (0, 0);
    for sequence in sequences(METHODS) {
        let Ok(methods) = TokenStream::from_str(&sequence) else {
            continue;
        };
        let block = quote!(impl Users { #methods });
        let expansion = observe(TokenStream::new(), &block);
        if has_errors(&expansion) {
            wrong += 1;
            let unchanged = stripped(&expansion).ends_with(&stripped(&block));
            assert!(unchanged, "`{sequence}` is changed: {expansion}");
        } else {
            correct += 1;
            assert_eq!(
                syn::parse2::<syn::ItemImpl>(block.clone()).is_ok(),
                syn::parse2::<syn::ItemImpl>(expansion.clone()).is_ok(),
                "`{sequence}` becomes {expansion}"
            );
        }
        let grouped = grouped(methods);
        drop(observe(
            TokenStream::new(),
            &quote!(impl Users { #grouped }),
        ));
    }
    assert!(correct > 10 && wrong > 10, "{correct} and {wrong}");
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

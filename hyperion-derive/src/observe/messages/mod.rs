//! The messages that a user reads after a mistake.

mod arguments;
mod blocks;
mod functions;
mod spans;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::observe;

/// The texts of the errors in an expansion, in their order.
fn messages(expansion: TokenStream) -> Vec<String> {
    let mut messages = Vec::new();
    let mut last = None;
    for token in expansion {
        if let TokenTree::Group(group) = &token {
            if last.as_deref() == Some("!") {
                let text = syn::parse2::<syn::LitStr>(group.stream());
                messages.extend(text.ok().map(|text| text.value()));
            }
            messages.extend(self::messages(group.stream()));
        }
        last = Some(token.to_string());
    }
    messages
}

/// The errors about arguments of a function that anything could be said about.
fn of_arguments(arguments: &str) -> Vec<String> {
    let item = quote!(
        fn load(id: u64, n: u8) -> Result<u8, Error> {
            Ok(1)
        }
    );
    of(arguments, item)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn of(arguments: &str, item: TokenStream) -> Vec<String> {
    let arguments = arguments.parse().expect("these are tokens");
    messages(observe(arguments, &item))
}

/// Compares each input's only message with what is expected.
fn check(cases: &[(&str, &str)], messages: impl Fn(&str) -> Vec<String>) {
    for (input, expected) in cases {
        assert_eq!(messages(input), [*expected], "{input}");
    }
}

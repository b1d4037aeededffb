//! Parses lists, `key = value, word, …`.

use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Result, Token};

use crate::errors::Errors;

/// Parses a list, and goes on with the next entry after a mistake.
pub(crate) fn comma_separated(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut entry: impl FnMut(ParseStream<'_>, &mut Errors) -> Result<()>,
) {
    while !input.is_empty() {
        let mut result = entry(input, errors);
        if result.is_ok() && !at_end(input) {
            result = Err(input.error("expected `,`"));
        }
        errors.ok(result);
        skip_entry(input);
    }
}

/// Returns true if the entry is over.
pub(crate) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Skips what is left of an entry, and the comma after it.
pub(crate) fn skip_entry(input: ParseStream<'_>) {
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        // There is a token, so that this cannot fail; if it did, there would be nothing to skip.
        if input.parse::<TokenTree>().is_err() || comma {
            return;
        }
    }
}

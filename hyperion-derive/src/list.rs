//! Parses lists of arguments, `key = value, word, …`, and the values that more than one macro takes.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Error, Ident, LitInt, LitStr, Path, Result, Token, parenthesized, token};

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

/// Whether the entry is over.
pub(crate) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn skip_entry(input: ParseStream<'_>) {
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        // There is a token, so that this cannot fail; if it did, there would be nothing to skip.
        if input.parse::<TokenTree>().is_err() || comma {
            return;
        }
    }
}

/// Reads the `=` after `key`, and makes sure that something follows.
pub(crate) fn equals(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<()> {
    if at_end(input) {
        return Err(missing(key, "a value", example));
    }
    if !input.peek(Token![=]) {
        return Err(input.error(format!("expected `=` after `{key}`, such as `{example}`")));
    }
    input.parse::<Token![=]>()?;
    if at_end(input) {
        return Err(missing(key, "a value", example));
    }
    Ok(())
}

/// The mistake of a key that stands alone.
pub(crate) fn missing(key: &Ident, what: &str, example: &str) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` needs {what}, such as `{example}`"),
    )
}

/// Reads `= "text"` after `key`.
pub(crate) fn text(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<LitStr> {
    equals(key, input, example)?;
    if !input.peek(LitStr) {
        return Err(input.error(format!(
            "`{key}` takes a string literal, such as `{example}`"
        )));
    }
    input.parse()
}

/// Reads `= path` after `key`.
pub(crate) fn path(key: &Ident, input: ParseStream<'_>) -> Result<Path> {
    const EXAMPLE: &str = "crate = my_crate::hyperion";
    equals(key, input, EXAMPLE)?;
    if input.peek(LitStr) {
        return Err(input.error(format!(
            "`{key}` takes a path without quotes, such as `{EXAMPLE}`"
        )));
    }
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!("`{key}` takes a path, such as `{EXAMPLE}`")));
    }
    input.call(Path::parse_mod_style)
}

/// `key`, and nothing after it.
pub(crate) fn flag(key: &Ident, input: ParseStream<'_>) -> Result<()> {
    if at_end(input) {
        return Ok(());
    }
    Err(input.error(format!("`{key}` takes no value, write `{key}` alone")))
}

/// `key(..)`: what stands in the parentheses.
pub(crate) fn list<'a>(
    key: &Ident,
    input: &ParseBuffer<'a>,
    example: &str,
) -> Result<ParseBuffer<'a>> {
    if at_end(input) {
        return Err(missing(key, "a list", example));
    }
    if !input.peek(token::Paren) {
        return Err(input.error(format!(
            "`{key}` takes a list in parentheses, such as `{example}`"
        )));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// Reads `= 5` after `key`.
pub(crate) fn count(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<usize> {
    equals(key, input, example)?;
    let wrong = || format!("`{key}` takes a whole number from 1, such as `{example}`");
    if !input.peek(LitInt) {
        return Err(input.error(wrong()));
    }
    let number: LitInt = input.parse()?;
    match number.base10_parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(Error::new(number.span(), wrong())),
    }
}

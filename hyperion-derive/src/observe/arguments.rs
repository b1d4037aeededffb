//! Parses what stands in the attribute's parentheses.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, LitStr, Path, Result, Token, parenthesized, token};

use super::fields;
use super::model::{Arguments, Field, Kind};
use crate::errors::Errors;
use crate::suggest;

/// The arguments there are, in the order in which messages list them.
const KNOWN: &[&str] = &["component", "name", "kind", "fields", "crate"];

/// The words that `kind` takes.
const KINDS: &[(&str, Kind)] = &[
    ("server", Kind::Server),
    ("client", Kind::Client),
    ("producer", Kind::Producer),
    ("consumer", Kind::Consumer),
    ("internal", Kind::Internal),
];

/// Parses every argument it can, and notes what is wrong with the others.
pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Arguments {
    let mut arguments = Arguments::default();
    let mut seen = Vec::new();
    let parser = |input: ParseStream<'_>| {
        comma_separated(input, errors, |input, errors| {
            argument(input, &mut arguments, &mut seen, errors)
        });
        Ok(())
    };
    let result = parser.parse2(tokens);
    errors.ok(result);
    arguments
}

/// Parses a list, and goes on with the next entry after a mistake.
pub(super) fn comma_separated(
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
pub(super) fn at_end(input: ParseStream<'_>) -> bool {
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

fn argument(
    input: ParseStream<'_>,
    arguments: &mut Arguments,
    seen: &mut Vec<Ident>,
    errors: &mut Errors,
) -> Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected an argument, such as `name = \"…\"`"));
    }
    let key = input.call(Ident::parse_any)?;
    let twice = seen.contains(&key);
    seen.push(key.clone());
    // What stands there a second time is read all the same, to find the mistakes in it.
    let mut dropped = Arguments::default();
    let arguments = if twice {
        errors.push(Error::new(
            key.span(),
            format!("`{key}` is given twice, remove one"),
        ));
        &mut dropped
    } else {
        arguments
    };
    match key.to_string().as_str() {
        "component" => {
            arguments.component = Some(text(&key, input, "component = \"UserService\"")?);
        }
        "name" => arguments.name = Some(text(&key, input, "name = \"GET /users\"")?),
        "kind" => arguments.kind = kind(&key, input)?,
        "fields" => arguments.fields = list(&key, input, errors)?,
        "crate" => arguments.hyperion = Some(path(&key, input)?),
        other => {
            let expected = suggest::expected(other, KNOWN);
            return Err(Error::new(
                key.span(),
                format!("unknown argument `{other}`, {expected}"),
            ));
        }
    }
    Ok(())
}

/// Reads the `=` after `key`, and makes sure that something follows.
fn value_of(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<()> {
    if at_end(input) {
        return Err(Error::new(
            key.span(),
            format!("`{key}` needs a value, such as `{example}`"),
        ));
    }
    if !input.peek(Token![=]) {
        return Err(input.error(format!("expected `=` after `{key}`, such as `{example}`")));
    }
    input.parse::<Token![=]>()?;
    if at_end(input) {
        return Err(Error::new(
            key.span(),
            format!("`{key}` needs a value, such as `{example}`"),
        ));
    }
    Ok(())
}

fn text(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<LitStr> {
    value_of(key, input, example)?;
    if !input.peek(LitStr) {
        return Err(input.error(format!(
            "`{key}` takes a string literal, such as `{example}`"
        )));
    }
    let text: LitStr = input.parse()?;
    if text.value().is_empty() {
        return Err(Error::new(
            text.span(),
            format!("`{key}` is empty, give it a text or remove it"),
        ));
    }
    Ok(text)
}

fn kind(key: &Ident, input: ParseStream<'_>) -> Result<Kind> {
    value_of(key, input, "kind = server")?;
    let (word, span) = if input.peek(LitStr) {
        let quoted: LitStr = input.parse()?;
        let word = quoted.value();
        if KINDS.iter().any(|(known, _)| *known == word) {
            let message = format!("`kind` takes a word without quotes: `kind = {word}`");
            return Err(Error::new(quoted.span(), message));
        }
        (word, quoted.span())
    } else if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        (word.to_string(), word.span())
    } else {
        let known: Vec<&str> = known_kinds();
        return Err(input.error(format!(
            "`kind` takes a word, {}",
            suggest::expected("", &known)
        )));
    };
    match KINDS.iter().find(|(known, _)| *known == word) {
        Some((_, kind)) => Ok(*kind),
        None => Err(Error::new(
            span,
            format!(
                "unknown kind `{word}`, {}",
                suggest::expected(&word, &known_kinds())
            ),
        )),
    }
}

fn known_kinds() -> Vec<&'static str> {
    KINDS.iter().map(|(word, _)| *word).collect()
}

fn list(key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Result<Vec<Field>> {
    const EXAMPLE: &str = "fields(user.id = %id)";
    if at_end(input) {
        return Err(Error::new(
            key.span(),
            format!("`{key}` needs a list, such as `{EXAMPLE}`"),
        ));
    }
    if !input.peek(token::Paren) {
        return Err(input.error(format!(
            "`{key}` takes a list in parentheses, such as `{EXAMPLE}`"
        )));
    }
    let content;
    parenthesized!(content in input);
    Ok(fields::parse(&content, errors))
}

fn path(key: &Ident, input: ParseStream<'_>) -> Result<Path> {
    const EXAMPLE: &str = "crate = my_crate::hyperion";
    value_of(key, input, EXAMPLE)?;
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

//! `only(..)` and `exclude(..)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Result};

use super::values::{Part, Parts};
use crate::list::comma_separated;
use crate::suggest;
use crate::table::{Argument, Signal};

/// Parses what a call takes part in.
pub(super) fn only(argument: &mut Argument<'_>) -> Result<Parts> {
    Ok(parse(argument)?.map_or(Parts::All, Parts::Only))
}

/// Parses what a call takes no part in.
pub(super) fn exclude(argument: &mut Argument<'_>) -> Result<Parts> {
    Ok(parse(argument)?.map_or(Parts::All, Parts::Exclude))
}

/// Parses every part it can, and gives none if one is wrong: what the others leave out would be a mistake of its own.
fn parse(argument: &mut Argument<'_>) -> Result<Option<Vec<Part>>> {
    let list = argument.list()?;
    let key = argument.key;
    let mut parts = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut wrong = false;
    comma_separated(&list, argument.errors, |input, _| {
        let (part, name, span) = part(input).inspect_err(|_| wrong = true)?;
        if seen.contains(&name) {
            return Err(Error::new(
                span,
                format!("`{name}` is given twice, remove one"),
            ));
        }
        seen.push(name);
        parts.push(part);
        Ok(())
    });
    if seen.is_empty() && !wrong {
        let message =
            format!("`{key}` is empty, name `trace`, `metrics`, `log` or an interceptor in it");
        return Err(Error::new(key.span(), message));
    }
    Ok((!wrong).then_some(parts))
}

fn part(input: ParseStream<'_>) -> Result<(Part, String, proc_macro2::Span)> {
    let known = Signal::ALL.map(Signal::word);
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let name = text.value();
        if known.contains(&name.as_str()) {
            let message = format!("`{name}` is part of hyperion, write it without quotes");
            return Err(Error::new(text.span(), message));
        }
        if name.is_empty() {
            return Err(Error::new(
                text.span(),
                "the name of an interceptor is empty",
            ));
        }
        let span = text.span();
        return Ok((Part::Interceptor(text), name, span));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected `trace`, `metrics`, `log` or the name of an interceptor"));
    }
    let word = input.call(Ident::parse_any)?;
    let name = word.unraw().to_string();
    if let Some(signal) = Signal::ALL.into_iter().find(|signal| signal.word() == name) {
        return Ok((Part::Signal(signal), name, word.span()));
    }
    // A mistyped word would be an interceptor that nobody has.
    if let Some(near) = suggest::nearest(&name, &known) {
        let message = format!(
            "unknown part `{name}`, expected `{near}`; an interceptor of that name is written `\"{name}\"`"
        );
        return Err(Error::new(word.span(), message));
    }
    let text = LitStr::new(&name, word.span());
    Ok((Part::Interceptor(text), name, word.span()))
}

//! Answers to arguments that people bring from other crates, and to those that stand at the wrong place.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Token, token};

use super::value::{KINDS, LEVELS};
use super::{KNOWN, Place};
use crate::list::at_end;

/// Says what to write instead of an entry that does not begin with a name.
pub(super) fn without_key(input: ParseStream<'_>, place: Place) -> Error {
    if input.peek(LitStr)
        && let Ok(text) = input.parse::<LitStr>()
    {
        if input.peek(Token![=]) {
            return field_outside(text.span(), &format!("{:?}", text.value()), input);
        }
        let message = if place == Place::Span {
            "the name is given already; every other argument has a key, such as `kind = client`"
                .to_owned()
        } else {
            format!("a name needs its key: `name = {:?}`", text.value())
        };
        return Error::new(text.span(), message);
    }
    let span = input.span();
    for (sign, there) in [("%", input.peek(Token![%])), ("?", input.peek(Token![?]))] {
        if there {
            let mut field = sign.to_owned();
            let ahead = input.fork();
            if (ahead.parse::<Token![%]>().is_ok() || ahead.parse::<Token![?]>().is_ok())
                && let Ok(name) = ahead.call(Ident::parse_any)
            {
                field.push_str(&name.to_string());
            } else {
                field.push('…');
            }
            return Error::new(span, in_fields(&field));
        }
    }
    let example = if place == Place::Span {
        "kind = client"
    } else {
        "name = \"…\""
    };
    input.error(format!("expected an argument, such as `{example}`"))
}

/// Says what to write instead of `key`, if it is one that is known from elsewhere.
pub(super) fn answer(key: &Ident, input: ParseStream<'_>, place: Place) -> Option<Error> {
    let word = key.to_string();
    let list = input.peek(token::Paren);
    // `user.id = id`, and `id = %id`.
    if input.peek(Token![.]) {
        return Some(dotted_field(key, input));
    }
    if input.peek(Token![=]) && (input.peek2(Token![%]) || input.peek2(Token![?])) {
        return Some(field_outside(key.span(), &word, input));
    }
    if place == Place::Span
        && let Some(message) = not_on_a_span(&word)
    {
        return Some(Error::new(key.span(), message));
    }
    let message = match word.as_str() {
        "skip" if list => {
            "arguments are not recorded unless they are named in `fields(..)`; remove `skip(..)`"
        }
        "skip_all" => {
            "arguments are not recorded unless they are named in `fields(..)`; remove `skip_all`"
        }
        "err" if at_end(input) => {
            "errors are recorded already, with their type and message; remove `err`"
        }
        "ret" => {
            "return values are not recorded; name what you need from them with \
             `hyperion::current().set(..)`"
        }
        "target" => {
            "there are no targets here; the first half of a span's name is `component = \"…\"`"
        }
        "follows_from" => "spans that are related without being parents are given as `links = …`",
        "short_name" => {
            "the name of a span is `Component.method`; another one is given as `name = \"…\"`"
        }
        "properties" => "properties are called fields here: `fields(key = …)`",
        "enter_on_poll" => {
            "the span of a future is current during its polls in any case; remove `enter_on_poll`"
        }
        "track_concurrency" => "concurrent calls are counted with `in_flight`",
        "ok_if" => "what counts as an error is said in `err(..)`: `err(ok_if = …)`",
        "error_if" => "what counts as an error is said in `err(..)`: `err(error_if = …)`",
        "objective" => {
            "objectives are set where the metrics are read, over `hyperion.call.duration`; \
             remove `objective`"
        }
        _ => return bare_word(key, &word, input),
    };
    Some(Error::new(key.span(), message))
}

/// A value of `level` or `kind` without its key.
fn bare_word(key: &Ident, word: &str, input: ParseStream<'_>) -> Option<Error> {
    if !at_end(input) || KNOWN.contains(&word) {
        return None;
    }
    let argument = if LEVELS.iter().any(|(level, _)| *level == word) {
        "level"
    } else if KINDS.iter().any(|(kind, _)| *kind == word) {
        "kind"
    } else {
        return None;
    };
    let message = format!("`{word}` needs its key: `{argument} = {word}`");
    Some(Error::new(key.span(), message))
}

/// Why an argument of `#[observe]` has no place in `span!`.
fn not_on_a_span(word: &str) -> Option<String> {
    let why = match word {
        "name" => return Some("the name of a span comes first: `span!(\"…\")`".to_owned()),
        "labels" | "buckets" | "in_flight" => "has no metrics",
        "log" => "writes no log lines",
        "err" => "returns nothing that could be an error",
        "only" | "exclude" => "is a span and nothing else",
        "skip" => "is there or is not",
        _ => return None,
    };
    Some(format!(
        "`span!` {why}; `{word}` is an argument of `#[observe]`"
    ))
}

fn dotted_field(key: &Ident, input: ParseStream<'_>) -> Error {
    let mut name = key.unraw().to_string();
    while input.peek(Token![.]) && input.parse::<Token![.]>().is_ok() {
        name.push('.');
        if let Ok(next) = input.call(Ident::parse_any) {
            name.push_str(&next.unraw().to_string());
        }
    }
    field_outside(key.span(), &name, input)
}

/// `name` is a field, but stands among the arguments.
fn field_outside(span: proc_macro2::Span, name: &str, input: ParseStream<'_>) -> Error {
    let ahead = input.fork();
    let assigned = ahead.parse::<Token![=]>().is_ok();
    let sign = if assigned && ahead.peek(Token![%]) {
        "%"
    } else if assigned && ahead.peek(Token![?]) {
        "?"
    } else {
        ""
    };
    Error::new(span, in_fields(&format!("{name} = {sign}…")))
}

fn in_fields(field: &str) -> String {
    format!("span attributes stand in a list of their own: `fields({field})`")
}

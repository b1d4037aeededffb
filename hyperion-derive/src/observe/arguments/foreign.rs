//! Answers to arguments that people bring from other crates, and to those that stand at the wrong place.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Token};

use super::values::{Level, SpanKind};
use crate::list::at_end;
use crate::suggest;
use crate::table::{self, Answers, ForeignKey, Place, Word, foreign_keys};

pub(super) const ANSWERS: Answers = Answers {
    nameless: without_key,
    foreign: answer,
    unknown,
};

/// Says what to write instead of an entry that does not begin with a name.
fn without_key(input: ParseStream<'_>, place: Place, _: &str) -> Error {
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

/// Answers a key that is known from elsewhere.
fn answer(key: &Ident, input: ParseStream<'_>, misplaced: bool) -> Option<Error> {
    // `user.id = id`, and `id = %id`.
    if input.peek(Token![.]) {
        return Some(dotted_field(key, input));
    }
    if input.peek(Token![=]) && (input.peek2(Token![%]) || input.peek2(Token![?])) {
        return Some(field_outside(key.span(), &key.to_string(), input));
    }
    if misplaced {
        return None;
    }
    table::foreign(FOREIGN, key, input).or_else(|| bare_word(key, input))
}

pub(super) const ERRORS_ARE_RECORDED: &str =
    "errors are recorded already, with their type and message; remove `err`";

/// The arguments of `#[tracing::instrument]`, `#[fastrace::trace]`, `#[autometrics]` and the like, and those of `err`.
const FOREIGN: &[ForeignKey] = foreign_keys! {
    "skip" List: "arguments are not recorded unless they are named in `fields(..)`; remove `skip(..)`";
    "skip_all" Any: "arguments are not recorded unless they are named in `fields(..)`; remove `skip_all`";
    "err" Alone: ERRORS_ARE_RECORDED;
    "ret" Any: "return values are not recorded; name what you need from them with `hyperion::current().set(..)`";
    "target" Any: "there are no targets here; the first half of a span's name is `component = \"…\"`";
    "follows_from" Any: "spans that are related without being parents are given as `links = …`";
    "short_name" Any: "the name of a span is `Component.method`; another one is given as `name = \"…\"`";
    "properties" Any: "properties are called fields here: `fields(key = …)`";
    "enter_on_poll" Any: "the span of a future is current during its polls in any case; remove `enter_on_poll`";
    "track_concurrency" Any: "concurrent calls are counted with `in_flight`";
    "ok_if" Any: "what counts as an error is said in `err(..)`: `err(ok_if = …)`";
    "error_if" Any: "what counts as an error is said in `err(..)`: `err(error_if = …)`";
    "objective" Any: "objectives are set where the metrics are read, over `hyperion.call.duration`; remove `objective`";
};

/// Answers a value of `level` or `kind` without its key.
fn bare_word(key: &Ident, input: ParseStream<'_>) -> Option<Error> {
    if !at_end(input) {
        return None;
    }
    let argument = if Level::WORDS.iter().any(|(level, _)| key == level) {
        "level"
    } else if SpanKind::WORDS.iter().any(|(kind, _)| key == kind) {
        "kind"
    } else {
        return None;
    };
    let message = format!("`{key}` needs its key: `{argument} = {key}`");
    Some(Error::new(key.span(), message))
}

fn unknown(key: &Ident, known: &[&str]) -> String {
    let word = key.to_string();
    let expected = suggest::expected(&word, known);
    let field = if suggest::nearest(&word, known).is_some() {
        String::new()
    } else {
        format!("; a span attribute is written `fields({word} = …)`")
    };
    format!("unknown argument `{word}`, {expected}{field}")
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

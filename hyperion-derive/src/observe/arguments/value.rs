//! Parses what follows a key.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, LitStr, Path, Result, Token};

use super::super::model::{Kind, Level};
use crate::groups;
use crate::list::{self, equals};
use crate::suggest;

/// The words that `kind` takes.
pub(super) const KINDS: &[(&str, Kind)] = &[
    ("server", Kind::Server),
    ("client", Kind::Client),
    ("producer", Kind::Producer),
    ("consumer", Kind::Consumer),
    ("internal", Kind::Internal),
];

/// The words that `level` and `log` take.
pub(super) const LEVELS: &[(&str, Level)] = &[
    ("error", Level::Error),
    ("warn", Level::Warn),
    ("info", Level::Info),
    ("debug", Level::Debug),
    ("trace", Level::Trace),
];

/// `key = "text"`, where the text is one.
pub(super) fn text(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<LitStr> {
    let text = list::text(key, input, example)?;
    if text.value().is_empty() {
        return Err(Error::new(
            text.span(),
            format!("`{key}` is empty, give it a text or remove it"),
        ));
    }
    Ok(text)
}

/// `key = word`, where the word is one of `known`.
pub(super) fn word<T: Copy>(
    key: &Ident,
    input: ParseStream<'_>,
    known: &[(&str, T)],
    example: &str,
) -> Result<T> {
    let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
    equals(key, input, example)?;
    if input.peek(LitStr) {
        let quoted: LitStr = input.parse()?;
        return Err(match find(&quoted.value(), known) {
            Some((word, _)) => Error::new(
                quoted.span(),
                format!("`{key}` takes a word without quotes: `{key} = {word}`"),
            ),
            None => unknown(key, &quoted.value(), &words, quoted.span()),
        });
    }
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!(
            "`{key}` takes a word, {}",
            suggest::expected("", &words)
        )));
    }
    let path = input.call(Path::parse_mod_style)?;
    let Some(last) = path.segments.last().map(|segment| &segment.ident) else {
        return Err(Error::new(key.span(), format!("`{key}` needs a word")));
    };
    match find(&last.to_string(), known) {
        Some((_, value)) if path.is_ident(last) && known.iter().any(|(word, _)| last == word) => {
            Ok(value)
        }
        // `Level::DEBUG` of `tracing`, and `DEBUG`.
        Some((word, _)) => Err(Error::new_spanned(&path, as_a_word(key, word))),
        None => Err(unknown(key, &last.to_string(), &words, last.span())),
    }
}

/// The entry for a word, however its letters are written.
fn find<'a, T: Copy>(word: &str, known: &[(&'a str, T)]) -> Option<(&'a str, T)> {
    known
        .iter()
        .find(|(known, _)| word.eq_ignore_ascii_case(known))
        .copied()
}

fn as_a_word(key: &Ident, word: &str) -> String {
    format!("`{key}` takes a word: `{key} = {word}`")
}

fn unknown(key: &Ident, word: &str, words: &[&str], span: Span) -> Error {
    let expected = suggest::expected(word, words);
    let key = key.to_string();
    let what = if key == "log" { "level" } else { &key };
    Error::new(span, format!("unknown {what} `{word}`, {expected}"))
}

/// `key = expr`.
pub(super) fn expr(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Expr> {
    equals(key, input, example)?;
    input.parse().map(groups::keep_in_expr)
}

/// `parent = expr`, which others write as `parent = None` for a span without one.
pub(super) fn parent(key: &Ident, input: ParseStream<'_>) -> Result<Expr> {
    let parent = expr(key, input, "parent = context")?;
    match &parent {
        Expr::Path(path) if path.path.is_ident("None") => Err(Error::new_spanned(
            path,
            "a span without a parent is a root: write `root`",
        )),
        _ => Ok(parent),
    }
}

//! Arguments that take one of a few words.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Error, Ident, LitStr, Path, Result, Token};

use super::argument::Argument;
use crate::suggest;

/// A type whose values are words.
pub(crate) trait Word: Copy + 'static {
    /// The name of such a value.
    const NAME: &'static str;
    const WORDS: &'static [(&'static str, Self)];
}

impl Argument<'_> {
    /// Parses `= word`.
    pub(crate) fn word<T: Word>(&mut self) -> Result<T> {
        self.equals()?;
        let Self { key, input, .. } = *self;
        if input.peek(LitStr) {
            let quoted: LitStr = input.parse()?;
            return Err(match find::<T>(&quoted.value()) {
                Some((word, _)) => Error::new(
                    quoted.span(),
                    format!("`{key}` takes a word without quotes: `{key} = {word}`"),
                ),
                None => unknown::<T>(&quoted.value(), quoted.span()),
            });
        }
        if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
            return Err(input.error(format!(
                "`{key}` takes a word, {}",
                suggest::expected("", &words::<T>())
            )));
        }
        let path = input.call(Path::parse_mod_style)?;
        let Some(last) = path.segments.last().map(|segment| &segment.ident) else {
            return Err(Error::new(key.span(), format!("`{key}` needs a word")));
        };
        match find::<T>(&last.to_string()) {
            Some((word, value)) if path.is_ident(word) => Ok(value),
            // `Level::DEBUG` of `tracing`, and `DEBUG`.
            Some((word, _)) => Err(Error::new_spanned(
                &path,
                format!("`{key}` takes a word: `{key} = {word}`"),
            )),
            None => Err(unknown::<T>(&last.to_string(), last.span())),
        }
    }
}

fn words<T: Word>() -> Vec<&'static str> {
    T::WORDS.iter().map(|(word, _)| *word).collect()
}

/// The entry for a word, however its letters are written.
fn find<T: Word>(word: &str) -> Option<(&'static str, T)> {
    let mut words = T::WORDS.iter();
    words
        .find(|(known, _)| word.eq_ignore_ascii_case(known))
        .copied()
}

fn unknown<T: Word>(word: &str, span: Span) -> Error {
    let expected = suggest::expected(word, &words::<T>());
    Error::new(span, format!("unknown {} `{word}`, {expected}", T::NAME))
}

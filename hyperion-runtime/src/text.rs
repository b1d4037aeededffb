//! The texts of errors and other values of users, none of them too long.

use crate::asking::ask;
use crate::field::{VALUE, head};
use opentelemetry::KeyValue;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display, Write};
use std::ops::Deref;

/// The most bytes of an error's message.
const MESSAGE: usize = 4096;
/// The most bytes of an error's chain of sources.
const CHAIN: usize = 16 * 1024;

/// The texts of an error.
#[derive(Debug, Default)]
pub(crate) struct ErrorTexts {
    pub(crate) message: Option<Text>,
    /// The message and those of its sources, where it has any.
    pub(crate) chain: Option<String>,
}

impl ErrorTexts {
    /// The texts of something that failed, and of its sources if it is an `error`.
    pub(crate) fn of(message: &dyn Display, error: Option<&dyn Error>) -> Self {
        Self {
            message: Some(text(message, MESSAGE)),
            chain: error.and_then(chain),
        }
    }

    /// The attributes of the event `exception`.
    pub(crate) fn attributes(&self, type_name: Option<&str>) -> Vec<KeyValue> {
        exception(type_name, self.message.as_deref(), self.chain.as_deref())
    }
}

/// The attributes of the event `exception`. An error has no stack, but sources.
pub(crate) fn exception(
    type_name: Option<&str>,
    message: Option<&str>,
    chain: Option<&str>,
) -> Vec<KeyValue> {
    let texts = [
        ("exception.type", type_name),
        ("exception.message", message),
        ("exception.stacktrace", chain),
    ];
    let texts = texts.into_iter();
    texts
        .filter_map(|(key, text)| Some(KeyValue::new(key, text?.to_owned())))
        .collect()
}

/// The error and what caused it, a line each, in the form that Rust programs print.
fn chain(error: &dyn Error) -> Option<String> {
    ask(|| error.source())??;
    Some(text(&ErrorChain(error), CHAIN).to_owned())
}

struct ErrorChain<'a>(&'a dyn Error);

impl Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A chain that is longer than this is a circle.
        const LINKS: usize = 64;
        write!(f, "{}\n\nCaused by:", self.0)?;
        let sources = std::iter::successors(self.0.source(), |source| (*source).source());
        for (index, source) in sources.take(LINKS).enumerate() {
            write!(f, "\n    {index}: {source}")?;
        }
        Ok(())
    }
}

/// The text of a user's value, at most `most` bytes of it. A `Display` that panics costs its own text and nothing else.
pub(crate) fn text(value: &dyn Display, most: usize) -> Text {
    let mut text = Text {
        most,
        ..Text::default()
    };
    if ask(|| write!(text, "{value}")).is_none() {
        text = Text {
            most,
            ..Text::default()
        };
        let _ = text.write_str("<panicked while it was formatted>");
    }
    text
}

/// The name of a span or event, or another text as it was given: at most [`VALUE`] bytes of it.
pub(crate) fn capped(given: impl Into<Cow<'static, str>>) -> Cow<'static, str> {
    let given = given.into();
    match given.len() {
        0..=VALUE => given,
        _ => head(&given, VALUE).to_owned().into(),
    }
}

/// A text that is made piece by piece, on the stack while it is short. It stops growing, and with it the formatting, when it
/// is full.
#[derive(Debug)]
pub(crate) struct Text {
    short: [u8; Text::SHORT],
    len: usize,
    /// All of it, if it is longer than short.
    long: String,
    most: usize,
}

impl Text {
    const SHORT: usize = 64;
}

impl Default for Text {
    fn default() -> Self {
        Self {
            short: [0; Self::SHORT],
            len: 0,
            long: String::new(),
            most: usize::MAX,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        if self.len > Self::SHORT {
            return &self.long;
        }
        // Only whole texts were written.
        let short = self.short.get(..self.len).unwrap_or_default();
        std::str::from_utf8(short).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.len);
        let fits = head(more, room);
        let len = self.len + fits.len();
        if let Some(to) = self.short.get_mut(self.len..len) {
            to.copy_from_slice(fits.as_bytes());
        } else {
            if self.long.is_empty() {
                self.long = String::from(&**self);
            }
            self.long.push_str(fits);
        }
        self.len = len;
        (fits.len() == more.len()).then_some(()).ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_character() {
        assert_eq!(&*text(&"grüße", 4), "grü");
        assert_eq!(&*text(&"grüße", 3), "gr");
    }

    #[test]
    fn a_text_is_whole_however_it_comes() {
        for piece in ["x", "grüße", &"y".repeat(100), &"z".repeat(300)] {
            for count in 0..200 {
                let mut text = Text::default();
                for _ in 0..count {
                    text.write_str(piece).expect("there is room");
                }
                assert_eq!(*text, piece.repeat(count));
            }
        }
    }

    #[test]
    fn a_display_that_panics_is_caught() {
        struct Panics;
        impl Display for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("in Display")
            }
        }
        assert_eq!(&*text(&Panics, 100), "<panicked while it was formatted>");
    }

    #[test]
    fn a_chain_names_every_source_once_also_in_a_circle() {
        #[derive(Debug)]
        struct Circle;
        impl Display for Circle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("again")
            }
        }
        impl Error for Circle {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Circle)
            }
        }
        let chain = chain(&Circle).expect("it has a source");
        assert!(chain.starts_with("again\n\nCaused by:\n    0: again\n    1: again"));
        assert_eq!(chain.lines().count(), 3 + 64);
    }
}

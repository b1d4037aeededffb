//! The texts of errors and other values of users, none of them too long.

use crate::field::{VALUE, head};
use opentelemetry::KeyValue;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most bytes of an error's message.
const MESSAGE: usize = 4096;
/// The most bytes of an error's chain of sources.
const CHAIN: usize = 16 * 1024;

/// The texts of an error.
#[derive(Debug, Default)]
pub(crate) struct ErrorTexts {
    pub(crate) message: Option<String>,
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

    /// The attributes of the event `exception`. An error has no stack, but sources.
    pub(crate) fn attributes(&self, type_name: Option<&'static str>) -> Vec<KeyValue> {
        let texts = [
            ("exception.message", &self.message),
            ("exception.stacktrace", &self.chain),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, text)| Some(KeyValue::new(key, text.clone()?)));
        let type_name = type_name.map(|name| KeyValue::new("exception.type", name));
        type_name.into_iter().chain(texts).collect()
    }
}

/// The error and what caused it, a line each, in the form that Rust programs print.
fn chain(error: &dyn Error) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| error.source())).ok()??;
    Some(text(&ErrorChain(error), CHAIN))
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
pub(crate) fn text(value: &dyn Display, most: usize) -> String {
    let mut text = CappedText {
        text: String::new(),
        most,
    };
    match catch_unwind(AssertUnwindSafe(|| write!(text, "{value}"))) {
        Ok(_) => text.text,
        Err(_) => "<panicked while it was formatted>".to_owned(),
    }
}

/// The name of a span or event, or another text as it was given: at most [`VALUE`] bytes of it.
pub(crate) fn capped(given: impl Into<Cow<'static, str>>) -> Cow<'static, str> {
    let given = given.into();
    match given.len() {
        0..=VALUE => given,
        _ => head(&given, VALUE).to_owned().into(),
    }
}

/// A string that stops growing, and with it the formatting, when it is full.
struct CappedText {
    text: String,
    most: usize,
}

impl Write for CappedText {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.text.len());
        let fits = head(more, room);
        self.text.push_str(fits);
        (fits.len() == more.len()).then_some(()).ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_character() {
        assert_eq!(text(&"grüße", 4), "grü");
        assert_eq!(text(&"grüße", 3), "gr");
    }

    #[test]
    fn a_display_that_panics_is_caught() {
        struct Panics;
        impl Display for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("in Display")
            }
        }
        assert_eq!(text(&Panics, 100), "<panicked while it was formatted>");
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

//! The texts of errors and other values of users, none of them too long.

use crate::asking::ask;
use crate::field::{VALUE, head};
use opentelemetry::KeyValue;
use std::borrow::Cow;
use std::cell::Cell;
use std::error::Error;
use std::fmt::{self, Display, Write};
use std::ops::Deref;

/// The most bytes of an error's message.
pub(crate) const MESSAGE: usize = 4096;
/// The most bytes of an error's chain of sources.
const CHAIN: usize = 16 * 1024;

/// What stands for a text whose `Display` panics.
pub(crate) const PANICKED: &str = "<panicked while it was formatted>";

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
    Some(text(&ErrorChain(error), CHAIN).into_string())
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
    let mut text = Text::new(most);
    if ask(|| write!(text, "{value}")).is_none() {
        text.all.clear();
        let _ = text.write_str(PANICKED);
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

/// A text that is made piece by piece, in memory that the thread uses again. It stops growing, and with it the formatting, when
/// it is full.
#[derive(Debug)]
pub(crate) struct Text {
    all: String,
    most: usize,
}

thread_local! {
    static SPARE: Cell<String> = const { Cell::new(String::new()) };
}

impl Text {
    pub(crate) fn new(most: usize) -> Self {
        // One that is made while another is, or by a thread that ends, has memory of its own.
        let mut all = SPARE.try_with(Cell::take).unwrap_or_default();
        all.clear();
        Self { all, most }
    }

    fn into_string(mut self) -> String {
        std::mem::take(&mut self.all)
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if (1..=MESSAGE).contains(&self.all.capacity()) {
            let _ = SPARE.try_with(|spare| spare.set(std::mem::take(&mut self.all)));
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.all.len());
        let fits = head(more, room);
        self.all.push_str(fits);
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
                let mut text = Text::new(usize::MAX);
                for _ in 0..count {
                    text.write_str(piece).expect("there is room");
                }
                assert_eq!(*text, piece.repeat(count));
            }
        }
    }

    #[test]
    fn a_text_in_a_text_is_one_of_its_own() {
        struct Outer;
        impl Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("outer ")?;
                f.write_str(&text(&"inner", 100))?;
                f.write_str(" end")
            }
        }
        for _ in 0..3 {
            assert_eq!(&*text(&Outer, 100), "outer inner end");
        }
    }

    #[test]
    fn memory_is_used_again_and_not_kept_where_it_is_much() {
        let first = text(&"first", 100);
        let address = first.as_ptr();
        drop(first);
        assert_eq!(text(&"again", 100).as_ptr(), address);
        drop(text(&"x".repeat(2 * MESSAGE), usize::MAX));
        assert!(SPARE.take().capacity() <= MESSAGE);
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

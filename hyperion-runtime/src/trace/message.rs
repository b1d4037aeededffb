//! The message of a failed call, written by the error itself into the words of its span.

use super::attributes::Failure;
use super::open::Open;
use crate::asking::ask;
use crate::text::{MESSAGE, PANICKED, Text};
use std::fmt::{self, Display, Write};

impl Open {
    /// Tells the failure of the call, which is over and whose error has no sources. See [`fail`](Self::fail).
    pub(crate) fn fail_shown(&mut self, exception_type: Option<&str>, message: &dyn Display) {
        if !self.takes_plain_failure() {
            let text = crate::text::text(message, MESSAGE);
            return self.fail(Failure::new(exception_type, &text), None);
        }
        let spilled = self.words.add_shown_failure(exception_type, |room| {
            let mut text = MessageText::new(room);
            if ask(|| write!(text, "{message}")).is_none() {
                text.clear();
                let _ = text.write_str(PANICKED);
            }
            text.finish()
        });
        if let Some(text) = spilled {
            self.fail(Failure::new(exception_type, &text), None);
        }
    }
}

/// A text that is made piece by piece in words, and goes on elsewhere when they are full.
struct MessageText<'a> {
    words: &'a mut [u64],
    /// The bytes so far.
    len: usize,
    /// The last of them, which make no whole word yet.
    open: u64,
    spilled: Option<Text>,
}

impl<'a> MessageText<'a> {
    fn new(words: &'a mut [u64]) -> Self {
        Self {
            words,
            len: 0,
            open: 0,
            spilled: None,
        }
    }

    fn clear(&mut self) {
        (self.len, self.open, self.spilled) = (0, 0, None);
    }

    /// The number of bytes in the words, or the text that does not fit.
    fn finish(mut self) -> Result<usize, Text> {
        if let Some(spilled) = self.spilled {
            return Err(spilled);
        }
        self.store_open();
        Ok(self.len)
    }

    /// Writes the bytes that make no whole word, as the beginning of one.
    fn store_open(&mut self) {
        if !self.len.is_multiple_of(8)
            && let Some(to) = self.words.get_mut(self.len / 8)
        {
            *to = self.open;
        }
    }

    /// Adds at most eight bytes, for which there is room.
    #[inline]
    fn add(&mut self, bytes: &[u8]) {
        let word = bytes.first_chunk().map_or_else(
            || super::words::short_word(bytes),
            |all| u64::from_le_bytes(*all),
        );
        let (at, filled) = (self.len / 8, self.len % 8);
        self.open |= word << (filled * 8);
        if filled + bytes.len() >= 8 {
            if let Some(to) = self.words.get_mut(at) {
                *to = self.open;
            }
            // What did not fit into that word; a shift by all its bits is none.
            self.open = word
                .checked_shr(64 - 8 * u32::try_from(filled).unwrap_or(0))
                .unwrap_or(0);
        }
        self.len += bytes.len();
    }

    /// Goes on in a text of its own.
    #[cold]
    fn spill(&mut self, more: &str) -> fmt::Result {
        self.store_open();
        let bytes: Vec<u8> = self
            .words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let written = bytes.get(..self.len).map(std::str::from_utf8);
        let mut text = Text::new(MESSAGE);
        if let Some(Ok(written)) = written {
            text.write_str(written)?;
        }
        self.spilled.insert(text).write_str(more)
    }
}

impl Write for MessageText<'_> {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if let Some(spilled) = &mut self.spilled {
            return spilled.write_str(more);
        }
        if self.len + more.len() > self.words.len() * 8 {
            return self.spill(more);
        }
        let (whole, rest) = more.as_bytes().as_chunks::<8>();
        for bytes in whole {
            self.add(bytes);
        }
        if !rest.is_empty() {
            self.add(rest);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::open::tests::{sample, with_record};
    use opentelemetry::trace::Status;

    /// Writes its pieces one by one.
    struct Pieces<'a>(&'a [&'a str]);

    impl Display for Pieces<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|piece| f.write_str(piece))
        }
    }

    /// The type and the message of the failure that the span tells.
    fn told(exception_type: Option<&str>, message: &dyn Display) -> (Option<String>, String) {
        let mut span = sample();
        span.fail_shown(exception_type, message);
        with_record(span, |record| {
            if let Some(failure) = record.failure() {
                return (
                    failure.exception_type.map(str::to_owned),
                    failure.message.to_owned(),
                );
            }
            let extra = record.extra().expect("what does not fit is here");
            let Status::Error { description } = &extra.status else {
                panic!("it failed")
            };
            let event = extra.last_event.as_ref();
            let of_event = event.map(|event| event.attributes[0].value.to_string());
            (of_event, description.to_string())
        })
    }

    #[test]
    fn a_message_is_whole_however_it_comes() {
        for piece in ["x", "abcdefg", "12345678", "grüße", &"y".repeat(30)] {
            for count in 0..80 {
                let pieces = vec![piece; count];
                let expected = piece.repeat(count);
                for exception_type in [None, Some("shop::Declined")] {
                    let (of_type, message) = told(exception_type, &Pieces(&pieces));
                    assert_eq!(of_type.as_deref(), exception_type);
                    assert_eq!(message, expected);
                }
            }
        }
    }

    #[test]
    fn a_long_message_is_cut_where_every_other_is() {
        let long = "ü".repeat(MESSAGE);
        let (_, message) = told(Some("shop::Declined"), &long);
        assert_eq!(message, "ü".repeat(MESSAGE / 2));
        let (_, message) = told(None, &Pieces(&[&long[..300], &long]));
        assert_eq!(message, "ü".repeat(MESSAGE / 2));
    }

    #[test]
    fn a_message_that_panics_is_caught() {
        struct Panics(usize);
        impl Display for Panics {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&"x".repeat(self.0))?;
                panic!("in Display")
            }
        }
        for before in [0, 3, 400, 5000] {
            let (of_type, message) = told(Some("shop::Declined"), &Panics(before));
            assert_eq!(of_type.as_deref(), Some("shop::Declined"));
            let expected = if before < MESSAGE {
                PANICKED
            } else {
                &"x".repeat(MESSAGE)
            };
            assert_eq!(message, expected, "after {before} bytes");
        }
    }

    #[test]
    fn other_words_stay_what_they_are() {
        use crate::trace::attributes::AttributeValue;
        let mut span = sample();
        span.set("before", AttributeValue::Text("grüße"));
        span.fail_shown(Some("shop::Declined"), &"declined");
        with_record(span, |record| {
            let attributes: Vec<_> = record.attributes().collect();
            assert_eq!(attributes.len(), 1);
            assert_eq!(attributes[0].value, AttributeValue::Text("grüße"));
            assert_eq!(
                record.failure().map(|failure| failure.message),
                Some("declined")
            );
        });
    }
}

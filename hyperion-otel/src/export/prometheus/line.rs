//! The parts of a line that the formats have in common: the name of a series, and escapes.

use std::fmt::{self, Write};

use super::exposition::Series;

/// The part of a sample before its value: a name and labels.
pub(super) struct Name<'a> {
    pub(super) base: &'a str,
    pub(super) suffix: &'a str,
    pub(super) labels: &'a [(String, String)],
    /// The value of the label `le`, which comes last.
    pub(super) bound: Option<&'a dyn fmt::Display>,
}

/// Text with the characters escaped that would end it.
pub(super) struct Escaped<'a> {
    pub(super) text: &'a str,
    pub(super) quotes: bool,
}

impl Series {
    /// The part before the value of the sample with this suffix.
    pub(super) fn name<'a>(&'a self, base: &'a str, suffix: &'a str) -> Name<'a> {
        Name {
            base,
            suffix,
            labels: &self.labels,
            bound: None,
        }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.base, self.suffix)?;
        let mut separator = '{';
        for (name, value) in self.labels {
            let value = Escaped {
                text: value,
                quotes: true,
            };
            write!(f, "{separator}{name}=\"{value}\"")?;
            separator = ',';
        }
        if let Some(bound) = self.bound {
            write!(f, "{separator}le=\"{bound}\"")?;
            separator = ',';
        }
        if separator == ',' {
            f.write_char('}')?;
        }
        Ok(())
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, quotes } = *self;
        // Hardly any text has such a character, and looking for one at a time is quick.
        let special = text.contains('\\') || text.contains('\n') || (quotes && text.contains('"'));
        if !special {
            return f.write_str(text);
        }
        for character in text.chars() {
            match character {
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '"' if quotes => f.write_str("\\\"")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

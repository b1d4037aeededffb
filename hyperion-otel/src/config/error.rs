//! Everything that is wrong with a configuration, each mistake with its place.

use std::fmt;

/// Everything that is wrong with a configuration, so that it can be mended in one go.
///
/// It displays as one line a mistake:
///
/// ```text
/// hyperion.yaml:7:16: tracing.sample_rate: expected a number between 0.0 and 1.0, found `1.5`
/// OTEL_EXPORTER_OTLP_ENDPOINT: expected an `http://` or `https://` URL such as `http://collector:4317`, found `collector:4317`
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .mistakes.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError {
    mistakes: Vec<Mistake>,
}

impl ConfigError {
    /// The mistakes, in the order of the file; at least one.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// `Ok` if there are no mistakes.
    pub(super) fn check(mut mistakes: Vec<Mistake>) -> Result<(), Self> {
        if mistakes.is_empty() {
            return Ok(());
        }
        // What one section misses can stand before what another one misspells. The sort is stable.
        mistakes.sort_by_key(|mistake| (mistake.line(), mistake.column()));
        Err(Self { mistakes })
    }

    /// One mistake, of a whole place.
    pub(super) fn at(place: Place, message: String) -> Self {
        Self {
            mistakes: vec![Mistake::at(place, message)],
        }
    }

    /// A value that the program itself gave is not what `key` takes.
    pub(super) fn in_code(key: &str, expected: &str, found: &str) -> Self {
        Self::of_code(key, mismatch(expected, &shown(found)))
    }

    pub(super) fn of_code(key: &str, message: String) -> Self {
        let key = Some(key.to_owned());
        let mistake = Mistake {
            key,
            ..Mistake::at(Place::Code, message)
        };
        Self {
            mistakes: vec![mistake],
        }
    }
}

/// One thing that is wrong: where, what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub(super) place: Place,
    pub(super) key: Option<String>,
    pub(super) message: String,
}

/// The place of a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "config"),
    expect(dead_code, reason = "no file, no place in one")
)]
pub(super) enum Place {
    /// A line and a column of a file, both counted from 1.
    At {
        file: String,
        line: usize,
        column: usize,
    },
    /// A file that cannot be read.
    File(String),
    /// An environment variable.
    Variable(String),
    /// A call by the program.
    Code,
}

impl Mistake {
    /// A mistake of a whole place.
    pub(super) fn at(place: Place, message: String) -> Self {
        Self {
            place,
            key: None,
            message,
        }
    }

    /// The file, as it was named when it was read.
    pub fn file(&self) -> Option<&str> {
        match &self.place {
            Place::At { file, .. } | Place::File(file) => Some(file),
            Place::Variable(_) | Place::Code => None,
        }
    }

    /// The line in the file, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match self.place {
            Place::At { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The character in the line, counted from 1.
    pub fn column(&self) -> Option<usize> {
        match self.place {
            Place::At { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The environment variable.
    pub fn variable(&self) -> Option<&str> {
        match &self.place {
            Place::Variable(name) => Some(name),
            _ => None,
        }
    }

    /// The full path of the key, for example `tracing.sample_rate`.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// A sentence that says what is wrong and how to mend it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::At { file, line, column } => write!(f, "{file}:{line}:{column}: ")?,
            Place::File(file) => write!(f, "{file}: ")?,
            Place::Variable(name) => write!(f, "{name}: ")?,
            Place::Code => {}
        }
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// The sentence of most mistakes.
pub(super) fn mismatch(expected: &str, found: &str) -> String {
    format!("expected {expected}, found {found}")
}

/// A value as a message shows it: in backticks, on one line, not endless, and without the credentials of a URL.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown = String::from("`");
    let without_credentials = text.split_once("://").and_then(|(scheme, rest)| {
        let (_, host) = rest.rsplit_once('@')?;
        Some(format!("{scheme}://***@{host}"))
    });
    let text = without_credentials.as_deref().unwrap_or(text);
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown.push('`');
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn values_are_shown_on_one_short_line() {
        assert_eq!(shown("a\nb"), "`a\\nb`");
        assert_eq!(shown(""), "nothing");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), 83);
    }

    #[test]
    fn credentials_of_a_url_are_not_shown() {
        assert_eq!(
            shown("https://user:secret@host/path"),
            "`https://***@host/path`"
        );
        assert_eq!(shown("user@host"), "`user@host`");
        assert_eq!(shown("a\nhttp://b@c"), "`a\\nhttp://***@c`");
    }
}

//! Text of others, made fit for a line.

/// Returns true if `character` acts on a terminal instead of being seen: control characters, and those that turn the
/// direction of writing.
#[cfg(any(feature = "console", feature = "logs"))]
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of `text`, at most `most` bytes of it.
pub(crate) fn head(text: &str, most: usize) -> &str {
    let mut ends = (0..=most.min(text.len())).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// An error and its sources, on one line where each of them is. Many errors repeat their source in their own message, which
/// is not said twice.
///
/// The runtime has a form of its own for `exception.stacktrace`, which is of many lines, as Rust programs print it.
#[cfg(any(feature = "logs", feature = "otlp"))]
pub(crate) struct WithSources<'a>(pub(crate) &'a dyn std::error::Error);

#[cfg(any(feature = "logs", feature = "otlp"))]
impl std::fmt::Display for WithSources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nobody nests errors that deep, but nothing keeps a source from being its own.
        const DEEPEST: usize = 32;
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let sources = std::iter::successors(self.0.source(), |&error| error.source());
        for source in sources.take(DEEPEST) {
            let source = source.to_string();
            if !said.ends_with(&source) {
                write!(f, ": {source}")?;
            }
            said = source;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_character() {
        assert_eq!(head("grüße", 3), "gr");
        assert_eq!(head("grüße", 4), "grü");
        assert_eq!(head("grüße", 100), "grüße");
    }
}

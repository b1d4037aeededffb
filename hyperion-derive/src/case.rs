//! The ways to write a name: `snake_case` and the like.

use syn::{Error, LitStr, Result};

use crate::suggest;
use crate::table::Argument;

/// A way to write the words of a name, with the sign between them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

/// The names of the cases, which are those that serde has.
const CASES: &[(&str, Case)] = &[
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// Reads `= "snake_case"`.
    pub(crate) fn read(argument: &mut Argument<'_>) -> Result<Self> {
        Self::parse(&argument.text()?)
    }

    /// The case that `text` names.
    fn parse(text: &LitStr) -> Result<Self> {
        let word = text.value();
        if let Some((_, case)) = CASES.iter().find(|(known, _)| *known == word) {
            return Ok(*case);
        }
        let known: Vec<&str> = CASES.iter().map(|(known, _)| *known).collect();
        Err(Error::new(
            text.span(),
            format!(
                "unknown case `{}`, {}",
                word.escape_debug(),
                suggest::expected(&word, &known)
            ),
        ))
    }

    /// Writes the name of a variant, `HttpError` or `HTTPError`, in this case.
    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => words(name).iter().map(|word| capitalised(word)).collect(),
            Self::Camel => {
                let mut words = words(name).into_iter();
                let first = words.next().unwrap_or_default().to_lowercase();
                words.fold(first, |name, word| name + &capitalised(&word))
            }
            Self::Snake => words(name).join("_").to_lowercase(),
            Self::ScreamingSnake => words(name).join("_").to_uppercase(),
            Self::Kebab => words(name).join("-").to_lowercase(),
            Self::ScreamingKebab => words(name).join("-").to_uppercase(),
        }
    }
}

/// The words of a name. A run of capitals is one word, but for its last letter when that begins the next.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '_' {
            let begins = letter.is_uppercase()
                && (!before.is_uppercase()
                    || letters.peek().is_some_and(|after| after.is_lowercase()));
            match words.last_mut() {
                Some(word) if before != '_' && !begins => word.push(letter),
                _ => words.push(letter.to_string()),
            }
        }
        before = letter;
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        let rest = letters.as_str().to_lowercase();
        first.to_uppercase().chain(rest.chars()).collect()
    })
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::{CASES, Case, words};

    fn every_case(name: &str) -> Vec<String> {
        CASES.iter().map(|(_, case)| case.apply(name)).collect()
    }

    #[test]
    fn every_case_writes_its_own_name() {
        let variants = [
            "Lowercase",
            "Uppercase",
            "PascalCase",
            "CamelCase",
            "SnakeCase",
            "ScreamingSnakeCase",
            "KebabCase",
            "ScreamingKebabCase",
        ];
        for ((name, case), variant) in CASES.iter().zip(variants) {
            assert_eq!(case.apply(variant), *name);
        }
    }

    #[test]
    fn names_are_written_in_every_case() {
        for (name, expected) in [
            ("A", ["a", "A", "A", "a", "a", "A", "a", "A"]),
            (
                "VeryTasty",
                [
                    "verytasty",
                    "VERYTASTY",
                    "VeryTasty",
                    "veryTasty",
                    "very_tasty",
                    "VERY_TASTY",
                    "very-tasty",
                    "VERY-TASTY",
                ],
            ),
            (
                "not_found",
                [
                    "not_found",
                    "NOT_FOUND",
                    "NotFound",
                    "notFound",
                    "not_found",
                    "NOT_FOUND",
                    "not-found",
                    "NOT-FOUND",
                ],
            ),
            (
                "ÖltankLeer",
                [
                    "öltankleer",
                    "ÖLTANKLEER",
                    "ÖltankLeer",
                    "öltankLeer",
                    "öltank_leer",
                    "ÖLTANK_LEER",
                    "öltank-leer",
                    "ÖLTANK-LEER",
                ],
            ),
        ] {
            assert_eq!(every_case(name), expected, "{name}");
        }
    }

    #[test]
    fn words_begin_at_capitals() {
        for (name, expected) in [
            ("", ""),
            ("__", ""),
            ("_Private", "Private"),
            ("HTTPError", "HTTP Error"),
            ("IO", "IO"),
            ("IOError", "IO Error"),
            ("Http2Error", "Http2 Error"),
            ("Sha256", "Sha256"),
            ("NOT_FOUND", "NOT FOUND"),
            ("Not__Found_", "Not Found"),
            ("ABTest", "AB Test"),
            ("AB", "AB"),
            ("ABc", "A Bc"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn an_unknown_case_suggests_a_near_one() {
        for (text, expected) in [
            ("snake_case", None),
            ("snakecase", Some("expected `snake_case`")),
            (
                "SCREAMING_SNAKE_CAS",
                Some("expected `SCREAMING_SNAKE_CASE`"),
            ),
            ("KebabCase", Some("expected `kebab-case`")),
            ("title", Some("expected one of `lowercase`, `UPPERCASE`")),
            ("", Some("expected one of")),
        ] {
            let parsed = Case::parse(&LitStr::new(text, Span::call_site()));
            match (parsed, expected) {
                (Ok(_), None) => {}
                (Err(error), Some(expected)) => {
                    let message = error.to_string();
                    assert!(message.contains(expected), "{message}");
                }
                (parsed, _) => panic!("`{text}` gives {parsed:?}"),
            }
        }
    }
}

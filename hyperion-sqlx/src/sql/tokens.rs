//! The words, names, literals and signs of a query.
//!
//! Any text has tokens: what is not closed goes on to the end.

use super::{Dialect, MOST_READ};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name in quotes.
    Name,
    /// Text in quotes, with what stands before them.
    Text,
    Number,
    /// What stands for a value: `$1`, `?`, `:id`, `@id`.
    Placeholder,
    /// One sign.
    Sign,
}

/// A part of a query, which `text` is cut out of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == sign
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of a query, without space and comments. What follows its first 32 KiB is left out.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    sql: &'a str,
    at: usize,
    dialect: Dialect,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of(sql: &'a str, dialect: Dialect) -> Self {
        Self {
            sql: &sql[..sql.floor_char_boundary(MOST_READ)],
            at: 0,
            dialect,
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.sql.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn skip_space_and_comments(&mut self) {
        loop {
            let rest = self.rest();
            let skipped = match rest {
                [byte, ..] if byte.is_ascii_whitespace() => rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_whitespace())
                    .count(),
                [b'-', b'-', ..] => line(rest),
                [b'#', ..] if self.dialect == Dialect::MySql => line(rest),
                [b'/', b'*', ..] => comment(rest, self.dialect == Dialect::Postgres),
                _ => return,
            };
            self.at += skipped;
        }
    }

    /// The kind and the length of the token that the rest begins with.
    fn measure(&self) -> Option<(TokenKind, usize)> {
        let rest = self.rest();
        let (dialect, next) = (self.dialect, rest.get(1).copied().unwrap_or_default());
        Some(match *rest.first()? {
            b'\'' => (TokenKind::Text, quoted(rest, dialect == Dialect::MySql)),
            b'"' if dialect == Dialect::MySql => (TokenKind::Text, quoted(rest, true)),
            b'"' | b'`' => (TokenKind::Name, quoted(rest, false)),
            b'[' if dialect == Dialect::Sqlite => (TokenKind::Name, bracketed(rest)),
            b'$' if dialect == Dialect::Postgres && !next.is_ascii_digit() => {
                dollar_quoted(rest).map_or((TokenKind::Sign, 1), |length| (TokenKind::Text, length))
            }
            b'0'..=b'9' => (TokenKind::Number, number(rest)),
            b'.' if next.is_ascii_digit() => (TokenKind::Number, number(rest)),
            b'?' => (TokenKind::Placeholder, 1 + word(&rest[1..])),
            b':' if next == b':' => (TokenKind::Sign, 2),
            b'$' | b'@' | b':' if is_of_word(next) => {
                (TokenKind::Placeholder, 1 + word(&rest[1..]))
            }
            byte if is_of_word(byte) => self.word_or_prefix(rest),
            _ => (TokenKind::Sign, 1),
        })
    }

    /// A word, or a text with the letters that stand before its quotes.
    fn word_or_prefix(&self, rest: &[u8]) -> (TokenKind, usize) {
        let prefix = match rest {
            [
                b'e' | b'E' | b'n' | b'N' | b'b' | b'B' | b'x' | b'X',
                b'\'',
                ..,
            ] => 1,
            [b'u' | b'U', b'&', b'\'', ..] => 2,
            _ => return (TokenKind::Word, word(rest)),
        };
        let has_escapes = self.dialect == Dialect::MySql || matches!(rest[0], b'e' | b'E');
        (
            TokenKind::Text,
            prefix + quoted(&rest[prefix..], has_escapes),
        )
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_space_and_comments();
        let (kind, length) = self.measure()?;
        let start = self.at;
        let mut end = (start + length.max(1)).min(self.sql.len());
        // Each token ends beside a byte of ASCII, and so between characters, or at the end of the text.
        while !self.sql.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        Some(Token {
            kind,
            text: self.sql.get(start..self.at)?,
            start,
        })
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the word at the start. A word may have a `$` inside.
fn word(bytes: &[u8]) -> usize {
    let is_inside = |byte: &&u8| is_of_word(**byte) || **byte == b'$';
    bytes.iter().take_while(is_inside).count()
}

/// The length of the line at the start.
fn line(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte != b'\n').count()
}

/// The length of a comment that stands at the start.
fn comment(bytes: &[u8], nests: bool) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        match bytes.get(at..) {
            Some([b'*', b'/', ..]) => (at, depth) = (at + 2, depth - 1),
            Some([b'/', b'*', ..]) if nests => (at, depth) = (at + 2, depth + 1),
            Some([_, ..]) => at += 1,
            _ => return bytes.len(),
        }
    }
    at
}

/// The length of what the sign at the start encloses. Two of them are one inside.
fn quoted(bytes: &[u8], has_escapes: bool) -> usize {
    let quote = bytes[0];
    let mut at = 1;
    loop {
        match bytes.get(at..) {
            Some([b'\\', _, ..]) if has_escapes => at += 2,
            Some([first, second, ..]) if *first == quote && *second == quote => at += 2,
            Some([first, ..]) if *first == quote => return at + 1,
            Some([_, ..]) => at += 1,
            _ => return bytes.len(),
        }
    }
}

fn bracketed(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| *byte == b']');
    end.map_or(bytes.len(), |end| end + 1)
}

/// The length of `$tag$ .. $tag$`, if the start is one.
fn dollar_quoted(bytes: &[u8]) -> Option<usize> {
    let name = bytes[1..].iter().take_while(|byte| is_of_word(**byte));
    let tag = bytes.get(..name.count() + 2)?;
    if tag.last() != Some(&b'$') {
        return None;
    }
    let inside = &bytes[tag.len()..];
    let end = inside.windows(tag.len()).position(|window| window == tag);
    Some(end.map_or(bytes.len(), |end| tag.len() + end + tag.len()))
}

/// The length of a number: digits, a point, an exponent, or digits of another base.
fn number(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let is_sign_of_exponent = matches!(byte, b'+' | b'-')
            && matches!(bytes[..at], [.., b'e' | b'E'])
            && !matches!(bytes, [b'0', b'x' | b'X', ..])
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(is_of_word(*byte) || *byte == b'.' || is_sign_of_exponent) {
            break;
        }
        at += 1;
    }
    at
}

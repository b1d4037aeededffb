//! Reads the operations and targets out of a query.
//!
//! The text is read once, token by token. There is no grammar of any database here: what is not understood is left out, and
//! the summary is shorter.

use super::Dialect;
use super::summary::Summary;
use super::tokens::{Token, TokenKind, Tokens};
use super::words::{
    ABOUT_ONE, ADJECTIVES, AFTER_TABLES, ALONE, BEFORE_TABLE, EXPLAINED, NOUNS, NOUNS_WITH_CODE,
    is_one_of,
};
use std::iter::Peekable;

/// Parentheses within parentheses that are looked into; deeper ones share the last level.
const DEEPEST: usize = 32;

/// Names of common table expressions that are known to be no tables.
const MOST_NAMES: usize = 16;

/// The part of a statement that the next token belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// The start of a statement, or of what stands in parentheses.
    #[default]
    Start,
    /// Where a table is named.
    Table,
    /// After the name of a table, where a comma leads to another one.
    Tables,
    /// After `WITH`, where a query is given a name.
    Name,
    /// After that name.
    Named,
    /// Anywhere else.
    Other,
}

/// The thing that stands in parentheses, as far as they say it themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    /// It is not in parentheses.
    #[default]
    Statement,
    /// A table, tables that are joined, or a query.
    Tables,
    /// A query that has a name, or its columns.
    Named,
    /// A query or anything else.
    Other,
}

/// The state of a statement, or of what stands in parentheses.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    inside: Inside,
    place: Place,
    /// A `FROM` names tables here. That of `EXTRACT(year FROM ..)` or `IS DISTINCT FROM` does not.
    awaits_from: bool,
    /// An `INTO` names a table here.
    awaits_into: bool,
    /// A `USING` names tables here. That of a join names columns.
    awaits_using: bool,
    table: NextTable,
}

/// What follows the next table that is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum NextTable {
    /// Others, or what they are joined by.
    #[default]
    Others,
    /// No other, and maybe columns or arguments in parentheses.
    Columns,
    /// The code of a trigger or a function, which is not looked at.
    Code,
}

impl Summary {
    /// The summary of a query. Any text has one, which may be empty.
    pub(crate) fn of(sql: &str, dialect: Dialect) -> Self {
        Reader::new(sql, dialect).read()
    }
}

struct Reader<'a> {
    sql: &'a str,
    tokens: Peekable<Tokens<'a>>,
    summary: Summary,
    levels: [Level; DEEPEST],
    depth: usize,
    /// The names of common table expressions, and how many there are.
    names: [&'a str; MOST_NAMES],
    named: usize,
    /// The last word was `DISTINCT`.
    is_after_distinct: bool,
}

impl<'a> Reader<'a> {
    fn new(sql: &'a str, dialect: Dialect) -> Self {
        Self {
            sql,
            tokens: Tokens::of(sql, dialect).peekable(),
            summary: Summary::default(),
            levels: [Level::default(); DEEPEST],
            depth: 0,
            names: [""; MOST_NAMES],
            named: 0,
            is_after_distinct: false,
        }
    }

    fn read(mut self) -> Summary {
        while let Some(token) = self.tokens.next() {
            if self.take(&token).is_none() {
                break;
            }
        }
        self.summary
    }

    fn level(&mut self) -> &mut Level {
        &mut self.levels[self.depth.min(DEEPEST - 1)]
    }

    /// Takes a token. Nothing is returned if no more is to be read.
    fn take(&mut self, token: &Token<'a>) -> Option<()> {
        let place = self.level().place;
        match (token.kind, place) {
            (TokenKind::Sign, _) => self.sign(token),
            (TokenKind::Word, Place::Start) => self.start(token)?,
            (TokenKind::Word, Place::Table) => self.before_table(token)?,
            (TokenKind::Word | TokenKind::Name, Place::Name) => self.name(token),
            (TokenKind::Word, _) => self.word(token)?,
            (TokenKind::Name | TokenKind::Text, Place::Table) => self.table(token)?,
            (TokenKind::Name, Place::Start) if self.level().inside == Inside::Tables => {
                self.table(token)?;
            }
            (_, Place::Start | Place::Table) => self.level().place = Place::Other,
            _ => {}
        }
        self.is_after_distinct = token.is_word("DISTINCT");
        Some(())
    }

    fn sign(&mut self, token: &Token<'a>) {
        let Level { inside, place, .. } = *self.level();
        match token.text {
            "(" => {
                let inside = match place {
                    Place::Table => Inside::Tables,
                    Place::Named => Inside::Named,
                    Place::Start if inside != Inside::Statement => inside,
                    _ => Inside::Other,
                };
                if place == Place::Table {
                    self.level().place = Place::Tables;
                }
                self.depth += 1;
                *self.level() = Level {
                    inside,
                    ..Level::default()
                };
            }
            ")" => self.depth = self.depth.saturating_sub(1),
            "," if place == Place::Tables => self.level().place = Place::Table,
            "," if place == Place::Named => self.level().place = Place::Name,
            ";" => {
                self.depth = 0;
                self.named = 0;
                *self.level() = Level::default();
            }
            _ if place == Place::Table => self.level().place = Place::Other,
            _ => {}
        }
    }

    /// Takes the first word of a statement, or of what stands in parentheses.
    fn start(&mut self, token: &Token<'a>) -> Option<()> {
        let inside = self.level().inside;
        let can_change = matches!(inside, Inside::Statement | Inside::Named);
        self.level().place = Place::Other;
        if token.is_word("SELECT") {
            return self.select(token);
        }
        if token.is_word("WITH") {
            self.level().place = Place::Name;
            return Some(());
        }
        if can_change && self.change(token)? {
            return Some(());
        }
        match inside {
            Inside::Statement => self.command(token),
            Inside::Tables => self.table(token),
            Inside::Named | Inside::Other => Some(()),
        }
    }

    fn select(&mut self, token: &Token<'a>) -> Option<()> {
        self.operation(token)?;
        let level = self.level();
        level.place = Place::Other;
        level.awaits_from = true;
        Some(())
    }

    /// Takes the first word of a statement that changes rows, if it is one.
    fn change(&mut self, token: &Token<'a>) -> Option<bool> {
        if is_one_of(token, &["INSERT", "REPLACE", "MERGE"]) {
            self.operation(token)?;
            let level = self.level();
            level.place = Place::Other;
            level.awaits_into = true;
            level.awaits_using = token.is_word("MERGE");
        } else if token.is_word("UPDATE") {
            self.operation(token)?;
            let level = self.level();
            level.place = Place::Table;
            level.awaits_from = true;
        } else if token.is_word("DELETE") {
            self.operation(token)?;
            let level = self.level();
            level.place = Place::Other;
            level.awaits_from = true;
            level.awaits_using = true;
        } else {
            return Some(false);
        }
        Some(true)
    }

    /// Takes the first word of any other statement.
    fn command(&mut self, token: &Token<'a>) -> Option<()> {
        if is_one_of(token, &["CREATE", "ALTER", "DROP"]) {
            self.definition(token)?;
        } else if token.is_word("EXPLAIN") {
            self.operation(token)?;
            while self
                .tokens
                .next_if(|next| !is_one_of(next, EXPLAINED))
                .is_some()
            {}
            self.level().place = Place::Start;
        } else if token.is_word("TRUNCATE") {
            self.operation(token)?;
            self.level().place = Place::Table;
        } else if is_one_of(token, ABOUT_ONE) {
            self.operation(token)?;
            let level = self.level();
            level.place = Place::Table;
            level.table = NextTable::Columns;
        } else if is_one_of(token, ALONE) {
            self.operation(token)?;
        }
        Some(())
    }

    /// Takes `CREATE`, `ALTER` or `DROP`, and the noun behind it.
    fn definition(&mut self, verb: &Token<'a>) -> Option<()> {
        self.operation(verb)?;
        while self
            .tokens
            .next_if(|next| is_one_of(next, ADJECTIVES))
            .is_some()
        {}
        if let Some(noun) = self.tokens.next_if(|next| is_one_of(next, NOUNS)) {
            self.summary.extend_operation(noun.text);
            let level = self.level();
            level.place = Place::Table;
            level.table = if verb.is_word("DROP") {
                NextTable::Others
            } else if is_one_of(&noun, NOUNS_WITH_CODE) {
                NextTable::Code
            } else {
                NextTable::Columns
            };
        }
        Some(())
    }

    /// Takes a word that stands where a table is named.
    fn before_table(&mut self, token: &Token<'a>) -> Option<()> {
        if token.is_word("SELECT") {
            return self.select(token);
        }
        if token.is_word("OR") {
            // `UPDATE OR IGNORE`.
            self.tokens.next();
            return Some(());
        }
        if is_one_of(token, AFTER_TABLES) {
            self.level().place = Place::Other;
            return Some(());
        }
        if is_one_of(token, BEFORE_TABLE) {
            return Some(());
        }
        self.table(token)
    }

    /// Takes a name behind `WITH`.
    fn name(&mut self, token: &Token<'a>) {
        if token.is_word("RECURSIVE") {
            return;
        }
        if let Some(name) = self.names.get_mut(self.named) {
            *name = token.text;
            self.named += 1;
        }
        self.level().place = Place::Named;
    }

    /// Takes a word in the middle of a statement.
    fn word(&mut self, token: &Token<'a>) -> Option<()> {
        if token.is_word("SELECT") {
            return self.select(token);
        }
        let is_after_distinct = self.is_after_distinct;
        let level = self.level();
        let place = level.place;
        if place == Place::Named {
            self.change(token)?;
        } else if token.is_word("FROM") && level.awaits_from && !is_after_distinct {
            level.awaits_from = false;
            level.place = Place::Table;
        } else if token.is_word("INTO") && level.awaits_into {
            level.awaits_into = false;
            level.place = Place::Table;
            level.table = NextTable::Columns;
        } else if token.is_word("USING") && level.awaits_using {
            level.awaits_using = false;
            level.place = Place::Table;
        } else if place == Place::Tables && is_one_of(token, &["JOIN", "STRAIGHT_JOIN"]) {
            level.place = Place::Table;
        } else if place == Place::Tables && is_one_of(token, AFTER_TABLES) {
            level.place = Place::Other;
        }
        Some(())
    }

    /// Takes the name of a table, with those of its schema and database.
    fn table(&mut self, first: &Token<'a>) -> Option<()> {
        let (mut end, mut is_qualified) = (first.end(), false);
        while let Some(point) = self
            .tokens
            .next_if(|next| next.is_sign(".") && next.start == end)
        {
            let is_part = |next: &Token<'_>| {
                matches!(next.kind, TokenKind::Word | TokenKind::Name) && next.start == point.end()
            };
            let Some(part) = self.tokens.next_if(is_part) else {
                break;
            };
            (end, is_qualified) = (part.end(), true);
        }
        let is_before_parenthesis = self.is_before_parenthesis();
        let level = self.level();
        let next = std::mem::take(&mut level.table);
        level.place = if next == NextTable::Others {
            Place::Tables
        } else {
            Place::Other
        };
        let is_function = is_before_parenthesis && next == NextTable::Others;
        let target = self.sql.get(first.start..end)?;
        let is_table = !is_function && (is_qualified || !self.is_name(target));
        if is_table && !self.summary.push_target(target) {
            return None;
        }
        (next != NextTable::Code).then_some(())
    }

    fn operation(&mut self, token: &Token<'a>) -> Option<()> {
        self.summary.push_operation(token.text).then_some(())
    }

    fn is_before_parenthesis(&mut self) -> bool {
        self.tokens.peek().is_some_and(|next| next.is_sign("("))
    }

    /// Returns true if a query has been given this name.
    fn is_name(&self, target: &str) -> bool {
        let names = self.names.iter().take(self.named);
        names.copied().any(|name| name.eq_ignore_ascii_case(target))
    }
}

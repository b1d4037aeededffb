//! The words of SQL that say which others are operations and targets.

use super::tokens::{Token, TokenKind};

/// Returns true if a token is one of these words, in capitals or not.
pub(super) fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    token.kind == TokenKind::Word
        && words
            .iter()
            .any(|word| token.text.eq_ignore_ascii_case(word))
}

/// Words that may stand before the name of a table.
pub(super) const BEFORE_TABLE: &[&str] = &[
    "CONCURRENTLY",
    "EXISTS",
    "IF",
    "IGNORE",
    "LATERAL",
    "LOW_PRIORITY",
    "NOT",
    "ON",
    "ONLY",
    "TABLE",
];

/// Words that end a list of tables.
pub(super) const AFTER_TABLES: &[&str] = &[
    "EXCEPT",
    "FETCH",
    "FOR",
    "GROUP",
    "HAVING",
    "INTERSECT",
    "LIMIT",
    "OFFSET",
    "ORDER",
    "RETURNING",
    "SET",
    "UNION",
    "VALUES",
    "WHERE",
    "WINDOW",
];

/// Statements that can stand behind `EXPLAIN`.
pub(super) const EXPLAINED: &[&str] = &[
    "CREATE", "DELETE", "INSERT", "MERGE", "REPLACE", "SELECT", "UPDATE", "VALUES", "WITH",
];

/// Commands that have one target.
pub(super) const ABOUT_ONE: &[&str] = &[
    "CALL", "COPY", "DESCRIBE", "EXEC", "EXECUTE", "LISTEN", "LOCK", "NOTIFY", "PRAGMA",
    "UNLISTEN", "USE",
];

/// Commands without a target, or whose target says nothing of a class of queries.
pub(super) const ALONE: &[&str] = &[
    "ABORT",
    "ANALYZE",
    "ATTACH",
    "BEGIN",
    "CHECKPOINT",
    "CLOSE",
    "CLUSTER",
    "COMMENT",
    "COMMIT",
    "DEALLOCATE",
    "DECLARE",
    "DETACH",
    "DISCARD",
    "DO",
    "END",
    "FETCH",
    "FLUSH",
    "GRANT",
    "HANDLER",
    "IMPORT",
    "INSTALL",
    "KILL",
    "LOAD",
    "MOVE",
    "OPTIMIZE",
    "PREPARE",
    "REASSIGN",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "RENAME",
    "REPAIR",
    "RESET",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SECURITY",
    "SET",
    "SHOW",
    "START",
    "UNLOCK",
    "VACUUM",
    "VALUES",
    "XA",
];

/// The things that are created, altered and dropped.
pub(super) const NOUNS: &[&str] = &[
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "DATABASE",
    "DOMAIN",
    "EVENT",
    "EXTENSION",
    "FUNCTION",
    "INDEX",
    "POLICY",
    "PROCEDURE",
    "PUBLICATION",
    "ROLE",
    "RULE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "SUBSCRIPTION",
    "TABLE",
    "TABLESPACE",
    "TRIGGER",
    "TYPE",
    "USER",
    "VIEW",
];

/// Those that have code.
pub(super) const NOUNS_WITH_CODE: &[&str] = &["EVENT", "FUNCTION", "PROCEDURE", "RULE", "TRIGGER"];

/// Words between the verb of a definition and its noun.
pub(super) const ADJECTIVES: &[&str] = &[
    "CONSTRAINT",
    "EXTERNAL",
    "FOREIGN",
    "FULLTEXT",
    "GLOBAL",
    "LOCAL",
    "MATERIALIZED",
    "OR",
    "RECURSIVE",
    "REPLACE",
    "SPATIAL",
    "TEMP",
    "TEMPORARY",
    "UNIQUE",
    "UNLOGGED",
    "VIRTUAL",
];

//! The text of a query without the values that stand in it.

use super::Dialect;
use super::tokens::{Token, TokenKind, Tokens};

/// Stands in the place of a value ([Sanitization]).
///
/// [Sanitization]: https://opentelemetry.io/docs/specs/semconv/db/database-spans/#sanitization-of-dbquerytext
const PLACEHOLDER: &str = "?";

/// The text with a placeholder for each literal, and without comments.
pub(crate) fn redacted(sql: &str, dialect: Dialect) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut end = 0;
    for token in Tokens::of(sql, dialect) {
        let between = sql.get(end..token.start).unwrap_or_default();
        if between.bytes().all(|byte| byte.is_ascii_whitespace()) {
            text.push_str(between);
        } else {
            text.push(' ');
        }
        text.push_str(if is_literal(&token) {
            PLACEHOLDER
        } else {
            token.text
        });
        end = token.end();
    }
    text
}

fn is_literal(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Text | TokenKind::Number => true,
        TokenKind::Word => token.is_word("true") || token.is_word("false"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn assert_redacted(dialect: Dialect, sql: &str, expected: &str) {
        assert_eq!(redacted(sql, dialect), expected, "of {sql}");
    }

    #[test]
    fn literals_are_gone_and_the_rest_is_as_it_was() {
        for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
            assert_redacted(
                dialect,
                "SELECT a1, -2.5e-3, 0xFF FROM t1\n WHERE name = 'O''Hara' AND ok = TRUE AND x IS NULL",
                "SELECT a1, -?, ? FROM t1\n WHERE name = ? AND ok = ? AND x IS NULL",
            );
            assert_redacted(
                dialect,
                "SELECT N'a', X'ff' -- card 4711\n, 1",
                "SELECT ?, ? , ?",
            );
            assert_redacted(dialect, "SELECT /* 4711 */ $1, ?, :id", "SELECT $1, ?, :id");
            assert_redacted(dialect, "SELECT 'never closed FROM t", "SELECT ?");
        }
    }

    #[test]
    fn each_database_has_its_quotes() {
        assert_redacted(
            Dialect::Postgres,
            r#"SELECT $x$it's$x$, E'a\'b', 'c\', "d", a[1]"#,
            r#"SELECT ?, ?, ?, "d", a[?]"#,
        );
        assert_redacted(
            Dialect::MySql,
            r#"SELECT "it's", 'a\'b', `d` # 4711"#,
            "SELECT ?, ?, `d`",
        );
        assert_redacted(
            Dialect::Sqlite,
            r#"SELECT 'a\', "d", [e f], `g`"#,
            r#"SELECT ?, "d", [e f], `g`"#,
        );
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let rows = ", (4711, 'Ada')".repeat(100_000);
        let text = redacted(
            &format!("INSERT INTO t VALUES (1, 'é'){rows}"),
            Dialect::Sqlite,
        );
        assert!(text.len() <= 32 * 1024, "{}", text.len());
        assert!(text.starts_with("INSERT INTO t VALUES (?, ?), (?, ?)"));
        assert!(!text.contains("4711") && !text.contains("Ada"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(sql in r#"([a-z0-9'"`$\\/*\-#.;:?@\[\]() \n\u{e9}\u{1f600}]|\PC){0,60}"#) {
            for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
                redacted(&sql, dialect);
            }
        }

        #[test]
        fn text_in_quotes_never_comes_through(secret in "[a-z '\"$;/*-]{0,20}", dialect in 0..3_usize) {
            let dialect = [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite][dialect];
            let sql = format!("SELECT a FROM t WHERE b = '{}' AND c = 7", secret.replace('\'', "''"));
            prop_assert_eq!(redacted(&sql, dialect), "SELECT a FROM t WHERE b = ? AND c = ?");
        }
    }
}

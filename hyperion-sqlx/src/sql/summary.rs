//! The operations and targets of a query, in a line ([Generating a summary of the query]).
//!
//! [Generating a summary of the query]: https://opentelemetry.io/docs/specs/semconv/db/database-spans/#generating-a-summary-of-the-query

/// The most bytes of a summary, which has no more characters.
const LONGEST: usize = 255;

/// The operations and targets of a query, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    text: String,
    operations: usize,
    targets: usize,
    /// The end of the first operation in the text.
    operation_end: usize,
}

impl Summary {
    /// The summary of an operation that has no text.
    pub(crate) fn of_operation(operation: &str) -> Self {
        let mut summary = Self::default();
        summary.push_operation(operation);
        summary
    }

    /// The summary of the same query behind another operation.
    pub(crate) fn within(self, operation: &str) -> Self {
        let mut summary = Self::of_operation(operation);
        if summary.push(&self.text) {
            summary.operations += self.operations;
            summary.targets += self.targets;
        }
        summary
    }

    /// `db.query.summary`.
    pub(crate) fn text(&self) -> Option<&str> {
        Some(&*self.text).filter(|text| !text.is_empty())
    }

    /// `db.operation.name`, if there is one operation.
    pub(crate) fn operation(&self) -> Option<&str> {
        (self.operations == 1).then(|| &self.text[..self.operation_end])
    }

    /// `db.collection.name`, if one operation has one target.
    pub(crate) fn collection(&self) -> Option<&str> {
        let is_one = self.operations == 1 && self.targets == 1;
        is_one.then(|| &self.text[self.operation_end + 1..])
    }

    pub(super) fn push_operation(&mut self, operation: &str) -> bool {
        let pushed = self.push(operation);
        if pushed {
            self.operations += 1;
            if self.operations == 1 {
                self.operation_end = self.text.len();
            }
        }
        pushed
    }

    pub(super) fn push_target(&mut self, target: &str) -> bool {
        let pushed = self.push(target);
        self.targets += usize::from(pushed);
        pushed
    }

    /// Adds a part behind the last operation, which it is a word of.
    pub(super) fn extend_operation(&mut self, word: &str) {
        if self.push(word) && self.operations == 1 {
            self.operation_end = self.text.len();
        }
    }

    /// Adds a part, unless the summary gets too long.
    fn push(&mut self, part: &str) -> bool {
        let space = usize::from(!self.text.is_empty());
        let fits = self.text.len() + space + part.len() <= LONGEST;
        if fits && !part.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', space));
            self.text.push_str(part);
        }
        fits && !part.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Dialect;
    use proptest::prelude::*;

    const ALL: [Dialect; 3] = [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite];

    #[track_caller]
    fn assert_summary(sql: &str, expected: &str) {
        for dialect in ALL {
            assert_eq!(Summary::of(sql, dialect).text, expected, "of {sql}");
        }
    }

    #[test]
    fn the_examples_of_the_conventions() {
        assert_summary(
            "SELECT *\nFROM   wuser_table\nWHERE  username = ?",
            "SELECT wuser_table",
        );
        assert_summary(
            "INSERT INTO shipping_details (order_id, address) SELECT order_id, address FROM orders WHERE order_id = ?",
            "INSERT shipping_details SELECT orders",
        );
        assert_summary(
            "SELECT * FROM songs, artists WHERE songs.artist_id == artists.id",
            "SELECT songs artists",
        );
        assert_summary(
            "SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)",
            "SELECT SELECT orders customers",
        );
        assert_summary(
            "SELECT * FROM \"song list\", 'artists'",
            "SELECT \"song list\" 'artists'",
        );
        assert_summary(
            "call some_stored_procedure(?)",
            "call some_stored_procedure",
        );
    }

    #[test]
    fn statements_that_change_rows() {
        assert_summary("update users set name = $1 where id = $2", "update users");
        assert_summary(
            "UPDATE ONLY users SET a = (SELECT b FROM c)",
            "UPDATE users SELECT c",
        );
        assert_summary("UPDATE OR IGNORE users SET a = 1 FROM b", "UPDATE users b");
        assert_summary(
            "DELETE FROM public.users WHERE id IN (1, 2)",
            "DELETE public.users",
        );
        assert_summary("DELETE FROM a USING b WHERE a.id = b.id", "DELETE a b");
        assert_summary(
            "INSERT INTO users (id, name) VALUES (1, 'x'), (2, 'y')",
            "INSERT users",
        );
        assert_summary("INSERT OR REPLACE INTO t VALUES (1)", "INSERT t");
        assert_summary("REPLACE INTO t (a) VALUES (1)", "REPLACE t");
        assert_summary(
            "INSERT INTO t (a) SELECT * FROM UNNEST($1::text[], $2::int[]) ON CONFLICT (a) DO UPDATE SET a = 1",
            "INSERT t SELECT",
        );
        assert_summary(
            "MERGE INTO stock s USING sales v ON s.id = v.id WHEN MATCHED THEN UPDATE SET n = 1",
            "MERGE stock sales",
        );
        assert_summary("TRUNCATE TABLE a, b", "TRUNCATE a b");
    }

    #[test]
    fn a_from_that_names_no_table_is_none() {
        assert_summary(
            "SELECT EXTRACT(year FROM at), TRIM(BOTH 'x' FROM n) FROM t",
            "SELECT t",
        );
        assert_summary(
            "SELECT a IS DISTINCT FROM b FROM t WHERE c IS NOT DISTINCT FROM d",
            "SELECT t",
        );
        assert_summary("SELECT * FROM generate_series(1, 3) AS g, t", "SELECT t");
        assert_summary("SELECT 1", "SELECT");
        assert_summary("SELECT * FROM t FOR UPDATE", "SELECT t");
    }

    #[test]
    fn joins_and_queries_within() {
        assert_summary(
            "SELECT a.x FROM a LEFT JOIN b ON (a.id = b.id) JOIN LATERAL (SELECT * FROM c) d ON TRUE, e WHERE f = g",
            "SELECT a b SELECT c e",
        );
        assert_summary("SELECT * FROM (a JOIN b USING (id)), c", "SELECT a b c");
        assert_summary(
            "(SELECT x FROM a) UNION ALL (SELECT x FROM b) ORDER BY x",
            "SELECT a SELECT b",
        );
        assert_summary("SELECT 1 WHERE EXISTS (SELECT * FROM b)", "SELECT SELECT b");
    }

    #[test]
    fn names_of_queries_are_no_tables() {
        assert_summary(
            "WITH RECURSIVE old AS (SELECT * FROM t), gone (id) AS (DELETE FROM u RETURNING id) \
             SELECT * FROM old JOIN gone USING (id) JOIN v USING (id)",
            "SELECT t DELETE u SELECT v",
        );
        assert_summary(
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            "SELECT INSERT t SELECT",
        );
    }

    #[test]
    fn definitions_have_their_noun() {
        assert_summary(
            "CREATE TABLE IF NOT EXISTS users (id INTEGER, update TEXT)",
            "CREATE TABLE users",
        );
        assert_summary(
            "create temp table a as select * from b",
            "create table a select b",
        );
        assert_summary(
            "CREATE UNIQUE INDEX CONCURRENTLY by_name ON users (name)",
            "CREATE INDEX by_name",
        );
        assert_summary("CREATE INDEX ON users (name)", "CREATE INDEX users");
        assert_summary("DROP TABLE IF EXISTS a, b CASCADE", "DROP TABLE a b");
        assert_summary("ALTER TABLE users ADD COLUMN age INT", "ALTER TABLE users");
        assert_summary(
            "CREATE MATERIALIZED VIEW v AS SELECT * FROM t",
            "CREATE VIEW v SELECT t",
        );
        assert_summary(
            "CREATE TRIGGER log AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1); END; SELECT 1",
            "CREATE TRIGGER log",
        );
        assert_summary("CREATE", "CREATE");
    }

    #[test]
    fn other_commands_and_several_of_them() {
        assert_summary("BEGIN; SELECT * FROM t; COMMIT", "BEGIN SELECT t COMMIT");
        assert_summary("PRAGMA journal_mode = WAL", "PRAGMA journal_mode");
        assert_summary("SET search_path TO a", "SET");
        assert_summary("SAVEPOINT s_4711", "SAVEPOINT");
        assert_summary("EXPLAIN ANALYZE SELECT * FROM t", "EXPLAIN SELECT t");
        assert_summary(
            "EXPLAIN (FORMAT json) WITH a AS (SELECT 1) SELECT * FROM a",
            "EXPLAIN SELECT SELECT",
        );
        assert_summary("LISTEN orders", "LISTEN orders");
        assert_summary("lorem ipsum", "");
        assert_summary("", "");
        assert_summary("-- nothing\n /* to see */ ;;", "");
    }

    #[test]
    fn comments_and_quotes_hide_what_is_in_them() {
        assert_summary(
            "/* SELECT a FROM b */ SELECT 'FROM c' FROM d -- , e\n, f",
            "SELECT d f",
        );
        let summary = Summary::of("SELECT * FROM `a b`.`c`", Dialect::MySql);
        assert_eq!(summary.text(), Some("SELECT `a b`.`c`"));
        let summary = Summary::of("SELECT * FROM [a b] # c", Dialect::Sqlite);
        assert_eq!(summary.text(), Some("SELECT [a b]"));
        let summary = Summary::of(
            "SELECT $a$ FROM t $a$ FROM u /* a /* b */ */, v",
            Dialect::Postgres,
        );
        assert_eq!(summary.text(), Some("SELECT u v"));
    }

    #[test]
    fn one_operation_and_one_target_have_names() {
        let of = |sql| {
            let summary = Summary::of(sql, Dialect::Sqlite);
            let names = (summary.operation(), summary.collection());
            (names.0.map(str::to_owned), names.1.map(str::to_owned))
        };
        let names = |operation: &str, collection: &str| {
            let some = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
            (some(operation), some(collection))
        };
        assert_eq!(of("SELECT * FROM \"a b\""), names("SELECT", "\"a b\""));
        assert_eq!(of("CREATE  TABLE t (id)"), names("CREATE TABLE", "t"));
        assert_eq!(of("SELECT * FROM a, b"), names("SELECT", ""));
        assert_eq!(of("INSERT INTO a SELECT * FROM b"), names("", ""));
        assert_eq!(of(""), names("", ""));
        let prepared = Summary::of("SELECT * FROM a", Dialect::Sqlite).within("PREPARE");
        assert_eq!(prepared.text(), Some("PREPARE SELECT a"));
        assert_eq!(prepared.operation(), None);
    }

    #[test]
    fn a_long_summary_ends_with_a_whole_name() {
        let tables: Vec<String> = (0..100).map(|number| format!("table_{number}")).collect();
        let summary = Summary::of(
            &format!("SELECT * FROM {}", tables.join(", ")),
            Dialect::Sqlite,
        );
        let text = summary.text().expect("a summary");
        assert!((245..=255).contains(&text.len()), "{text}");
        assert!(
            tables
                .iter()
                .any(|table| text.ends_with(&format!(" {table}")))
        );
        let name = "x".repeat(300);
        assert_summary(&format!("SELECT * FROM {name}, t"), "SELECT");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            sql in r#"((SELECT|FROM|WITH|INSERT|INTO|CREATE|TABLE|JOIN|UPDATE|AS|USING|EXPLAIN|[a-z0-9'"`$\\/*\-#.;:?@\[\](),\u{e9}]|\PC)[ ]?){0,40}"#,
        ) {
            for dialect in ALL {
                let summary = Summary::of(&sql, dialect);
                prop_assert!(summary.text.len() <= LONGEST);
                prop_assert_ne!(summary.operation(), Some(""));
                prop_assert_ne!(summary.collection(), Some(""));
            }
        }
    }
}

//! The driver that is chosen by a URL.

use super::{Driver, Endpoint, executed_by_connection};
use crate::sql::Dialect;
use sqlx::Any;
use sqlx::any::AnyConnectOptions;

impl Driver for Any {
    fn endpoint(options: &AnyConnectOptions) -> Endpoint {
        let url = &options.database_url;
        let (system, dialect, usual_port) = match url.scheme() {
            "postgres" | "postgresql" => ("postgresql", Dialect::Postgres, Some(5432)),
            "mysql" => ("mysql", Dialect::MySql, Some(3306)),
            "mariadb" => ("mariadb", Dialect::MySql, Some(3306)),
            "sqlite" => ("sqlite", Dialect::Sqlite, None),
            _ => ("other_sql", Dialect::Sqlite, None),
        };
        // The path of a server's URL is the name of a database, that of SQLite's is a file.
        let namespace = match dialect {
            Dialect::Sqlite => file(url.as_str()),
            _ => url.path().trim_start_matches('/'),
        };
        let is_server = dialect != Dialect::Sqlite;
        Endpoint {
            system,
            dialect,
            has_own_thread: system == "sqlite",
            namespace: Some(namespace.to_owned()).filter(|name| !name.is_empty()),
            address: url.host_str().filter(|_| is_server).map(str::to_owned),
            port: url
                .port()
                .filter(|port| is_server && Some(*port) != usual_port),
        }
    }

    executed_by_connection!();
}

/// The file that a URL of SQLite names.
fn file(url: &str) -> &str {
    let path = url.split_once(':').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix("//").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn endpoint(url: &str) -> Endpoint {
        Any::endpoint(&AnyConnectOptions::from_str(url).expect("a URL"))
    }

    #[test]
    fn a_database_is_the_one_that_the_url_names() {
        let shop = endpoint("mariadb://ada:secret@db.test:3307/shop");
        assert_eq!(shop.system, "mariadb");
        assert_eq!(shop.pool_name(), "db.test:3307/shop");
        let usual = endpoint("postgres://ada:secret@db.test:5432/shop?sslmode=disable");
        assert_eq!(usual.system, "postgresql");
        assert_eq!(usual.pool_name(), "db.test/shop");
    }

    #[test]
    fn a_file_is_a_database_of_sqlite() {
        for (url, name) in [
            ("sqlite::memory:", ":memory:"),
            ("sqlite://data/shop.db?mode=rwc", "data/shop.db"),
            ("sqlite:/var/shop.db", "/var/shop.db"),
        ] {
            let file = endpoint(url);
            assert_eq!(file.system, "sqlite");
            assert_eq!(file.namespace.as_deref(), Some(name));
            assert_eq!(file.address, None);
        }
    }
}

//! SQLite.

use super::{Driver, Endpoint, executed_by_connection};
use crate::sql::Dialect;
use sqlx_sqlite::{Sqlite, SqliteConnectOptions};

/// Stands for the names that the driver makes up for databases in memory.
const IN_MEMORY: &str = ":memory:";

/// What these names begin with.
const MADE_UP: &str = "file:sqlx-in-memory-";

impl Driver for Sqlite {
    fn endpoint(options: &SqliteConnectOptions) -> Endpoint {
        let file = options.get_filename().display().to_string();
        let is_made_up = file.starts_with(MADE_UP);
        Endpoint {
            system: "sqlite",
            dialect: Dialect::Sqlite,
            has_own_thread: true,
            namespace: Some(if is_made_up {
                IN_MEMORY.to_owned()
            } else {
                file
            }),
            address: None,
            port: None,
        }
    }

    executed_by_connection!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn a_database_is_named_by_its_file() {
        let endpoint = |url: &str| {
            let options = SqliteConnectOptions::from_str(url).expect("a URL");
            Sqlite::endpoint(&options)
        };
        let file = endpoint("sqlite://data/shop.db");
        assert_eq!(file.namespace.as_deref(), Some("data/shop.db"));
        assert_eq!(file.pool_name(), "data/shop.db");
        assert_eq!(endpoint("sqlite::memory:").pool_name(), IN_MEMORY);
    }
}

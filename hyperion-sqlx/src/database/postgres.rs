//! PostgreSQL.

use super::{Driver, Endpoint, executed_by_connection};
use crate::sql::Dialect;
use sqlx::Postgres;
use sqlx::postgres::PgConnectOptions;

const USUAL_PORT: u16 = 5432;

impl Driver for Postgres {
    fn endpoint(options: &PgConnectOptions) -> Endpoint {
        let host = options.get_host();
        let socket = options.get_socket().map(|path| path.display().to_string());
        // A host that is a path is a folder of sockets.
        let is_socket = socket.is_some() || host.starts_with('/');
        // The server takes the name of the user for one that is not said.
        let database = options.get_database();
        let database = database.unwrap_or_else(|| options.get_username());
        Endpoint {
            system: "postgresql",
            dialect: Dialect::Postgres,
            has_own_thread: false,
            namespace: Some(database.to_owned()),
            address: socket.or_else(|| Some(host.to_owned())),
            port: Some(options.get_port()).filter(|port| !is_socket && *port != USUAL_PORT),
        }
    }

    executed_by_connection!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn endpoint(url: &str) -> Endpoint {
        Postgres::endpoint(&PgConnectOptions::from_str(url).expect("a URL"))
    }

    #[test]
    fn a_server_is_named_by_what_the_options_say() {
        let shop = endpoint("postgres://ada:secret@db.test:6432/shop");
        assert_eq!(shop.system, "postgresql");
        assert_eq!(shop.address.as_deref(), Some("db.test"));
        assert_eq!(shop.port, Some(6432));
        assert_eq!(shop.namespace.as_deref(), Some("shop"));
        assert_eq!(shop.pool_name(), "db.test:6432/shop");
    }

    #[test]
    fn what_is_usual_is_not_said() {
        let usual = endpoint("postgres://ada@db.test:5432");
        assert_eq!(usual.port, None);
        assert_eq!(usual.namespace.as_deref(), Some("ada"));
    }

    #[test]
    fn a_socket_has_no_port() {
        let socket = endpoint("postgres://ada@%2Frun%2Fpostgresql:6432/shop");
        assert_eq!(socket.address.as_deref(), Some("/run/postgresql"));
        assert_eq!(socket.port, None);
    }
}

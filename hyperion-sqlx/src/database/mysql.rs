//! MySQL and MariaDB.

use super::{Driver, Endpoint, executed_by_connection};
use crate::sql::Dialect;
use sqlx::MySql;
use sqlx::error::DatabaseError;
use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use std::borrow::Cow;

const USUAL_PORT: u16 = 3306;

impl Driver for MySql {
    fn endpoint(options: &MySqlConnectOptions) -> Endpoint {
        let socket = options.get_socket().map(|path| path.display().to_string());
        let is_socket = socket.is_some();
        Endpoint {
            system: "mysql",
            dialect: Dialect::MySql,
            has_own_thread: false,
            namespace: options.get_database().map(str::to_owned),
            address: socket.or_else(|| Some(options.get_host().to_owned())),
            port: Some(options.get_port()).filter(|port| !is_socket && *port != USUAL_PORT),
        }
    }

    /// The number of the error, which says more than its SQLSTATE ([`db.response.status_code`]).
    ///
    /// [`db.response.status_code`]: https://opentelemetry.io/docs/specs/semconv/db/sql/
    fn status_code(error: &dyn DatabaseError) -> Option<Cow<'_, str>> {
        let own = error.try_downcast_ref::<MySqlDatabaseError>();
        own.map_or_else(
            || error.code(),
            |error| Some(error.number().to_string().into()),
        )
    }

    executed_by_connection!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn a_server_is_named_by_what_the_options_say() {
        let options = MySqlConnectOptions::from_str("mysql://ada:secret@db.test:3307/shop");
        let shop = MySql::endpoint(&options.expect("a URL"));
        assert_eq!(shop.system, "mysql");
        assert_eq!(shop.pool_name(), "db.test:3307/shop");
        let options = MySqlConnectOptions::from_str("mysql://ada@db.test:3306");
        let usual = MySql::endpoint(&options.expect("a URL"));
        assert_eq!((usual.port, usual.namespace), (None, None));
    }
}

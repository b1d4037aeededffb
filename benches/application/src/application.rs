//! The work of the service, without a trace of telemetry but the one log line.
//!
//! A request is six calls, which every variant has under the same names: `get_user` calls `validate`, `find_user` and
//! `render_user`, and `find_user` calls `select_user` and `look_up_tier`.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, FromRow};
use tempfile::TempDir;

/// The route of the only request there is.
pub const ROUTE: &str = "/users/{id}";

/// The name of the request, which its span has.
pub const REQUEST: &str = "GET /users/{id}";

/// The number of users; their ids begin with 1.
pub const USERS: i64 = 1000;

const CONNECTIONS: u32 = 4;

/// The state of the service.
#[derive(Debug)]
pub struct Application {
    database: SqlitePool,
    tiers: RwLock<HashMap<i64, Arc<str>>>,
    // Held for its drop, which removes the database.
    _folder: TempDir,
}

/// A user as the database has it.
#[derive(Debug, FromRow)]
pub struct UserRow {
    id: i64,
    name: String,
    email: String,
    tier: i64,
}

impl UserRow {
    /// The id of the user's tier.
    pub fn tier(&self) -> i64 {
        self.tier
    }

    /// The user with the name of the tier.
    pub fn with_tier(self, tier: Arc<str>) -> User {
        User {
            id: self.id,
            name: self.name,
            email: self.email,
            tier,
        }
    }
}

/// A user as a client gets it.
#[derive(Debug, Serialize)]
pub struct User {
    id: i64,
    name: String,
    email: String,
    #[serde(serialize_with = "text")]
    tier: Arc<str>,
}

/// A request without a user to show.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// No user can have this id.
    #[error("{0} is no id of a user")]
    Invalid(i64),
    /// There is no such user.
    #[error("there is no user {0}")]
    NotFound(i64),
    /// The user has a tier that nobody knows.
    #[error("there is no tier {0}")]
    UnknownTier(i64),
    /// The database did not answer.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The user has no form as JSON.
    #[error("the user cannot be shown")]
    Rendering(#[source] serde_json::Error),
}

impl Application {
    /// Makes a database of its own, in a folder that goes with it.
    ///
    /// # Errors
    ///
    /// When the database cannot be made.
    pub async fn open() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("users.db"))
            .create_if_missing(true)
            .disable_statement_logging();
        seed(&options).await?;
        let database = SqlitePoolOptions::new()
            .min_connections(CONNECTIONS)
            .max_connections(CONNECTIONS)
            // A file does not go away, and a cheaper request hides less of the telemetry.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await?;
        let tiers: Vec<(i64, String)> = sqlx::query_as("SELECT id, name FROM tiers")
            .fetch_all(&database)
            .await?;
        let tiers = tiers.into_iter().map(|(id, name)| (id, name.into()));
        Ok(Self {
            database,
            tiers: RwLock::new(tiers.collect()),
            _folder: folder,
        })
    }

    /// Reads a user from the database.
    ///
    /// # Errors
    ///
    /// When there is none with this id, or the database fails.
    pub async fn select(&self, id: i64) -> Result<UserRow, RequestError> {
        sqlx::query_as("SELECT id, name, email, tier FROM users WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.database)
            .await
            .map_err(RequestError::Database)?
            .ok_or(RequestError::NotFound(id))
    }

    /// Returns the name of a tier from the cache.
    ///
    /// # Errors
    ///
    /// When there is no such tier.
    pub fn tier(&self, id: i64) -> Result<Arc<str>, RequestError> {
        let tiers = self.tiers.read().ok();
        tiers
            .and_then(|tiers| tiers.get(&id).cloned())
            .ok_or(RequestError::UnknownTier(id))
    }
}

/// Checks that a user can have this id.
///
/// # Errors
///
/// When none can.
pub fn check(id: i64) -> Result<(), RequestError> {
    if (1..=i64::from(i32::MAX)).contains(&id) {
        Ok(())
    } else {
        Err(RequestError::Invalid(id))
    }
}

impl User {
    /// Renders the user as JSON.
    ///
    /// # Errors
    ///
    /// When a field has no form as JSON.
    pub fn render(&self) -> Result<Vec<u8>, RequestError> {
        serde_json::to_vec(self).map_err(RequestError::Rendering)
    }
}

/// Writes the log line of a request.
pub fn log_request(user: &User, body: &[u8]) {
    tracing::info!(
        user.id = user.id,
        user.tier = &*user.tier,
        bytes = body.len(),
        "user shown"
    );
}

/// Makes the response of a request that went well.
pub fn respond(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

impl IntoResponse for RequestError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::UnknownTier(_) | Self::Database(_) | Self::Rendering(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, self.to_string()).into_response()
    }
}

async fn seed(options: &SqliteConnectOptions) -> sqlx::Result<()> {
    let mut connection = options.connect().await?;
    for statement in [
        "CREATE TABLE tiers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, tier INTEGER NOT NULL)",
        "INSERT INTO tiers VALUES (0, 'free'), (1, 'team'), (2, 'enterprise')",
    ] {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    let mut transaction = connection.begin().await?;
    for id in 1..=USERS {
        sqlx::query("INSERT INTO users VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(format!("User Number {id}"))
            .bind(format!("user{id}@example.org"))
            .bind(id % 3)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    connection.close().await
}

fn text<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_is_read_and_rendered() {
        let application = Application::open().await.expect("a database");
        let row = application.select(USERS).await.expect("the last user");
        let tier = application.tier(row.tier()).expect("a known tier");
        let body = row.with_tier(tier).render().expect("JSON");
        assert_eq!(
            String::from_utf8_lossy(&body),
            r#"{"id":1000,"name":"User Number 1000","email":"user1000@example.org","tier":"team"}"#
        );
    }

    #[tokio::test]
    async fn what_is_not_there_has_a_status() {
        let application = Application::open().await.expect("a database");
        let status = |error: RequestError| error.into_response().status();
        let missing = application.select(USERS + 1).await.expect_err("no user");
        assert_eq!(status(missing), StatusCode::NOT_FOUND);
        let unknown = application.tier(3).expect_err("no tier");
        assert_eq!(status(unknown), StatusCode::INTERNAL_SERVER_ERROR);
        let invalid = check(0).expect_err("no id");
        assert_eq!(status(invalid), StatusCode::BAD_REQUEST);
    }
}

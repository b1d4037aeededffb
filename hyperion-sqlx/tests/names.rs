//! Every name is one of the conventions, with its unit and its bounds.

mod database;

use database::support::shown::label_keys;
use database::support::{kept, names};
use database::{insert, plain};
use hyperion::snapshot::Data;
use hyperion_sqlx::{PgPool, Pool, SqlitePool};
use opentelemetry_semantic_conventions::{attribute, metric};
use sqlx::postgres::PgPoolOptions;
use std::collections::BTreeSet;
use std::time::Duration;

/// Attributes of hyperion's own: the component that a level is set for, and how a call ended.
const OF_EVERY_SPAN: [&str; 2] = ["component", "outcome"];

/// Does all that leaves a name, and returns the pools, of which one has a server that is not there.
async fn do_everything() -> (SqlitePool, PgPool) {
    let pool = Pool::builder(plain().await).returned_rows(true).build();
    sqlx::query("SELECT * FROM users WHERE id = ?")
        .bind(1)
        .fetch_one(&pool)
        .await
        .expect("a user");
    insert(&pool, 1, "Ada").await.expect_err("there is one");
    let options = PgPoolOptions::new().acquire_timeout(Duration::from_millis(20));
    // Nobody listens on port 1.
    let nobody = options.connect_lazy("postgres://ada@127.0.0.1:1/shop");
    let nobody = PgPool::from(nobody.expect("a pool"));
    let query = sqlx::query("SELECT 1").fetch_one(&nobody);
    query.await.expect_err("there is no server");
    (pool, nobody)
}

#[tokio::test]
async fn every_name_is_one_of_the_conventions_and_every_one_is_used() {
    kept();
    let pools = do_everything().await;
    let spans = kept().all_spans();
    let used: BTreeSet<String> = spans
        .iter()
        .flat_map(|span| span.attributes.iter())
        .map(|attribute| attribute.key.to_string())
        .filter(|key| !OF_EVERY_SPAN.contains(&key.as_str()))
        .collect();
    let of_spans = [
        attribute::DB_COLLECTION_NAME,
        attribute::DB_NAMESPACE,
        attribute::DB_OPERATION_NAME,
        attribute::DB_QUERY_SUMMARY,
        attribute::DB_QUERY_TEXT,
        attribute::DB_RESPONSE_RETURNED_ROWS,
        attribute::DB_RESPONSE_STATUS_CODE,
        attribute::DB_SYSTEM_NAME,
        attribute::ERROR_TYPE,
        attribute::SERVER_ADDRESS,
        attribute::SERVER_PORT,
    ];
    let known: BTreeSet<String> = of_spans.into_iter().map(str::to_owned).collect();
    assert_eq!(used, known, "of {:?}", names(&spans));

    let families = kept().snapshot().families;
    drop(pools);
    let families: Vec<_> = families
        .iter()
        .filter(|family| family.name.starts_with("db."))
        .collect();
    let found: Vec<_> = families
        .iter()
        .map(|family| (&*family.name, &*family.unit))
        .collect();
    assert_eq!(
        found,
        [
            (metric::DB_CLIENT_CONNECTION_COUNT, "{connection}"),
            (metric::DB_CLIENT_CONNECTION_IDLE_MIN, "{connection}"),
            (metric::DB_CLIENT_CONNECTION_MAX, "{connection}"),
            (metric::DB_CLIENT_CONNECTION_PENDING_REQUESTS, "{request}"),
            (metric::DB_CLIENT_CONNECTION_TIMEOUTS, "{timeout}"),
            (metric::DB_CLIENT_CONNECTION_USE_TIME, "s"),
            (metric::DB_CLIENT_CONNECTION_WAIT_TIME, "s"),
            (metric::DB_CLIENT_OPERATION_DURATION, "s"),
        ]
    );
    for family in families {
        let labels = label_keys(family);
        let known: BTreeSet<String> = match &*family.name {
            metric::DB_CLIENT_OPERATION_DURATION => known
                .iter()
                .filter(|key| {
                    *key != attribute::DB_QUERY_TEXT && *key != attribute::DB_RESPONSE_RETURNED_ROWS
                })
                .cloned()
                .collect(),
            metric::DB_CLIENT_CONNECTION_COUNT => [
                attribute::DB_CLIENT_CONNECTION_POOL_NAME,
                attribute::DB_CLIENT_CONNECTION_STATE,
            ]
            .map(str::to_owned)
            .into(),
            _ => [attribute::DB_CLIENT_CONNECTION_POOL_NAME.to_owned()].into(),
        };
        assert_eq!(labels, known, "{}", family.name);
    }
}

#[tokio::test]
async fn durations_have_the_bounds_of_the_conventions_and_exemplars() {
    const BOUNDS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
    kept();
    let _pools = do_everything().await;
    let families = kept().snapshot().families;
    let durations = families
        .iter()
        .find(|family| family.name == metric::DB_CLIENT_OPERATION_DURATION);
    let Some(Data::Histogram(points)) = durations.map(|family| &family.data) else {
        panic!("durations are a histogram");
    };
    assert_eq!(*points[0].bounds, BOUNDS);
    let exemplar = points[0].exemplars.first().expect("an exemplar");
    assert!(exemplar.span.is_some(), "it leads to the span");
}

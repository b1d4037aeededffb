//! The metrics of queries and pools, by the conventions for databases ([metrics]).
//!
//! [metrics]: https://opentelemetry.io/docs/specs/semconv/db/database-metrics/

use crate::series::{Combinations, MOST};
use hyperion::{Counter, Histogram, Label, LabelSet, Metrics, Observation, UpDownCounter};
use sqlx::{Database, Error, Pool};
use std::fmt::{self, Debug};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The labels of a query that has ended, by the number of their series.
#[derive(Debug)]
pub(crate) struct Ended {
    series: usize,
}

const KEYS: usize = 9;

static ENDED: Combinations<KEYS> = Combinations::new();

impl Ended {
    /// The labels with these values, in the order of their keys. One that is empty is absent.
    pub(crate) fn of(values: [&str; KEYS]) -> Self {
        Self {
            series: ENDED.series(values),
        }
    }
}

impl LabelSet for Ended {
    const CARDINALITY: usize = MOST;
    const KEYS: &'static [&'static str] = &[
        "db.system.name",
        "db.namespace",
        "server.address",
        "server.port",
        "db.operation.name",
        "db.collection.name",
        "db.query.summary",
        "db.response.status_code",
        "error.type",
        "otel.metric.overflow",
    ];

    fn index(&self) -> usize {
        self.series
    }

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        let (texts, overflow) = match ENDED.texts(index) {
            Some(texts) => (texts, ""),
            None => ([""; KEYS], "true"),
        };
        texts.into_iter().for_each(&mut *give);
        give(overflow);
    }
}

/// Metrics of queries.
#[derive(Debug, Metrics)]
#[metrics(prefix = "db.client.operation")]
pub(crate) struct OperationMetrics {
    /// Duration of database client operations.
    #[histogram(unit = "s", buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0])]
    pub(crate) duration: Histogram<Ended>,
}

pub(crate) static OPERATIONS: OperationMetrics = OperationMetrics::new();

/// The state of a connection.
#[derive(Clone, Copy, Debug, Label)]
enum State {
    Idle,
    Used,
}

#[derive(Clone, Copy, Debug, LabelSet)]
struct Connections {
    #[label(rename = "db.client.connection.state")]
    state: State,
}

/// Metrics of a pool.
#[derive(Debug, Metrics)]
#[metrics(
    prefix = "db.client.connection",
    instance_labels(db.client.connection.pool.name),
    // One for each name, and that for all others.
    max_instances = 33
)]
struct PoolMetrics {
    /// The number of connections that are currently in state described by the `state` attribute.
    #[up_down_counter(unit = "{connection}")]
    count: UpDownCounter<Connections>,
    /// The minimum number of idle open connections allowed.
    #[up_down_counter(unit = "{connection}", name = "idle.min")]
    idle_min: UpDownCounter,
    /// The maximum number of open connections allowed.
    #[up_down_counter(unit = "{connection}")]
    max: UpDownCounter,
    /// The number of current pending requests for an open connection.
    #[up_down_counter(unit = "{request}")]
    pending_requests: UpDownCounter,
    /// The number of connection timeouts that have occurred trying to obtain a connection from the pool.
    #[counter(unit = "{timeout}")]
    timeouts: Counter,
    /// The time it took to obtain an open connection from the pool.
    #[histogram(unit = "s", buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0])]
    wait_time: Histogram,
    /// The time between borrowing a connection and returning it to the pool.
    #[histogram(unit = "s", buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0])]
    use_time: Histogram,
}

/// The most names of pools, which are kept for the life of the program.
const MOST_POOLS: usize = 32;

/// The metrics of pools that are one too many, or have none of their own.
static OTHER_POOLS: PoolMetrics = PoolMetrics::new(&["_OTHER"]);

/// A name that a pool has or had.
#[derive(Debug)]
struct PoolName {
    name: &'static str,
    metrics: &'static PoolMetrics,
    is_taken: bool,
}

static POOL_NAMES: Mutex<Vec<PoolName>> = Mutex::new(Vec::new());

/// Takes a name, or one like it if a pool has it that is still there. Nothing is returned if there are too many.
fn take_name(wanted: &str) -> Option<(&'static str, &'static PoolMetrics)> {
    let mut names = POOL_NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let is_full = names.len() == MOST_POOLS;
    for number in 1..=MOST_POOLS {
        let name = match number {
            1 => wanted.to_owned(),
            _ => format!("{wanted}-{number}"),
        };
        match names.iter_mut().find(|known| known.name == name) {
            Some(known) if known.is_taken => {}
            Some(known) => {
                known.is_taken = true;
                return Some((known.name, known.metrics));
            }
            None if is_full => return None,
            None => {
                let name: &'static str = name.leak();
                let metrics = PoolMetrics::new(Box::leak(Box::new([name])));
                let metrics: &'static PoolMetrics = Box::leak(Box::new(metrics));
                names.push(PoolName {
                    name,
                    metrics,
                    is_taken: true,
                });
                return Some((name, metrics));
            }
        }
    }
    None
}

fn give_name_back(name: &str) {
    let mut names = POOL_NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.iter_mut().find(|known| known.name == name) {
        known.is_taken = false;
    }
}

/// What is measured of a pool, as long as it or one of its connections is there.
pub(crate) struct PoolObserver {
    metrics: &'static PoolMetrics,
    name: Option<&'static str>,
    observations: Vec<Observation>,
}

impl PoolObserver {
    /// Measures a pool under a name.
    pub(crate) fn of<DB: Database>(pool: &Pool<DB>, wanted: &str) -> Self {
        let Some((name, metrics)) = take_name(wanted) else {
            return Self::other();
        };
        let options = pool.options();
        let (idle_min, max) = (options.get_min_connections(), options.get_max_connections());
        let (idle, used) = (pool.clone(), pool.clone());
        let observations = vec![
            metrics.idle_min.observe(move || i64::from(idle_min)),
            metrics.max.observe(move || i64::from(max)),
            metrics
                .count
                .observe(Connections { state: State::Idle }, move || {
                    idle_connections(&idle)
                }),
            metrics
                .count
                .observe(Connections { state: State::Used }, move || {
                    (i64::from(used.size()) - idle_connections(&used)).max(0)
                }),
        ];
        Self {
            metrics,
            name: Some(name),
            observations,
        }
    }

    /// Measures what has no name of its own.
    pub(crate) fn other() -> Self {
        Self {
            metrics: &OTHER_POOLS,
            name: None,
            observations: Vec::new(),
        }
    }

    pub(crate) fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// Starts to wait for a connection.
    pub(crate) fn wait(&self) -> Waiting {
        self.metrics.pending_requests.inc();
        Waiting {
            metrics: self.metrics,
            since: Instant::now(),
        }
    }
}

impl Drop for PoolObserver {
    fn drop(&mut self) {
        self.observations.clear();
        if let Some(name) = self.name {
            give_name_back(name);
        }
    }
}

impl Debug for PoolObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolObserver")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn idle_connections<DB: Database>(pool: &Pool<DB>) -> i64 {
    i64::try_from(pool.num_idle()).unwrap_or(i64::MAX)
}

/// A request for a connection.
#[derive(Debug)]
pub(crate) struct Waiting {
    metrics: &'static PoolMetrics,
    since: Instant,
}

impl Waiting {
    /// Ends the wait, with a connection or without.
    pub(crate) fn end<C>(self, result: Result<C, Error>) -> Result<(C, InUse), Error> {
        let metrics = self.metrics;
        match result {
            Ok(connection) => {
                metrics.wait_time.record(self.since.elapsed().as_secs_f64());
                Ok((connection, InUse::of(metrics)))
            }
            Err(error) => {
                if matches!(error, Error::PoolTimedOut) {
                    metrics.timeouts.inc();
                }
                Err(error)
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.metrics.pending_requests.dec();
    }
}

/// A connection out of its pool.
#[derive(Debug)]
pub(crate) struct InUse {
    metrics: &'static PoolMetrics,
    since: Instant,
}

impl InUse {
    fn of(metrics: &'static PoolMetrics) -> Self {
        Self {
            metrics,
            since: Instant::now(),
        }
    }

    /// Leaves the end of the use open, which nobody will know.
    pub(crate) fn forget(self) {
        std::mem::forget(self);
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let seconds = self.since.elapsed().as_secs_f64();
        self.metrics.use_time.record(seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_many_as_there_are_and_free_when_given_back() {
        let take = |wanted: &str| take_name(wanted).map(|(name, _)| name);
        let numbered = |number: usize| match number {
            1 => "shop".to_owned(),
            _ => format!("shop-{number}"),
        };
        for number in 1..=MOST_POOLS {
            assert_eq!(take("shop"), Some(&*numbered(number)));
        }
        assert_eq!(take("shop"), None);
        assert_eq!(take("users"), None);
        give_name_back("shop-7");
        assert_eq!(take("shop"), Some("shop-7"));
        assert_eq!(take("shop-7"), None);
    }

    #[test]
    fn a_series_has_the_values_of_its_labels() {
        let values = |series: usize| {
            let mut values = Vec::new();
            Ended::values(series, &mut |value| values.push(value));
            values
        };
        let texts = [
            "sqlite",
            "shop",
            "",
            "",
            "SELECT",
            "users",
            "SELECT users",
            "",
            "",
        ];
        let known = values(Ended::of(texts).index());
        assert_eq!(known, [&texts[..], &[""]].concat());
        let overflow = values(MOST - 1);
        assert_eq!(overflow.last(), Some(&"true"));
        assert_eq!(overflow.len(), Ended::KEYS.len());
    }
}

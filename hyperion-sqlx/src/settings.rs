//! The settings of a pool.

use crate::database::Endpoint;
use crate::metrics::PoolObserver;
use hyperion::Level;

/// The settings that spans follow.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) level: Level,
    /// The texts of queries are attributes.
    pub(crate) query_text: bool,
    /// The numbers of rows are attributes.
    pub(crate) returned_rows: bool,
    /// The messages of the database describe failures.
    pub(crate) error_messages: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Level::Info,
            query_text: true,
            returned_rows: false,
            error_messages: false,
        }
    }
}

/// The parts of a pool that each of its connections knows.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) endpoint: Endpoint,
    /// The port of the endpoint as a label, or nothing.
    pub(crate) port: String,
    pub(crate) settings: Settings,
    pub(crate) pool: PoolObserver,
}

impl Shared {
    pub(crate) fn new(endpoint: Endpoint, settings: Settings, pool: PoolObserver) -> Self {
        Self {
            port: endpoint
                .port
                .map_or_else(String::new, |port| port.to_string()),
            endpoint,
            settings,
            pool,
        }
    }
}

/// Starts a span of the level that is known at run time.
macro_rules! span_at {
    ($level:expr, $name:literal, $($argument:tt)*) => {
        match $level {
            hyperion::Level::Error => hyperion::span!($name, level = error, $($argument)*),
            hyperion::Level::Warn => hyperion::span!($name, level = warn, $($argument)*),
            hyperion::Level::Info => hyperion::span!($name, level = info, $($argument)*),
            hyperion::Level::Debug => hyperion::span!($name, level = debug, $($argument)*),
            hyperion::Level::Trace => hyperion::span!($name, level = trace, $($argument)*),
        }
    };
}

pub(crate) use span_at;

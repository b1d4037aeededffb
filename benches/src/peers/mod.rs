//! One call, observed by each of the libraries that are compared.
//!
//! All functions do the same [`work`](crate::work), are never inlined, and record the same two attributes: a
//! `&'static str` and a `u64`. Each is written as a user of the library would write it.

mod autometrics;
mod fastrace;
mod floor;
mod hyperion;
mod opentelemetry;
mod oxtel;
mod plain;
mod tracing;

pub use self::autometrics::Autometrics;
pub use self::fastrace::Fastrace;
pub use self::floor::{Floor, FloorWithMetrics};
pub(crate) use self::hyperion::install as install_hyperion;
pub use self::hyperion::{Hyperion, HyperionOwn, HyperionWithMetrics};
pub use self::opentelemetry::{OpenTelemetry, OpenTelemetryGlobal, OpenTelemetryWithMetrics};
pub(crate) use self::oxtel::install as install_oxtel;
pub use self::oxtel::{Oxtel, OxtelWithMetrics};
pub use self::plain::Plain;
pub use self::tracing::Tracing;

use crate::work::UserError;

/// The context that is active while calls are made.
#[derive(Clone, Copy, Debug)]
pub enum Parent {
    /// Nothing.
    None,
    /// A span that is recorded.
    Sampled,
    /// The context of a trace that is not recorded.
    Unsampled,
}

/// A library that observes one synchronous call.
pub trait Peer {
    /// Its name in tables.
    const NAME: &'static str;
    /// The installation that is there while its calls are recorded.
    type Session: Session + 'static;

    /// Installs the library, with a discarding exporter behind its own batching.
    ///
    /// # Panics
    ///
    /// Panics if something else is installed where only one can be.
    fn install() -> Self::Session;

    /// Runs something under a parent.
    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T;

    /// The observed call.
    fn call(tier: &'static str, id: u64) -> u64;
}

/// A library that observes calls of all kinds.
pub trait WholePeer: Peer {
    /// An asynchronous call that is ready at its first poll.
    fn ready(tier: &'static str, id: u64) -> impl Future<Output = u64>;

    /// An asynchronous call that is pending three times.
    fn yielding(tier: &'static str, id: u64) -> impl Future<Output = u64>;

    /// A call that fails; the error becomes part of its span.
    ///
    /// # Errors
    ///
    /// Always.
    fn failing(tier: &'static str, id: u64) -> Result<u64, UserError>;

    /// The root of a trace, with ten [`call`](Peer::call)s below it.
    fn request(tier: &'static str, id: u64) -> u64;
}

/// A library that sends its spans to a receiver of OTLP over HTTP, uncompressed, as it is set up by default.
pub trait Sender: WholePeer {
    /// Installs the library; `endpoint` is a URL without a path.
    ///
    /// # Panics
    ///
    /// Panics if something is installed already.
    fn install_sender(endpoint: &str) -> Box<dyn Session>;
}

/// A library that is installed.
pub trait Session: Sync {
    /// Waits until everything recorded so far has arrived.
    fn flush(&self);

    /// Returns true if what is recorded arrives at an exporter.
    fn exports(&self) -> bool {
        true
    }
}

/// Nothing is installed, or nothing that could be flushed.
impl Session for () {
    fn flush(&self) {}

    fn exports(&self) -> bool {
        false
    }
}

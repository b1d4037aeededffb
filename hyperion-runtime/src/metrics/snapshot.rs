//! What every native instrument held at one moment.
//!
//! Exporters read this and nothing else, so that a scrape, an OTLP export and the console table show the same numbers.

use super::collect;

pub use super::points::*;

/// What every native instrument holds now, as a program's own endpoint or a test wants it.
///
/// Callbacks are asked, as for an export. Exemplars stay.
///
/// ```
/// let snapshot = hyperion::snapshot::take();
/// assert!(snapshot.families.iter().all(|family| !family.name.is_empty()));
/// ```
pub fn take() -> Snapshot {
    collect::take()
}

/// Counts anew from now on: what was counted until now is in no later snapshot, and last values are forgotten.
///
/// It is for tests that share a process. To a backend it is a restart of the process.
pub fn reset() {
    collect::reset();
}

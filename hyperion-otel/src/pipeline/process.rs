//! Metrics of the process and of its Tokio runtimes.

use super::Error;
use crate::config::Metrics;
pub(super) use crate::process::{Runtimes, Source};

/// What reads them, if they are wanted.
pub(super) fn source(config: &Metrics, runtimes: Runtimes) -> Result<Option<Source>, Error> {
    let runtimes = runtimes
        .with_current()
        .map_err(|name| Error::TokioRuntime { name })?;
    let wanted = config.enabled && config.collect_runtime;
    Ok(wanted.then(|| Source::new(runtimes)))
}

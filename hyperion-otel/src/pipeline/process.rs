//! Metrics of the process and of its Tokio runtimes.

use super::Error;
use crate::config::Metrics;
#[cfg(feature = "process")]
pub(super) use crate::process::Runtimes;
use hyperion_runtime::metrics::snapshot::Family;

/// Reads them.
pub(super) type Source = Box<dyn Fn() -> Vec<Family> + Send + Sync>;

/// No runtime: this build reads none.
#[cfg(not(feature = "process"))]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Runtimes;

/// Makes the source of them; `None` if they are not wanted.
#[cfg(feature = "process")]
pub(super) fn source(config: &Metrics, runtimes: Runtimes) -> Result<Option<Source>, Error> {
    let runtimes = runtimes
        .with_current()
        .map_err(|name| Error::TokioRuntime { name })?;
    Ok(is_wanted(config).then(|| -> Source {
        let source = crate::process::Source::new(runtimes);
        Box::new(move || source.families())
    }))
}

/// Refuses to make a source that is wanted: this build has none.
#[cfg(not(feature = "process"))]
pub(super) fn source(config: &Metrics, _runtimes: Runtimes) -> Result<Option<Source>, Error> {
    if is_wanted(config) {
        return Err(super::sinks::missing(
            "process",
            "metrics.collect_runtime: true",
        ));
    }
    Ok(None)
}

fn is_wanted(config: &Metrics) -> bool {
    config.enabled && config.collect_runtime
}

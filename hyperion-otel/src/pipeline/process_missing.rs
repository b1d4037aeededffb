//! No metrics of the process: this build lacks the feature.

use super::Error;
use crate::config::Metrics;
use hyperion_runtime::metrics::snapshot::Family;
use std::convert::Infallible;

/// No runtime.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Runtimes;

/// A source that cannot be.
#[derive(Debug)]
pub(super) struct Source(Infallible);

impl Source {
    pub(super) fn families(&self) -> Vec<Family> {
        match self.0 {}
    }
}

pub(super) fn source(config: &Metrics, _runtimes: Runtimes) -> Result<Option<Source>, Error> {
    if config.enabled && config.collect_runtime {
        return Err(Error::MissingFeature {
            feature: "process",
            wanted_by: "metrics.collect_runtime: true",
        });
    }
    Ok(None)
}

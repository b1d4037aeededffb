//! No exporter for Prometheus: this build lacks the feature.

use crate::config::Metrics;
use crate::pipeline::Error;
use hyperion_runtime::metrics::snapshot::Snapshot;
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

/// An exporter that cannot be.
#[derive(Debug)]
pub(crate) struct Scrape(Infallible);

impl Scrape {
    pub(crate) fn start(
        _config: &Metrics,
        _native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        _provider: MeterProviderBuilder,
    ) -> Result<(Self, MeterProviderBuilder), Error> {
        Err(Error::MissingFeature {
            feature: "prometheus",
            wanted_by: "metrics.exporter: prometheus",
        })
    }

    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        match self.0 {}
    }
}

//! What Prometheus scrapes.

use crate::config::Metrics;
use crate::export::prometheus::{Exporter, MetricsService, Settings};
use crate::pipeline::Error;
use hyperion_runtime::metrics::snapshot::Snapshot;
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use std::net::SocketAddr;
use std::sync::Arc;

/// An exporter that serves metrics until it is dropped.
#[derive(Debug)]
pub(crate) struct Scrape(Exporter);

impl Scrape {
    /// Listens if it is to, and has the meter provider's instruments served too.
    pub(crate) fn start(
        config: &Metrics,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        provider: MeterProviderBuilder,
    ) -> Result<(Self, MeterProviderBuilder), Error> {
        let settings = Settings {
            listen: config.listen,
            host: config.host,
            port: config.port,
            path: config.path.clone(),
            namespace: config.namespace.clone(),
            subsystem: config.subsystem.clone(),
            created: config.created_series,
        };
        let (exporter, reader) = Exporter::start(settings, native)?;
        Ok((Self(exporter), provider.with_reader(reader)))
    }

    /// Where it listens, if it does.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        self.0.local_addr()
    }

    /// The page, for a server of the program's own.
    pub(crate) fn service(&self) -> MetricsService {
        self.0.service()
    }
}

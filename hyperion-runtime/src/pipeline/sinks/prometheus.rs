//! The listener that Prometheus scrapes.

use crate::export::prometheus::{Listener, Settings};
use crate::metrics::snapshot::Snapshot;
use crate::pipeline::Error;
use crate::pipeline::config::Metrics;
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use std::net::SocketAddr;
use std::sync::Arc;

/// A listener that serves metrics until it is dropped.
#[derive(Debug)]
pub(crate) struct Scrape(Listener);

impl Scrape {
    /// Listens, and has the meter provider's instruments served too.
    pub(crate) fn start(
        config: &Metrics,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        provider: MeterProviderBuilder,
    ) -> Result<(Self, MeterProviderBuilder), Error> {
        let settings = Settings {
            host: config.host,
            port: config.port,
            path: config.path.clone(),
            namespace: config.namespace.clone(),
            subsystem: config.subsystem.clone(),
        };
        let (listener, reader) = Listener::start(settings, native)?;
        Ok((Self(listener), provider.with_reader(reader)))
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.0.local_addr()
    }
}

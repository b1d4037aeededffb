//! The `/metrics` page that Prometheus reads.
//!
//! An `Exposition` holds all that a page shows: native metrics and those of the OpenTelemetry API,
//! named by the same rules and checked against each other. An encoder writes it in one of the formats of Prometheus.

mod assembly;
mod body;
mod encode;
mod exposition;
mod gate;
mod limits;
mod line;
mod naming;
mod negotiation;
mod numbers;
mod page;
mod server;
mod service;
mod sources;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use self::limits::Limits;
use self::naming::Prefix;
use self::page::Page;
use self::server::Site;
use self::sources::Sources;
use super::{Reader, SetupError};
use crate::bridge;
use crate::config::{Metrics, is_url_path};
use hyperion_runtime::backend::lock;
use hyperion_runtime::metrics::snapshot::Snapshot;

pub use self::service::MetricsService;

/// The time that the end of an exporter may take.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// Makes the metrics page, and serves it if it is to, until it is dropped.
pub struct Exporter {
    address: Option<SocketAddr>,
    service: MetricsService,
    stop: Option<oneshot::Sender<()>>,
    /// In a lock only because a receiver cannot be shared otherwise.
    stopped: Mutex<Receiver<()>>,
}

impl Exporter {
    /// Exposes the native metrics of `source` and, beside them, those of the meter provider that is given the reader.
    ///
    /// # Errors
    ///
    /// The path is malformed or the address is taken; the message says which and how to change it.
    pub fn start(
        config: &Metrics,
        source: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    ) -> Result<(Self, Reader), SetupError> {
        Self::start_beside(config, source, bridge::Sources::default())
    }

    /// The same, with the metrics of other libraries.
    pub(crate) fn start_beside(
        config: &Metrics,
        source: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        bridged: bridge::Sources,
    ) -> Result<(Self, Reader), SetupError> {
        Self::start_within(config, source, bridged, Limits::default())
    }

    fn start_within(
        config: &Metrics,
        source: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        bridged: bridge::Sources,
        limits: Limits,
    ) -> Result<(Self, Reader), SetupError> {
        let path = config.path.clone();
        if !is_url_path(&path) {
            return Err(SetupError::new(format!(
                "`metrics.path` is `{}`; expected a path such as `/metrics`",
                path.escape_debug()
            )));
        }
        let prefix = Prefix::new(config.namespace.as_deref(), config.subsystem.as_deref());
        let wanted = SocketAddr::new(config.host, config.port);
        let site = config
            .listen
            .then(|| TcpListener::bind(wanted))
            .transpose()
            .map_err(|error| cannot_listen(wanted, &error))?
            .map(|socket| Site { socket, path });
        let address = site
            .as_ref()
            .map(|site| site.socket.local_addr())
            .transpose()
            .map_err(|error| cannot_listen(wanted, &error))?;

        let reader = Reader::default();
        let sources = Sources::new(prefix, config.scope_labels, source, reader.clone(), bridged);
        let page = Arc::new(Page::new(sources, config.created_series, limits));
        let served = Arc::clone(&page);
        let (stop, stopping) = oneshot::channel();
        let (starting, started) = mpsc::channel();
        let (done, stopped) = mpsc::channel();
        thread::Builder::new()
            .name("hyperion-metrics".into())
            .spawn(move || {
                server::run(site, served, &starting, stopping);
                // Nobody is listening when the drop gave up waiting.
                let _ = done.send(());
            })
            .map_err(|error| cannot_start(&error))?;
        let runtime = match started.recv() {
            Ok(Ok(runtime)) => runtime,
            Ok(Err(error)) => return Err(cannot_start(&error)),
            Err(_) => return Err(cannot_start(&io::Error::other("its thread ended"))),
        };
        Ok((
            Self {
                address,
                service: MetricsService::new(runtime, page),
                stop: Some(stop),
                stopped: Mutex::new(stopped),
            },
            reader,
        ))
    }

    /// The address that was bound, with the port that was chosen when the configuration left it open; none if it is not to
    /// listen.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.address
    }

    /// The page, for a server of the program's own.
    pub fn service(&self) -> MetricsService {
        self.service.clone()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error of either means that the thread has ended already.
            let _ = stop.send(());
            let _ = lock(&self.stopped).recv_timeout(SHUTDOWN);
        }
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> SetupError {
    let way_out = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another process (perhaps a second instance of this one) has it; choose a different port with \
             `metrics.port` or OTEL_EXPORTER_PROMETHEUS_PORT"
        }
        io::ErrorKind::PermissionDenied => {
            "this process may not use it; choose a port above 1023 with `metrics.port` or OTEL_EXPORTER_PROMETHEUS_PORT"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; choose another with `metrics.host` or \
             OTEL_EXPORTER_PROMETHEUS_HOST, for example 127.0.0.1"
        }
        _ => "see `metrics.host` and `metrics.port`",
    };
    SetupError::new(format!(
        "metrics cannot be served on {address}: {error}; {way_out}"
    ))
}

fn cannot_start(error: &io::Error) -> SetupError {
    SetupError::new(format!(
        "the Prometheus exporter cannot start its thread: {error}; see the limits of this process on threads and files"
    ))
}

#[cfg(test)]
mod tests;

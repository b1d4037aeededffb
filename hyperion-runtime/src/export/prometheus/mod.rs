//! The `/metrics` page that Prometheus reads.
//!
//! An `Exposition` holds what a page shows: native metrics and those of the OpenTelemetry API,
//! named by the same rules and checked against each other. An encoder writes it in one of the formats of Prometheus.

mod exposition;
mod naming;
mod server;
mod sources;
mod text;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use self::naming::Prefix;
use self::server::{Limits, Page};
use self::sources::Sources;
use super::{Reader, SetupError};
use crate::metrics::snapshot::Snapshot;

/// How long the end of a listener may take.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// Where metrics are served and how they are named.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// The path of the page, with its leading slash.
    pub path: String,
    /// The first part of every metric name.
    pub namespace: Option<String>,
    /// The second part of every metric name.
    pub subsystem: Option<String>,
}

/// A running server of the metrics page. It stops when dropped.
pub struct Listener {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    /// In a lock only because a receiver cannot be shared otherwise.
    stopped: Mutex<Receiver<()>>,
}

impl Listener {
    /// Serves the native metrics of `source` and, beside them, those of the meter provider that is given the reader.
    ///
    /// # Errors
    ///
    /// The path is malformed or the address is taken; the message says which and how to change it.
    pub fn start(
        settings: Settings,
        source: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    ) -> Result<(Self, Reader), SetupError> {
        Self::start_within(settings, source, Limits::default())
    }

    fn start_within(
        settings: Settings,
        source: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        limits: Limits,
    ) -> Result<(Self, Reader), SetupError> {
        let path = check_path(settings.path)?;
        let prefix = Prefix::new(settings.namespace.as_deref(), settings.subsystem.as_deref());
        let wanted = SocketAddr::new(settings.host, settings.port);
        let socket = TcpListener::bind(wanted).map_err(|error| cannot_listen(wanted, &error))?;
        let address = socket
            .local_addr()
            .map_err(|error| cannot_listen(wanted, &error))?;

        let reader = Reader::default();
        let page = Page::new(path, Sources::new(prefix, source, reader.clone()), limits);
        let (stop, stopping) = oneshot::channel();
        let (starting, started) = mpsc::channel();
        let (done, stopped) = mpsc::channel();
        thread::Builder::new()
            .name("hyperion-metrics".into())
            .spawn(move || {
                server::run(socket, page, &starting, stopping);
                // Nobody is listening when the drop gave up waiting.
                let _ = done.send(());
            })
            .map_err(|error| cannot_listen(wanted, &error))?;
        match started.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(cannot_listen(wanted, &error)),
            Err(_) => return Err(cannot_listen(wanted, &io::Error::other("its thread ended"))),
        }
        Ok((
            Self {
                address,
                stop: Some(stop),
                stopped: Mutex::new(stopped),
            },
            reader,
        ))
    }

    /// The address that was bound, with the port that was chosen when the settings left it open.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error of either means that the thread has ended already.
            let _ = stop.send(());
            let stopped = self
                .stopped
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner);
            let _ = stopped.recv_timeout(SHUTDOWN);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn check_path(path: String) -> Result<String, SetupError> {
    let valid = path.starts_with('/')
        && path.bytes().all(|byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>')
        });
    if valid {
        return Ok(path);
    }
    Err(SetupError::new(format!(
        "`metrics.path` is `{}`; expected a path such as `/metrics`",
        path.escape_debug()
    )))
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

#[cfg(test)]
mod tests;

//! The server that a request is sent to.

use crate::attributes::Host;
use crate::combinations::Optional;
use crate::metrics;
use http::Uri;
use http::request::Parts;

/// The server that a request goes to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) host: Host,
    /// The port that is said, or the usual one of the scheme.
    pub(crate) port: Option<u16>,
}

impl Target {
    /// The server that a request names.
    pub(crate) fn of(head: &Parts) -> Option<Self> {
        let host = Host::of(head)?;
        let port = host.port_for(head.uri.scheme());
        Some(Self { host, port })
    }

    /// The server of a URI.
    pub(crate) fn of_uri(uri: &Uri) -> Option<Self> {
        let host = Host::of_uri(uri)?;
        let port = host.port_for(uri.scheme());
        Some(Self { host, port })
    }
}

/// The labels of metrics that name a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TargetLabels {
    pub(crate) address: Optional<metrics::ServerAddress>,
    pub(crate) port: Optional<metrics::ServerPort>,
}

impl Default for TargetLabels {
    fn default() -> Self {
        Self {
            address: Optional(None),
            port: Optional(None),
        }
    }
}

impl TargetLabels {
    pub(crate) fn of(target: &Target) -> Self {
        let address = &*target.host.address;
        let port = target.port.map(|port| port.to_string());
        Self {
            address: Optional(Some(address.into())),
            port: Optional(port.map(|port| port.as_str().into())),
        }
    }
}

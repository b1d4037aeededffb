//! The circumstances in which a request arrives.

use crate::attributes::Host;
use crate::forwarded::Forwarded;
use crate::frameworks::peer;
use http::request::Parts;
use hyperion::propagation::PropagatedContext;
use std::net::SocketAddr;

/// The circumstances in which a request arrives, which HTTP and gRPC have alike.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) origin: Origin<'a>,
    forwarded: Forwarded,
    pub(crate) peer: Option<SocketAddr>,
}

/// The place of a span in the trace.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// Under the caller, or where it is if there is none.
    Parent(&'a PropagatedContext),
    /// Under the span that is current.
    Around,
    /// In a trace of its own, with a link to the caller.
    Linked(&'a PropagatedContext),
}

impl<'a> Arrival<'a> {
    pub(crate) fn of(head: &'a Parts, origin: Origin<'a>, trusts_forwarded: bool) -> Self {
        let forwarded = if trusts_forwarded {
            Forwarded::of(&head.headers)
        } else {
            Forwarded::default()
        };
        Self {
            head,
            origin,
            forwarded,
            peer: peer(&head.extensions),
        }
    }

    /// The scheme that the client used. A request that does not say came by HTTP.
    pub(crate) fn scheme(&self) -> &str {
        match (&self.forwarded.scheme, self.head.uri.scheme_str()) {
            (Some(scheme), _) => scheme,
            (None, Some("https")) => "https",
            (None, _) => "http",
        }
    }

    /// The server that the client named.
    pub(crate) fn host(&self) -> Option<Host> {
        let forwarded = self.forwarded.host.clone();
        forwarded.or_else(|| Host::of(self.head))
    }

    /// The address of the client, or of the proxy before us.
    pub(crate) fn client(&self) -> Option<String> {
        let forwarded = self.forwarded.client.clone();
        forwarded.or_else(|| self.peer_address())
    }

    pub(crate) fn peer_address(&self) -> Option<String> {
        self.peer.map(|peer| peer.ip().to_string())
    }

    pub(crate) fn peer_port(&self) -> Option<u16> {
        self.peer.map(|peer| peer.port())
    }
}

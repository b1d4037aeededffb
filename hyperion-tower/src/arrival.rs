//! The circumstances in which a request arrives.

use crate::attributes::Host;
use crate::forwarded::Forwarded;
use crate::frameworks::peer;
use http::request::Parts;
use hyperion::propagation::PropagatedContext;
use std::borrow::Cow;
use std::net::SocketAddr;

/// The circumstances in which a request arrived, which HTTP and gRPC have alike.
#[derive(Debug)]
pub(crate) struct Arrived<'a> {
    pub(crate) origin: Origin<'a>,
    pub(crate) facts: Facts,
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

/// The client and the server of a request.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) host: Option<Host>,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) scheme: Cow<'static, str>,
    pub(crate) client: Option<String>,
}

impl Facts {
    pub(crate) fn of(head: &Parts, trusts_forwarded: bool) -> Self {
        let forwarded = if trusts_forwarded {
            Forwarded::of(&head.headers)
        } else {
            Forwarded::default()
        };
        let peer = peer(&head.extensions);
        Self {
            host: forwarded.host.or_else(|| Host::of(head)),
            client: forwarded
                .client
                .or_else(|| peer.map(|peer| peer.ip().to_string())),
            scheme: match (forwarded.scheme, head.uri.scheme_str()) {
                (Some(scheme), _) => scheme.into(),
                (None, Some("https")) => "https".into(),
                (None, _) => "http".into(),
            },
            peer,
        }
    }
}

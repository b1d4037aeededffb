//! The metrics of requests, by the conventions for HTTP ([metrics]).
//!
//! [metrics]: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/

use crate::combinations::{Optional, Sparse, occurring};
use hyperion::{Bounded, Histogram, Label, LabelSet, Metrics, UpDownCounter};

/// A method that is known, or `_OTHER`.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Method(Bounded<20>);

/// `http` or `https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
pub(crate) enum Scheme {
    Http,
    Https,
    #[label(rename = "_OTHER")]
    Other,
}

impl From<&str> for Scheme {
    fn from(scheme: &str) -> Self {
        if scheme.eq_ignore_ascii_case("http") {
            Self::Http
        } else if scheme.eq_ignore_ascii_case("https") {
            Self::Https
        } else {
            Self::Other
        }
    }
}

/// The version of the protocol.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Version(Bounded<5>);

/// The first status codes that occur.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Status(Bounded<60>);

/// The first routes that match.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Route(Bounded<800>);

/// The first kinds of errors that occur.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct ErrorType(Bounded<40>);

/// The first servers that requests are sent to.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct ServerAddress(Bounded<300>);

/// Their ports.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct ServerPort(Bounded<30>);

occurring! {
    /// The labels of a request that was answered here.
    struct Answered {
        method: Method = "http.request.method",
        scheme: Scheme = "url.scheme",
        version: Optional<Version> = "network.protocol.version",
        status: Optional<Status> = "http.response.status_code",
        route: Optional<Route> = "http.route",
        error_type: Optional<ErrorType> = "error.type",
    }
}

occurring! {
    /// The labels of a request that was sent.
    struct Sent {
        method: Method = "http.request.method",
        address: Optional<ServerAddress> = "server.address",
        port: Optional<ServerPort> = "server.port",
        version: Optional<Version> = "network.protocol.version",
        status: Optional<Status> = "http.response.status_code",
        error_type: Optional<ErrorType> = "error.type",
    }
}

/// The labels of a request that is being answered.
#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Active {
    #[label(rename = "http.request.method")]
    pub(crate) method: Method,
    #[label(rename = "url.scheme")]
    pub(crate) scheme: Scheme,
}

/// Metrics of HTTP servers.
#[derive(Debug, Metrics)]
#[metrics(prefix = "http.server")]
pub(crate) struct ServerMetrics {
    /// Duration of HTTP server requests.
    #[histogram(unit = "s", name = "request.duration")]
    pub(crate) duration: Histogram<Sparse<Answered>>,
    /// Number of active HTTP server requests.
    #[up_down_counter(unit = "{request}", name = "active_requests")]
    pub(crate) active: UpDownCounter<Active>,
    /// Size of HTTP server request bodies.
    #[histogram(unit = "By", name = "request.body.size")]
    pub(crate) request_size: Histogram<Sparse<Answered>>,
    /// Size of HTTP server response bodies.
    #[histogram(unit = "By", name = "response.body.size")]
    pub(crate) response_size: Histogram<Sparse<Answered>>,
}

pub(crate) static SERVER: ServerMetrics = ServerMetrics::new();

/// Metrics of HTTP clients.
#[derive(Debug, Metrics)]
#[metrics(prefix = "http.client")]
pub(crate) struct ClientMetrics {
    /// Duration of HTTP client requests.
    #[histogram(unit = "s", name = "request.duration")]
    pub(crate) duration: Histogram<Sparse<Sent>>,
    /// Size of HTTP client request bodies.
    #[histogram(unit = "By", name = "request.body.size")]
    pub(crate) request_size: Histogram<Sparse<Sent>>,
    /// Size of HTTP client response bodies.
    #[histogram(unit = "By", name = "response.body.size")]
    pub(crate) response_size: Histogram<Sparse<Sent>>,
}

pub(crate) static CLIENT: ClientMetrics = ClientMetrics::new();

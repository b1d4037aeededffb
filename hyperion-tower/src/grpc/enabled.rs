//! Calls of gRPC, which are requests of HTTP/2 with the status in the trailers.

use super::code::Code;
use crate::arrival::{Arrival, Origin};
use crate::attributes::{OTHER, header};
use crate::combinations::{Optional, Sparse, occurring};
use crate::exchange::{End, Ended, Exchange, Request};
use crate::metrics::{ErrorType, ServerAddress, ServerPort};
use crate::settings::{Settings, span_at};
use crate::target::{Target, TargetLabels};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode, response};
use hyperion::{Bounded, Histogram, Label, Metrics, Span};
use std::borrow::Cow;
use std::cell::LazyCell;
use std::sync::Arc;

/// The value of `rpc.system.name`.
const GRPC: &str = "grpc";

/// Starts the exchange of a call that is answered here, if the request is one.
pub(crate) fn answered_here(
    settings: &Arc<Settings>,
    arrival: &Arrival<'_>,
) -> Option<Box<Exchange>> {
    let head = arrival.head;
    let method = method(head)?;
    let span = server_span(settings, method, arrival);
    let call = Call::new(method, None);
    Some(Exchange::new(span, settings, head, None, call))
}

/// Starts the exchange of a call that is sent from here, if the request is one.
pub(crate) fn sent_from_here(
    settings: &Arc<Settings>,
    head: &Parts,
    target: Option<&Target>,
) -> Option<Box<Exchange>> {
    let method = method(head)?;
    let span = client_span(settings, method, target);
    let labels = target.map_or_else(TargetLabels::default, TargetLabels::of);
    let call = Call::new(method, Some(labels));
    Some(Exchange::new(span, settings, head, None, call))
}

/// The method that a request calls, `package.Service/Method`, if it is a call.
fn method(head: &Parts) -> Option<&str> {
    let content = header(&head.headers, CONTENT_TYPE)?;
    let subtype = content.strip_prefix("application/grpc")?;
    // `application/grpc-web` is another protocol.
    let is_grpc = subtype.is_empty() || subtype.starts_with(['+', ';']);
    head.uri.path().strip_prefix('/').filter(|_| is_grpc)
}

fn server_span(settings: &Settings, method: &str, arrival: &Arrival<'_>) -> Span {
    // Asked for only if the span is recorded.
    let host = LazyCell::new(|| arrival.host());
    /// The span, with its fields, which are the same wherever it hangs.
    macro_rules! span {
        ($($origin:tt)*) => {
            span_at!(
                settings.level,
                "grpc",
                kind = server,
                component = "RpcServer",
                location = false,
                $($origin)*
                fields(
                    rpc.system.name = GRPC,
                    rpc.method = method,
                    server.address = host.as_ref().map(|host| &*host.address),
                    server.port = host.as_ref().and_then(|host| host.port),
                    network.peer.address = arrival.peer_address(),
                    network.peer.port = arrival.peer_port(),
                )
            )
        };
    }
    let mut span = match arrival.origin {
        Origin::Parent(caller) => span!(parent = caller,),
        Origin::Around => span!(),
        Origin::Linked(caller) => span!(root, links = [caller],),
    };
    if span.is_recording() {
        span.update_name(method.to_owned());
    }
    span
}

fn client_span(settings: &Settings, method: &str, target: Option<&Target>) -> Span {
    let mut span = span_at!(
        settings.level,
        "grpc",
        kind = client,
        component = "RpcClient",
        location = false,
        fields(
            rpc.system.name = GRPC,
            rpc.method = method,
            server.address = target.map(|target| &*target.host.address),
            server.port = target.and_then(|target| target.port),
        )
    );
    if span.is_recording() {
        span.update_name(method.to_owned());
    }
    span
}

/// A call that goes on.
#[derive(Debug)]
struct Call {
    /// `package.Service/Method`.
    method: String,
    /// The server that it was sent to; `None` if that is here.
    sent_to: Option<TargetLabels>,
    code: Option<Code>,
    /// A method that no service here has.
    is_unknown: bool,
}

impl Call {
    fn new(method: &str, sent_to: Option<TargetLabels>) -> Self {
        Self {
            method: method.to_owned(),
            sent_to,
            code: None,
            is_unknown: false,
        }
    }

    fn is_server(&self) -> bool {
        self.sent_to.is_none()
    }

    /// The code of a call that ends so.
    fn code_of(&self, end: &End) -> Option<Code> {
        match end {
            End::Cancelled => Some(Code::Cancelled),
            // A client knows one in any case.
            End::Complete(status) if !self.is_server() => {
                Some(self.code.unwrap_or_else(|| Code::of_http(*status)))
            }
            End::Complete(_) => self.code,
            End::Failed { .. } | End::Panicked => None,
        }
    }

    fn is_error(&self, code: Code) -> bool {
        if self.is_server() {
            code.is_server_error()
        } else {
            code != Code::Ok
        }
    }
}

impl Request for Call {
    fn is_rpc(&self) -> bool {
        true
    }

    fn answered(&mut self, head: &response::Parts, _span: &mut Span) {
        // A response without messages has its trailers here.
        self.code = Code::of(&head.headers);
    }

    fn trailers(&mut self, trailers: &HeaderMap) {
        self.code = Code::of(trailers).or(self.code);
    }

    fn is_cut_off_by_drop(&self) -> bool {
        self.code.is_none()
    }

    fn end(&mut self, end: &End, span: &mut Span) -> Option<Cow<'static, str>> {
        self.code = self.code_of(end);
        // Only a service knows its methods, and says of all others that it does not implement them.
        self.is_unknown = self.is_server() && self.code == Some(Code::Unimplemented);
        if self.is_unknown {
            span.set("rpc.method", OTHER)
                .set("rpc.method_original", &*self.method)
                .update_name(GRPC);
        }
        span.set("rpc.response.status_code", self.code.map(Code::as_str));
        match self.code {
            Some(code) => self.is_error(code).then(|| code.as_str().into()),
            None => end.error_type(StatusCode::is_server_error),
        }
    }

    fn record(&self, ended: &Ended<'_>) {
        if !ended.settings.duration {
            return;
        }
        let method = if self.is_unknown {
            OTHER
        } else {
            &*self.method
        };
        let code = Optional(self.code);
        let error_type = Optional(ended.error_type.map(ErrorType::from));
        match self.sent_to {
            None => SERVER.duration.record(
                ended.seconds,
                Sparse(Answered {
                    system: System::Grpc,
                    method: method.into(),
                    code,
                    error_type,
                }),
            ),
            Some(TargetLabels { address, port }) => CLIENT.duration.record(
                ended.seconds,
                Sparse(Sent {
                    system: System::Grpc,
                    method: method.into(),
                    code,
                    address,
                    port,
                    error_type,
                }),
            ),
        }
    }
}

/// The system that calls are of.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum System {
    Grpc,
}

/// The first methods that are called.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Method(Bounded<200>);

occurring! {
    /// The labels of a call that was answered here.
    struct Answered {
        system: System = "rpc.system.name",
        method: Method = "rpc.method",
        code: Optional<Code> = "rpc.response.status_code",
        error_type: Optional<ErrorType> = "error.type",
    }
}

occurring! {
    /// The labels of a call that was sent.
    struct Sent {
        system: System = "rpc.system.name",
        method: Method = "rpc.method",
        code: Optional<Code> = "rpc.response.status_code",
        address: Optional<ServerAddress> = "server.address",
        port: Optional<ServerPort> = "server.port",
        error_type: Optional<ErrorType> = "error.type",
    }
}

/// Metrics of RPC servers.
#[derive(Debug, Metrics)]
#[metrics(prefix = "rpc.server")]
struct ServerMetrics {
    /// Measures the duration of an incoming Remote Procedure Call (RPC).
    #[histogram(unit = "s", name = "call.duration")]
    duration: Histogram<Sparse<Answered>>,
}

static SERVER: ServerMetrics = ServerMetrics::new();

/// Metrics of RPC clients.
#[derive(Debug, Metrics)]
#[metrics(prefix = "rpc.client")]
struct ClientMetrics {
    /// Measures the duration of an outgoing Remote Procedure Call (RPC).
    #[histogram(unit = "s", name = "call.duration")]
    duration: Histogram<Sparse<Sent>>,
}

static CLIENT: ClientMetrics = ClientMetrics::new();

//! Requests that are answered here.

use crate::arrival::{Arrival, Origin};
use crate::attributes::{
    header, known_method, original_method, protocol_version, redacted_query, span_name,
};
use crate::combinations::{Optional, Sparse};
use crate::exchange::{End, Ended, Exchange, IS_RECORDED, Request};
use crate::frameworks::{RouteCell, matched_path};
use crate::grpc;
use crate::metrics::{self, Active, Answered, SERVER};
use crate::response::{ResponseBody, ResponseFuture};
use crate::settings::{Captured, Settings, shared_settings, span_at};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Response, StatusCode, response};
use http_body::Body;
use hyperion::Span;
use hyperion::propagation::{PropagatedContext, extract};
use std::borrow::Cow;
use std::cell::LazyCell;
use std::fmt::Display;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// A layer that makes a span and metrics of each request that a service answers.
///
/// ```
/// # fn router() -> axum::Router {
/// axum::Router::new()
///     .route("/users/{id}", axum::routing::get(|| async { "Ada" }))
///     .layer(hyperion_tower::ServerLayer::new())
/// # }
/// ```
///
/// The span is of the kind `server`, hangs under the span of the caller, which the headers of the request name, and has the
/// attributes of the [conventions for HTTP]. It ends with the body of the response, so that `http.server.request.duration`
/// has the time that it took to stream it.
///
/// | the response | the span | `error.type` of the metric |
/// |---|---|---|
/// | with a status from 500 | has an error, and the status as `error.type` | the status |
/// | that an error of the service takes the place of, or that of its body | has an error with the message | the type of the error |
/// | that a panic takes the place of | has `outcome = panic` and an error; the panic goes on | `panic` |
/// | that nobody wants any more: its future or its body is dropped before its end | has `outcome = cancelled` and `error.type` | `cancelled` |
///
/// With `101 Switching Protocols`, and for a `CONNECT` that succeeds, it ends with the head of the response.
///
/// In axum the layer is given to `Router::layer`: requests are routed by then, and `http.route` is the route. One that is
/// around the whole router does not know it; give the router a second layer inside, which makes no span of its own then, but
/// names the route to the first. Other routers call [`set_route`](crate::set_route).
///
/// [conventions for HTTP]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
#[derive(Clone, Debug)]
pub struct ServerLayer {
    settings: Settings,
    endpoint: EndpointSettings,
}

/// The settings of servers alone.
#[derive(Clone, Copy, Debug)]
struct EndpointSettings {
    public_endpoint: bool,
    trusts_forwarded: bool,
    active: bool,
}

impl ServerLayer {
    /// A layer with the settings that the conventions recommend.
    pub fn new() -> Self {
        Self {
            settings: Settings::new(),
            endpoint: EndpointSettings {
                public_endpoint: false,
                trusts_forwarded: false,
                active: true,
            },
        }
    }

    shared_settings!("answered", "HttpServer");

    /// Says if anybody may call. Then a trace begins with each request, whose caller is only linked to, and its baggage is not
    /// taken over.
    #[must_use]
    pub fn public_endpoint(mut self, public: bool) -> Self {
        self.endpoint.public_endpoint = public;
        self
    }

    /// Says if the headers `Forwarded`, `X-Forwarded-For`, `X-Forwarded-Host` and `X-Forwarded-Proto` are believed, which are
    /// the client's to write unless a proxy replaces them. By default they are not.
    #[must_use]
    pub fn trust_forwarded_headers(mut self, trusted: bool) -> Self {
        self.endpoint.trusts_forwarded = trusted;
        self
    }

    /// Says if the requests that are being answered are counted, which they are by default.
    #[must_use]
    pub fn active_requests_metric(mut self, recorded: bool) -> Self {
        self.endpoint.active = recorded;
        self
    }
}

impl Default for ServerLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = Server<S>;

    fn layer(&self, service: S) -> Server<S> {
        Server {
            service,
            settings: Arc::new(self.settings.clone()),
            endpoint: self.endpoint,
        }
    }
}

/// A service whose requests have spans and metrics, from a [`ServerLayer`].
#[derive(Clone, Debug)]
pub struct Server<S> {
    service: S,
    settings: Arc<Settings>,
    endpoint: EndpointSettings,
}

impl<S, B, R> Service<http::Request<B>> for Server<S>
where
    S: Service<http::Request<B>, Response = Response<R>>,
    S::Error: Display,
    B: Body,
    R: Body,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        let exchange = self.start(&mut head, body.size_hint().exact());
        let request = http::Request::from_parts(head, body);
        ResponseFuture::of(&mut self.service, request, exchange)
    }
}

impl<S> Server<S> {
    fn start(&self, head: &mut Parts, size: Option<u64>) -> Option<Box<Exchange>> {
        if !IS_RECORDED {
            return None;
        }
        if let Some(outer) = head.extensions.get::<RouteCell>() {
            // A layer around this one has made the span.
            if let Some(route) = matched_path(&head.extensions) {
                outer.set(route);
            }
            return None;
        }
        if !self.settings.admits(head) {
            return None;
        }
        let caller = extract(&head.headers);
        let origin = self.origin(&caller);
        let arrival = Arrival::of(head, origin, self.endpoint.trusts_forwarded);
        let route = RouteCell::default();
        let exchange = grpc::answered_here(&self.settings, &arrival).unwrap_or_else(|| {
            if let Some(matched) = matched_path(&head.extensions) {
                route.set(matched);
            }
            self.answered_here(&arrival, &route, size)
        });
        head.extensions.insert(route);
        Some(exchange)
    }

    /// The place in the trace of a request from `caller`.
    fn origin<'a>(&self, caller: &'a PropagatedContext) -> Origin<'a> {
        if self.endpoint.public_endpoint {
            return Origin::Linked(caller);
        }
        let trace = caller.span_context().trace_id();
        // Other instrumentation around this one may have read the same headers, and then its span is between.
        if trace != 0 && hyperion::current().context().trace_id() == trace {
            return Origin::Around;
        }
        Origin::Parent(caller)
    }

    fn answered_here(
        &self,
        arrival: &Arrival<'_>,
        route: &RouteCell,
        size: Option<u64>,
    ) -> Box<Exchange> {
        let head = arrival.head;
        let method = known_method(&head.method);
        let mut span = start_span(&self.settings, arrival, route);
        if span.is_recording() {
            span.update_name(span_name(method, route.get()));
        }
        let request = ServerRequest {
            method,
            active: Active {
                method: method.into(),
                scheme: arrival.scheme().into(),
            },
            is_counted: self.endpoint.active,
            version: protocol_version(head.version),
            is_routed: route.get().is_some(),
            route: route.clone(),
        };
        request.count_active(1);
        Exchange::new(span, &self.settings, head, size, request)
    }
}

fn start_span(settings: &Settings, arrival: &Arrival<'_>, route: &RouteCell) -> Span {
    let head = arrival.head;
    // Asked for only if the span is recorded.
    let host = LazyCell::new(|| arrival.host());
    /// The span, with its fields, which are the same wherever it hangs.
    macro_rules! span {
        ($($origin:tt)*) => {
            span_at!(
                settings.level,
                "HTTP",
                kind = server,
                component = "HttpServer",
                location = false,
                $($origin)*
                fields(
                    http.request.method = known_method(&head.method),
                    url.scheme = arrival.scheme(),
                    url.path = head.uri.path(),
                    url.query = head.uri.query().map(redacted_query).as_deref(),
                    http.route = route.get(),
                    network.protocol.version = protocol_version(head.version),
                    server.address = host.as_ref().map(|host| &*host.address),
                    server.port = host.as_ref().and_then(|host| host.port),
                    client.address = arrival.client(),
                    network.peer.address = arrival.peer_address(),
                    network.peer.port = arrival.peer_port(),
                    user_agent.original = header(&head.headers, USER_AGENT),
                    http.request.method_original = original_method(&head.method),
                )
            )
        };
    }
    match arrival.origin {
        Origin::Parent(caller) => span!(parent = caller,),
        Origin::Around => span!(),
        Origin::Linked(caller) => span!(root, links = [caller],),
    }
}

/// A request by the conventions for HTTP servers.
#[derive(Debug)]
struct ServerRequest {
    method: &'static str,
    active: Active,
    is_counted: bool,
    version: Option<&'static str>,
    route: RouteCell,
    /// The span is named for the route.
    is_routed: bool,
}

impl ServerRequest {
    fn count_active(&self, change: i64) {
        if self.is_counted {
            SERVER.active.add(change, self.active);
        }
    }
}

impl Request for ServerRequest {
    fn answered(&mut self, head: &response::Parts, span: &mut Span) {
        span.set("http.response.status_code", head.status.as_u16());
    }

    fn is_cut_off_by_drop(&self) -> bool {
        true
    }

    fn end(&mut self, end: &End, span: &mut Span) -> Option<Cow<'static, str>> {
        if let (false, Some(route)) = (self.is_routed, self.route.get()) {
            span.set("http.route", route)
                .update_name(span_name(self.method, Some(route)));
        }
        end.error_type(StatusCode::is_server_error)
    }

    fn record(&self, ended: &Ended<'_>) {
        let labels = Answered {
            method: self.active.method,
            scheme: self.active.scheme,
            version: Optional(self.version.map(metrics::Version::from)),
            status: Optional(ended.status.map(|status| status.as_str().into())),
            route: Optional(self.route.get().map(metrics::Route::from)),
            error_type: Optional(ended.error_type.map(metrics::ErrorType::from)),
        };
        if ended.settings.duration {
            SERVER.duration.record(ended.seconds, Sparse(labels));
        }
        if let Some(size) = ended.request_size() {
            SERVER.request_size.record(size, Sparse(labels));
        }
        if let Some(size) = ended.response_size() {
            SERVER.response_size.record(size, Sparse(labels));
        }
    }
}

impl Drop for ServerRequest {
    fn drop(&mut self) {
        self.count_active(-1);
    }
}

//! Requests that are sent from here.

use crate::attributes::{full_url, known_method, original_method, protocol_version, span_name};
use crate::combinations::{Optional, Sparse};
use crate::exchange::{End, Ended, Exchange, IS_RECORDED, Request};
use crate::grpc;
use crate::metrics::{self, CLIENT, Sent};
use crate::response::{ResponseBody, ResponseFuture};
use crate::settings::{Captured, Settings, shared_settings, span_at};
use crate::target::{Target, TargetLabels};
use http::request::Parts;
use http::{Response, StatusCode, Uri, response};
use http_body::Body;
use hyperion::Span;
use hyperion::propagation::inject;
use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// A layer that makes a span and a metric of each request that a client sends, and has its context go along.
///
/// ```
/// use hyper_util::{client::legacy::Client, rt::TokioExecutor};
/// use tower_layer::Layer;
///
/// # type Body = http_body_util::Empty<bytes::Bytes>;
/// let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
/// let client = hyperion_tower::ClientLayer::new().layer(client);
/// ```
///
/// The span is of the kind `client`, hangs under the span that is current when the service is called, and has the attributes
/// of the [conventions for HTTP]. It ends with the body of the response, or when that is dropped.
///
/// A status from 400 is an error, with the status as `error.type`, and so is an error of the service or of the body. A request
/// that is dropped before it is answered has `outcome = cancelled`, and `error.type` is `cancelled`.
///
/// With the feature `reqwest` it wraps a `reqwest::Client`, too.
///
/// [conventions for HTTP]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
#[derive(Clone, Debug)]
pub struct ClientLayer {
    settings: Settings,
    origin: Option<Target>,
}

impl ClientLayer {
    /// A layer with the settings that the conventions recommend.
    pub fn new() -> Self {
        Self {
            settings: Settings::new(),
            origin: None,
        }
    }

    shared_settings!("sent", "HttpClient");

    /// Names the server of requests whose target is a path alone, such as those to a channel of tonic.
    ///
    /// ```
    /// # use http::Uri;
    /// hyperion_tower::ClientLayer::new().origin(&Uri::from_static("http://users.test:50051"));
    /// ```
    #[must_use]
    pub fn origin(mut self, origin: &Uri) -> Self {
        self.origin = Target::of_uri(origin);
        self
    }
}

impl Default for ClientLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = Client<S>;

    fn layer(&self, service: S) -> Client<S> {
        Client {
            service,
            layer: Shared {
                settings: Arc::new(self.settings.clone()),
                origin: self.origin.clone().map(Arc::new),
            },
        }
    }
}

/// The template of the path that a request was made of, such as `/users/{id}`: an extension of the request. It is
/// `url.template`, and a part of the span's name.
///
/// ```
/// let mut request = http::Request::get("http://users.test/users/7").body(())?;
/// let template = hyperion_tower::UrlTemplate::new("/users/{id}");
/// request.extensions_mut().insert(template);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UrlTemplate(Cow<'static, str>);

impl UrlTemplate {
    /// The template `template`.
    pub fn new(template: impl Into<Cow<'static, str>>) -> Self {
        Self(template.into())
    }
}

/// A client whose requests have spans and metrics, from a [`ClientLayer`].
#[derive(Clone, Debug)]
pub struct Client<S> {
    pub(crate) service: S,
    pub(crate) layer: Shared,
}

/// The settings that all clients of a layer share.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    settings: Arc<Settings>,
    origin: Option<Arc<Target>>,
}

impl<S, B, R> Service<http::Request<B>> for Client<S>
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
        let exchange = self.layer.start(&mut head, body.size_hint().exact());
        let request = http::Request::from_parts(head, body);
        ResponseFuture::of(&mut self.service, request, exchange)
    }
}

impl Shared {
    /// Starts the span of a request, and writes its context into the headers.
    pub(crate) fn start(&self, head: &mut Parts, size: Option<u64>) -> Option<Box<Exchange>> {
        if !IS_RECORDED || !self.settings.admits(head) {
            return None;
        }
        let own = Target::of(head);
        let target = own.as_ref().or(self.origin.as_deref());
        let mut exchange = grpc::sent_from_here(&self.settings, head, target)
            .unwrap_or_else(|| self.sent_from_here(head, target, size));
        exchange.within(|| inject(&mut head.headers));
        Some(exchange)
    }

    fn sent_from_here(
        &self,
        head: &Parts,
        target: Option<&Target>,
        size: Option<u64>,
    ) -> Box<Exchange> {
        let method = known_method(&head.method);
        let template = head
            .extensions
            .get()
            .map(|UrlTemplate(template)| &**template);
        let mut span = start_span(&self.settings, head, target, template);
        if span.is_recording() {
            span.update_name(span_name(method, template));
        }
        let request = ClientRequest {
            method: method.into(),
            labels: target.map_or_else(TargetLabels::default, TargetLabels::of),
            version: None,
        };
        Exchange::new(span, &self.settings, head, size, request)
    }
}

fn start_span(
    settings: &Settings,
    head: &Parts,
    target: Option<&Target>,
    template: Option<&str>,
) -> Span {
    span_at!(
        settings.level,
        "HTTP",
        kind = client,
        component = "HttpClient",
        location = false,
        fields(
            http.request.method = known_method(&head.method),
            url.full = full_url(&head.uri, target.map(|target| &target.host)),
            url.template = template,
            server.address = target.map(|target| &*target.host.address),
            server.port = target.and_then(|target| target.port),
            http.request.method_original = original_method(&head.method),
        )
    )
}

/// A request by the conventions for HTTP clients.
#[derive(Debug)]
struct ClientRequest {
    method: metrics::Method,
    labels: TargetLabels,
    /// The version in which it was answered.
    version: Option<&'static str>,
}

impl Request for ClientRequest {
    fn answered(&mut self, head: &response::Parts, span: &mut Span) {
        self.version = protocol_version(head.version);
        span.set("network.protocol.version", self.version)
            .set("http.response.status_code", head.status.as_u16());
    }

    fn is_cut_off_by_drop(&self) -> bool {
        // Who has read the head may need no more.
        false
    }

    fn end(&mut self, end: &End, _span: &mut Span) -> Option<Cow<'static, str>> {
        end.error_type(|status| status.is_client_error() || StatusCode::is_server_error(status))
    }

    fn record(&self, ended: &Ended<'_>) {
        let labels = Sent {
            method: self.method,
            address: self.labels.address,
            port: self.labels.port,
            version: Optional(self.version.map(metrics::Version::from)),
            status: Optional(ended.status.map(|status| status.as_str().into())),
            error_type: Optional(ended.error_type.map(metrics::ErrorType::from)),
        };
        if ended.settings.duration {
            CLIENT.duration.record(ended.seconds, Sparse(labels));
        }
        if let Some(size) = ended.request_size() {
            CLIENT.request_size.record(size, Sparse(labels));
        }
        if let Some(size) = ended.response_size() {
            CLIENT.response_size.record(size, Sparse(labels));
        }
    }
}

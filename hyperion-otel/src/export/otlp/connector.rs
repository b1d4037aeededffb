//! Connections to an endpoint.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::header::{HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tower_service::Service;

use super::stream::Stream;
use crate::export::SetupError;

/// After how long without traffic a connection is probed.
pub(super) const KEEPALIVE: Duration = Duration::from_secs(30);

/// Connects to one endpoint, whatever it is asked for.
#[derive(Clone)]
pub(super) struct Connector {
    target: Uri,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Plain(HttpConnector),
    Tls(HttpsConnector<HttpConnector>),
    /// To a proxy, which is told to connect to the endpoint.
    Tunnel(HttpsConnector<Tunnel<HttpConnector>>),
    /// To a proxy, which sends requests on.
    Forward(HttpConnector, Intercept),
}

impl Connector {
    /// For HTTP/2 over TLS.
    pub(super) fn http2(target: Uri, tls: ClientConfig) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only()
            .enable_http2()
            .wrap_connector(tcp());
        Self {
            target,
            route: Route::Tls(connector),
        }
    }

    /// For HTTP/1.1, through `proxy` where there is one.
    pub(super) fn http1(
        target: Uri,
        tls: Option<ClientConfig>,
        proxy: Option<&Intercept>,
    ) -> Result<Self, SetupError> {
        if let Some(proxy) = proxy
            && proxy.uri().scheme_str() != Some("http")
        {
            let host = proxy.uri().host().unwrap_or_default();
            return Err(SetupError::new(format!(
                "the proxy at `{host}`, which the environment names, is not an `http://` one, and OTLP goes through no \
                 other; name one in `HTTPS_PROXY` or `HTTP_PROXY`, or the endpoint's host in `NO_PROXY`"
            )));
        }
        let route = match (tls, proxy) {
            (None, None) => Route::Plain(tcp()),
            (None, Some(proxy)) => Route::Forward(tcp(), proxy.clone()),
            (Some(tls), None) => Route::Tls(https(tls, tcp())),
            (Some(tls), Some(proxy)) => {
                let tunnel = Tunnel::new(proxy.uri().clone(), tcp());
                let tunnel = match proxy.basic_auth() {
                    Some(authorization) => tunnel.with_auth(authorization.clone()),
                    None => tunnel,
                };
                Route::Tunnel(https(tls, tunnel))
            }
        };
        Ok(Self { target, route })
    }

    /// What each request says to a proxy that sends it on.
    pub(super) fn authorization(&self) -> Option<(HeaderName, HeaderValue)> {
        match &self.route {
            Route::Forward(_, proxy) => Some((PROXY_AUTHORIZATION, proxy.basic_auth()?.clone())),
            Route::Plain(_) | Route::Tls(_) | Route::Tunnel(_) => None,
        }
    }
}

fn https<C>(tls: ClientConfig, connector: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_only()
        .enable_http1()
        .wrap_connector(connector)
}

fn tcp() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_keepalive(Some(KEEPALIVE));
    connector
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.route {
            Route::Plain(tcp) | Route::Forward(tcp, _) => {
                tcp.poll_ready(context).map_err(BoxError::from)
            }
            Route::Tls(tls) => tls.poll_ready(context),
            Route::Tunnel(tunnel) => tunnel.poll_ready(context),
        }
    }

    fn call(&mut self, _asked: Uri) -> Self::Future {
        let target = self.target.clone();
        match &mut self.route {
            Route::Plain(tcp) => {
                let connecting = tcp.call(target);
                Box::pin(async { Ok(Stream::to_endpoint(connecting.await?.into())) })
            }
            Route::Tls(tls) => {
                let connecting = tls.call(target);
                Box::pin(async { connecting.await.map(Stream::to_endpoint) })
            }
            Route::Tunnel(tunnel) => {
                let connecting = tunnel.call(target);
                Box::pin(async { connecting.await.map(Stream::to_endpoint) })
            }
            Route::Forward(tcp, proxy) => {
                let connecting = tcp.call(proxy.uri().clone());
                Box::pin(async { Ok(Stream::to_proxy(connecting.await?.into())) })
            }
        }
    }
}

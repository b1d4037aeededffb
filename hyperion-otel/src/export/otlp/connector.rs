//! Connections to an endpoint, direct or through a proxy.

use std::error::Error;
use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::export::SetupError;

/// The time without traffic after which a connection is probed.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A connection, over TLS or not.
pub(super) trait Stream: Read + Write + Send + Unpin {}

impl<T: Read + Write + Send + Unpin> Stream for T {}

/// Connects to one endpoint.
#[derive(Clone)]
pub(super) struct Connector {
    target: Uri,
    tls: Option<Arc<ClientConfig>>,
    proxy: Option<Intercept>,
}

impl Connector {
    pub(super) fn direct(target: Uri, tls: Option<ClientConfig>) -> Self {
        Self {
            target,
            tls: tls.map(Arc::new),
            proxy: None,
        }
    }

    pub(super) fn through(
        proxy: Option<Intercept>,
        target: Uri,
        tls: Option<ClientConfig>,
    ) -> Result<Self, SetupError> {
        if let Some(proxy) = &proxy
            && proxy.uri().scheme_str() != Some("http")
        {
            let host = proxy.uri().host().unwrap_or_default();
            return Err(SetupError::new(format!(
                "the proxy at `{host}`, which the environment names, is not an `http://` one, and OTLP goes through no \
                 other; name one in `HTTPS_PROXY` or `HTTP_PROXY`, or the endpoint's host in `NO_PROXY`"
            )));
        }
        Ok(Self {
            proxy,
            ..Self::direct(target, tls)
        })
    }

    /// The proxy that sends requests on, each of which has to tell it the whole URL.
    pub(super) fn forwarding_proxy(&self) -> Option<&Intercept> {
        self.proxy.as_ref().filter(|_| self.tls.is_none())
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, Box<dyn Error + Send + Sync>> {
        let (mut tcp, target) = (tcp(), self.target.clone());
        let Some(tls) = &self.tls else {
            let next = self.proxy.as_ref().map(|proxy| proxy.uri().clone());
            return Ok(Box::new(call(&mut tcp, next.unwrap_or(target)).await?));
        };
        let stream = match &self.proxy {
            None => call(&mut tcp, target).await?,
            Some(proxy) => {
                let tunnel = Tunnel::new(proxy.uri().clone(), tcp);
                let mut tunnel = match proxy.basic_auth() {
                    Some(authorization) => tunnel.with_auth(authorization.clone()),
                    None => tunnel,
                };
                call(&mut tunnel, target).await?
            }
        };
        let name = ServerName::try_from(host(&self.target).to_owned())?;
        let tls = TlsConnector::from(Arc::clone(tls));
        let stream = tls.connect(name, stream.into_inner()).await?;
        Ok(Box::new(TokioIo::new(stream)))
    }
}

/// The proxy that the environment names for `target`. None stands in front of this machine.
pub(super) fn proxy_from_environment(target: &Uri) -> Option<Intercept> {
    if is_loopback(target) {
        return None;
    }
    Matcher::from_env().intercept(target)
}

fn is_loopback(target: &Uri) -> bool {
    let host = host(target);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|host| host.is_loopback())
}

/// The host without the brackets of an IPv6 address.
fn host(target: &Uri) -> &str {
    target
        .host()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']')
}

fn tcp() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_keepalive(Some(KEEPALIVE));
    connector
}

async fn call<C: Service<Uri>>(connector: &mut C, target: Uri) -> Result<C::Response, C::Error> {
    poll_fn(|context| connector.poll_ready(context)).await?;
    connector.call(target).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognised() {
        let loopback = |text| is_loopback(&Uri::from_static(text));
        assert!(loopback("http://localhost:4317"));
        assert!(loopback("http://127.1.2.3:4317"));
        assert!(loopback("http://[::1]:4317"));
        assert!(!loopback("http://collector:4317"));
        assert!(!loopback("http://10.0.0.1:4317"));
    }
}

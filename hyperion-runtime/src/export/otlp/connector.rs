//! Connections of gRPC over TLS.

use std::task::{Context, Poll};
use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::ClientConfig;
use tonic::transport::Uri;
use tower_service::Service;

/// Connects to one `https://` URL, whatever it is asked for.
///
/// `tonic` has TLS of its own, with the cryptography of the whole process and another source of trusted roots. Where some
/// other crate of the program switches that on, `tonic` has no `https://` URL connected by anybody else; so it is told
/// an `http://` one.
#[derive(Clone)]
pub(super) struct TlsConnector {
    connector: HttpsConnector<HttpConnector>,
    target: Uri,
}

impl TlsConnector {
    pub(super) fn new(target: Uri, tls: ClientConfig, keepalive: Duration) -> Self {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(keepalive));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only()
            .enable_http2()
            .wrap_connector(http);
        Self { connector, target }
    }
}

impl Service<Uri> for TlsConnector {
    type Response = <HttpsConnector<HttpConnector> as Service<Uri>>::Response;
    type Error = <HttpsConnector<HttpConnector> as Service<Uri>>::Error;
    type Future = <HttpsConnector<HttpConnector> as Service<Uri>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, _asked: Uri) -> Self::Future {
        self.connector.call(self.target.clone())
    }
}

//! A blocking client of one OTLP service.

use std::marker::PhantomData;
use std::time::Duration;

use http::Uri;
use http::header::{HeaderMap, HeaderName, HeaderValue};
#[cfg(feature = "otlp-grpc")]
use prost::bytes::Bytes;
use tokio::time::Instant;

use super::connector::{Connector, proxy_from_environment};
#[cfg(feature = "otlp-grpc")]
use super::grpc::GrpcTransport;
use super::http::HttpTransport;
use super::retry::{Failure, with_retries};
use super::runtime::OwnRuntime;
use super::secrets::{Secrets, without_query};
use super::service::OtlpService;
use super::tls;
use crate::config::{Otlp, Protocol};
use crate::export::{ExportError, SetupError};

/// Beyond this a timeout is none, and the clock may not reach that far.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// Sends requests to one service, each within the timeout. Connections only make progress during a call.
pub(super) struct Client<S> {
    transport: Transport,
    pub(super) timeout: Duration,
    /// The endpoint as error messages show it.
    target: String,
    secrets: Secrets,
    runtime: OwnRuntime,
    service: PhantomData<fn() -> S>,
}

enum Transport {
    Http(HttpTransport),
    #[cfg(feature = "otlp-grpc")]
    Grpc(GrpcTransport),
}

impl<S: OtlpService> Client<S> {
    /// A client that takes no longer than `limit`, even if OTLP may.
    pub(super) fn new(config: &Otlp, limit: Duration) -> Result<Self, SetupError> {
        let timeout = config.timeout.min(limit).min(MAX_TIMEOUT);
        if timeout.is_zero() {
            return Err(SetupError::new(
                "the OTLP timeout is zero; expected a positive duration such as 10s",
            ));
        }
        let url = config.url(S::SIGNAL);
        let endpoint: Uri = url.parse().map_err(|error| {
            SetupError::new(format!("the OTLP endpoint `{url}` is not a URL ({error})"))
        })?;
        let target = without_query(&endpoint);
        let headers = headers(config)?;
        let secrets = Secrets::of(&headers);
        let runtime = OwnRuntime::new().map_err(|error| {
            SetupError::new(format!(
                "the runtime of the OTLP exporter did not start: {error}"
            ))
        })?;
        let is_https = endpoint.scheme_str() == Some("https");
        let tls = tls::client_config(config, S::SIGNAL, is_https)?;
        let compression = config.compression;
        let transport = match config.protocol {
            // A lazy channel spawns its worker on the current runtime.
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => {
                let connector = Connector::direct(endpoint.clone(), tls.map(tls::for_http2));
                let grpc = || GrpcTransport::new(endpoint, headers, compression, connector);
                Transport::Grpc(runtime.enter(grpc)?)
            }
            // Without the feature, the pipeline refuses a configuration with gRPC.
            #[cfg(not(feature = "otlp-grpc"))]
            Protocol::Grpc => return Err(SetupError::new("this build speaks no gRPC")),
            Protocol::HttpProtobuf => {
                let proxy = proxy_from_environment(&endpoint);
                let connector = Connector::through(proxy, endpoint.clone(), tls)?;
                Transport::Http(HttpTransport::new(
                    endpoint,
                    headers,
                    compression,
                    connector,
                ))
            }
        };
        Ok(Self {
            transport,
            timeout,
            target,
            secrets,
            runtime,
            service: PhantomData,
        })
    }

    /// Sends `request`, a message of the service, retrying what may be retried, and reports what the server refused.
    pub(super) fn send(&self, request: Vec<u8>) -> Result<(), ExportError> {
        let attempts = async {
            let deadline = Instant::now() + self.timeout;
            match &self.transport {
                Transport::Http(http) => {
                    let body = http.body(request)?;
                    with_retries(deadline, || http.send::<S>(body.clone())).await
                }
                #[cfg(feature = "otlp-grpc")]
                Transport::Grpc(grpc) => {
                    let request = Bytes::from(request);
                    with_retries(deadline, || grpc.send::<S>(request.clone())).await
                }
            }
        };
        match self.runtime.block_on(attempts)? {
            Ok(response) => self.accepted(response),
            Err(failure) => Err(self.explain(failure)),
        }
    }

    fn accepted(&self, response: S::Response) -> Result<(), ExportError> {
        match S::partial_success(response) {
            None => Ok(()),
            Some((rejected, message)) if rejected <= 0 && message.is_empty() => Ok(()),
            Some((rejected, message)) => {
                let rejected = u64::try_from(rejected).unwrap_or(0);
                Err(ExportError::partial(
                    rejected,
                    format!("{}: {}", self.target, self.secrets.redact(&message)),
                ))
            }
        }
    }

    fn explain(&self, failure: Failure) -> ExportError {
        let retryable = failure.is_retryable();
        let reason = match failure {
            Failure::Permanent(reason)
            | Failure::Unreachable(reason)
            | Failure::Busy { reason, .. } => reason,
            Failure::OutOfTime { last: None } => format!("no answer within {:?}", self.timeout),
            Failure::OutOfTime { last: Some(last) } => {
                format!("gave up after {:?}: {last}", self.timeout)
            }
        };
        let mend = self.mend(&reason).unwrap_or_default();
        let message = format!(
            "OTLP export to {} failed: {}{mend}",
            self.target,
            self.secrets.redact(&reason)
        );
        ExportError {
            retryable,
            ..ExportError::permanent(message)
        }
    }
}

impl<S: OtlpService> Client<S> {
    /// The way out of a mistake that the failure shows.
    fn mend(&self, reason: &str) -> Option<String> {
        let section = S::SIGNAL.section();
        if reason.contains("onnection refused") {
            return Some(format!(
                "; nothing listens there: start the receiver, or mend `{section}.endpoint`"
            ));
        }
        let other = self.transport.other_spoken(reason)?;
        Some(format!("; {}", other.replace("{section}", section)))
    }
}

impl Transport {
    /// The words for a failure that comes of a server which speaks the other transport; `None` for any other.
    ///
    /// The clients have no better sign of it than their texts: a server of HTTP/2 greets first, and one of HTTP/1.1 answers the
    /// greeting of HTTP/2 with a text.
    fn other_spoken(&self, reason: &str) -> Option<&'static str> {
        let signs: [&str; 2];
        let words: &str;
        match self {
            Self::Http(_) => {
                signs = [
                    "invalid HTTP version parsed",
                    "unexpected message from connection",
                ];
                words = "a server of gRPC answers so, as a rule on port 4317: set `{section}.protocol: grpc`, or name the port \
                         for HTTP, as a rule 4318";
            }
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(_) => {
                signs = ["frame with invalid size", "grpc-status header missing"];
                words = "a server of HTTP answers so, as a rule on port 4318: set `{section}.protocol: http/protobuf`, or name \
                         the port for gRPC, as a rule 4317";
            }
        }
        signs
            .iter()
            .any(|sign| reason.contains(sign))
            .then_some(words)
    }
}

/// The headers of every request. They hold nothing that a log of the client may show.
fn headers(config: &Otlp) -> Result<HeaderMap, SetupError> {
    let mut headers = HeaderMap::with_capacity(config.headers.iter().len());
    for (name, value) in config.headers.iter() {
        let refused = || SetupError::new(format!("the OTLP header `{name}` is not valid"));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
        value.set_sensitive(true);
        headers.append(key, value);
    }
    Ok(headers)
}

//! A blocking client of one OTLP service.

use std::time::Duration;

use tokio::time::Instant;

use super::endpoint::{Secrets, parse_endpoint, parse_headers};
use super::grpc::GrpcTransport;
use super::http::HttpTransport;
use super::retry::{Failure, with_retries};
use super::runtime::OwnRuntime;
use super::signal::Signal;
use super::{Protocol, Settings, tls};
use crate::export::{ExportError, SetupError};

/// Beyond this a timeout is none, and the clock may not reach that far.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// Sends requests of one signal, each within the timeout. Connections only make progress during a call.
pub(super) struct Client<S: Signal> {
    transport: Transport<S>,
    timeout: Duration,
    /// The endpoint as error messages show it.
    target: String,
    secrets: Secrets,
    runtime: OwnRuntime,
}

enum Transport<S: Signal> {
    Http(Box<HttpTransport<S>>),
    Grpc(GrpcTransport<S>),
}

impl<S: Signal> Client<S> {
    pub(super) fn new(settings: &Settings) -> Result<Self, SetupError> {
        if settings.timeout.is_zero() {
            return Err(SetupError::new(
                "the OTLP timeout is zero; expected a positive duration such as 10s",
            ));
        }
        let endpoint = parse_endpoint(&settings.endpoint, settings.protocol, S::HTTP_PATH)?;
        let target = endpoint.to_string();
        let headers = parse_headers(&settings.headers)?;
        let secrets = Secrets::of(&headers);
        let runtime = OwnRuntime::new().map_err(|error| {
            SetupError::new(format!(
                "the runtime of the OTLP exporter did not start: {error}"
            ))
        })?;
        let tls = if endpoint.is_https() {
            Some(tls::client_config(&settings.tls)?)
        } else {
            None
        };
        let compression = settings.compression;
        let transport = match settings.protocol {
            Protocol::HttpProtobuf => {
                let proxy = endpoint.proxy();
                let http = HttpTransport::new(endpoint, headers, compression, tls, proxy.as_ref())?;
                Transport::Http(Box::new(http))
            }
            // A lazy channel spawns its worker on the current runtime.
            Protocol::Grpc => Transport::Grpc(
                runtime.enter(|| GrpcTransport::new(&endpoint, headers, compression, tls))?,
            ),
        };
        Ok(Self {
            transport,
            timeout: settings.timeout.min(MAX_TIMEOUT),
            target,
            secrets,
            runtime,
        })
    }

    /// Sends `request`, retrying what may be retried, and reports what the server refused.
    pub(super) fn send(&self, request: &S::Request) -> Result<(), ExportError> {
        let attempts = async {
            let deadline = Instant::now() + self.timeout;
            match &self.transport {
                Transport::Http(http) => {
                    let body = http.encode(request)?;
                    with_retries(deadline, || http.send(body.clone())).await
                }
                Transport::Grpc(grpc) => {
                    with_retries(deadline, || grpc.send(request.clone())).await
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
        let message = format!(
            "OTLP export to {} failed: {}",
            self.target,
            self.secrets.redact(&reason)
        );
        if retryable {
            ExportError::retryable(message)
        } else {
            ExportError::permanent(message)
        }
    }
}

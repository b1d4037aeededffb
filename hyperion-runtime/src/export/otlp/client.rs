//! A blocking client of one OTLP service.

use std::future::Future;
use std::time::Duration;

use opentelemetry::Context;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::Instant;

use super::endpoint::{Secrets, parse_endpoint, parse_headers};
use super::grpc::GrpcTransport;
use super::http::HttpTransport;
use super::retry::{Failure, with_retries};
use super::signal::Signal;
use super::{Protocol, Settings};
use crate::export::{ExportError, SetupError};

/// Sends requests of one signal, each within the timeout.
///
/// It owns a runtime, so that it works whatever the host runs on. Connections only make progress during a call.
pub(super) struct Client<S: Signal> {
    transport: Transport<S>,
    timeout: Duration,
    /// The endpoint as error messages show it.
    target: String,
    secrets: Secrets,
    /// Always there until drop, which has to take it.
    runtime: Option<Runtime>,
}

enum Transport<S: Signal> {
    Http(HttpTransport<S>),
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
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .thread_name("hyperion-otlp")
            .build()
            .map_err(|error| {
                SetupError::new(format!(
                    "the runtime of the OTLP exporter did not start: {error}"
                ))
            })?;
        let transport = match settings.protocol {
            Protocol::HttpProtobuf => Transport::Http(HttpTransport::new(endpoint, headers)?),
            Protocol::Grpc => {
                // A lazy channel spawns its worker on the current runtime.
                let _entered = runtime.enter();
                Transport::Grpc(GrpcTransport::new(&endpoint, headers)?)
            }
        };
        Ok(Self {
            transport,
            timeout: settings.timeout,
            target,
            secrets,
            runtime: Some(runtime),
        })
    }

    /// Sends `request`, retrying what may be retried, and reports what the server refused.
    pub(super) fn send(&self, request: &S::Request) -> Result<(), ExportError> {
        let Some(runtime) = &self.runtime else {
            return Err(ExportError::permanent("the OTLP exporter is shut down"));
        };
        let attempts = async {
            let deadline = Instant::now() + self.timeout;
            match &self.transport {
                Transport::Http(http) => {
                    let body = HttpTransport::<S>::encode(request);
                    with_retries(deadline, || http.send(body.clone())).await
                }
                Transport::Grpc(grpc) => {
                    with_retries(deadline, || grpc.send(request.clone())).await
                }
            }
        };
        match block_on(runtime, attempts)? {
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

impl<S: Signal> Drop for Client<S> {
    fn drop(&mut self) {
        // A name that is still being resolved must not hold up the end of the process.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs `future` on `runtime`, from a thread of its own when the caller is inside another runtime, where blocking panics.
///
/// What the client itself does is not to be traced, or each export would make spans for the next one.
fn block_on<F>(runtime: &Runtime, future: F) -> Result<F::Output, ExportError>
where
    F: Future + Send,
    F::Output: Send,
{
    let run = move || {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        runtime.block_on(future)
    };
    if Handle::try_current().is_err() {
        return Ok(run());
    }
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("hyperion-otlp".into())
            .spawn_scoped(scope, run)
            .map_err(|error| {
                ExportError::retryable(format!(
                    "the thread of the OTLP export did not start: {error}"
                ))
            })?
            .join()
            .map_err(|_| ExportError::permanent("the thread of the OTLP export panicked"))
    })
}

//! OTLP/gRPC.

use std::error::Error as _;
use std::marker::PhantomData;

use http::header::HeaderMap;
use rustls::ClientConfig;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Uri};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use super::Compression;
use super::connector::{Connector, KEEPALIVE};
use super::endpoint::Endpoint;
use super::http::with_sources;
use super::retry::Failure;
use super::signal::Signal;
use crate::export::SetupError;

pub(super) struct GrpcTransport<S> {
    channel: Channel,
    metadata: MetadataMap,
    compression: Compression,
    signal: PhantomData<fn() -> S>,
}

impl<S: Signal> GrpcTransport<S> {
    /// A channel that connects with the first request; must be called inside the runtime that will drive it.
    pub(super) fn new(
        endpoint: &Endpoint,
        headers: HeaderMap,
        compression: Compression,
        tls: Option<ClientConfig>,
    ) -> Result<Self, SetupError> {
        let to = |target: Uri| {
            Channel::builder(target)
                .tcp_keepalive(Some(KEEPALIVE))
                .user_agent(concat!("hyperion/", env!("CARGO_PKG_VERSION")))
                .map_err(|error| {
                    SetupError::new(format!(
                        "the gRPC client of the OTLP exporter did not start: {error}"
                    ))
                })
        };
        let target = endpoint.uri().clone();
        let channel = match tls {
            None => to(target)?.connect_lazy(),
            // `tonic` has TLS of its own, with the cryptography of the whole process and another source of trusted
            // roots. Where some other crate switches that on, it has no `https://` URL connected by anybody else.
            Some(tls) => to(Uri::from_static("http://localhost"))?
                .origin(target.clone())
                .connect_with_connector_lazy(Connector::http2(target, tls)),
        };
        Ok(Self {
            channel,
            metadata: MetadataMap::from_headers(headers),
            compression,
            signal: PhantomData,
        })
    }

    pub(super) async fn send(&self, message: S::Request) -> Result<S::Response, Failure> {
        let mut request = Request::new(message);
        *request.metadata_mut() = self.metadata.clone();
        match S::call(self.channel.clone(), self.compression, request).await {
            Ok(response) => Ok(response.into_inner()),
            Err(status) => Err(classify(&status)),
        }
    }
}

/// Which statuses may be retried (OTLP specification, section "OTLP/gRPC: failures").
fn classify(status: &Status) -> Failure {
    // Only a status that was made on this side has a source: the exchange broke.
    if let Some(source) = status.source() {
        return Failure::Unreachable(with_sources(source));
    }
    let mut reason = format!("the server answered {:?}", status.code());
    if !status.message().is_empty() {
        reason.push_str(": ");
        reason.push_str(status.message());
    }
    let after = status
        .get_details_retry_info()
        .and_then(|info| info.retry_delay);
    match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Failure::Busy { reason, after },
        Code::ResourceExhausted if after.is_some() => Failure::Busy { reason, after },
        _ => Failure::Permanent(reason),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn the_list_of_the_specification_is_retried_and_nothing_else() {
        let retried: Vec<Code> = (0..=16)
            .map(Code::from_i32)
            .filter(|code| classify(&Status::new(*code, "")).is_retryable())
            .collect();
        assert_eq!(
            retried,
            [
                Code::Cancelled,
                Code::DeadlineExceeded,
                Code::Aborted,
                Code::OutOfRange,
                Code::Unavailable,
                Code::DataLoss
            ]
        );
    }

    #[test]
    fn an_exhausted_server_is_retried_when_it_says_when() {
        let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(7)));
        let status = Status::with_error_details(Code::ResourceExhausted, "slow down", details);
        assert_eq!(
            classify(&status),
            Failure::Busy {
                reason: "the server answered ResourceExhausted: slow down".into(),
                after: Some(Duration::from_secs(7))
            }
        );
    }
}

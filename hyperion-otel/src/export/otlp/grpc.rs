//! OTLP/gRPC.

use std::error::Error as _;
use std::marker::PhantomData;

use http::Uri;
use http::header::HeaderMap;
use http::uri::PathAndQuery;
use prost::Message;
use prost::bytes::{BufMut as _, Bytes};
use tonic::client::Grpc;
use tonic::codec::{Codec, CompressionEncoding, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tonic_types::StatusExt as _;

use super::connector::Connector;
use super::http::unreachable;
use super::retry::Failure;
use super::service::OtlpService;
use crate::config::Compression;
use crate::export::SetupError;

pub(super) struct GrpcTransport {
    grpc: Grpc<Channel>,
    metadata: MetadataMap,
}

impl GrpcTransport {
    /// A channel that connects with the first request; must be called inside the runtime that will drive it.
    pub(super) fn new(
        target: Uri,
        headers: HeaderMap,
        compression: Compression,
        connector: Connector,
    ) -> Result<Self, SetupError> {
        // `tonic` has TLS of its own, with the cryptography of the whole process and another source of trusted roots.
        // Where some other crate switches that on, it has no `https://` URL connected by anybody else.
        let channel = Channel::builder(Uri::from_static("http://localhost"))
            .origin(target)
            .user_agent(super::USER_AGENT)
            .map_err(|error| {
                SetupError::new(format!(
                    "the gRPC client of the OTLP exporter did not start: {error}"
                ))
            })?
            .connect_with_connector_lazy(tower::service_fn(move |_asked: Uri| {
                let connector = connector.clone();
                async move { connector.connect().await }
            }));
        let grpc = match compression {
            Compression::None => Grpc::new(channel),
            // Servers answer as they are asked.
            Compression::Gzip => Grpc::new(channel)
                .send_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Gzip),
        };
        Ok(Self {
            grpc,
            metadata: MetadataMap::from_headers(headers),
        })
    }

    pub(super) async fn send<S: OtlpService>(
        &self,
        message: Bytes,
    ) -> Result<S::Response, Failure> {
        let mut request = Request::new(message);
        *request.metadata_mut() = self.metadata.clone();
        let mut grpc = self.grpc.clone();
        grpc.ready().await.map_err(|error| unreachable(&error))?;
        let method = PathAndQuery::from_static(S::GRPC_METHOD);
        match grpc.unary(request, method, Written(PhantomData)).await {
            Ok(response) => Ok(response.into_inner()),
            Err(status) => Err(classify(&status)),
        }
    }
}

/// Sends messages as they were written, and reads answers with `prost`.
struct Written<R>(PhantomData<fn() -> R>);

impl<R: Message + Default + 'static> Codec for Written<R> {
    type Encode = Bytes;
    type Decode = R;
    type Encoder = Self;
    type Decoder = <ProstCodec<(), R> as Codec>::Decoder;

    fn encoder(&mut self) -> Self::Encoder {
        Self(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<(), R>::default().decoder()
    }
}

impl<R> Encoder for Written<R> {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

/// The failure that a status stands for (OTLP specification, section "OTLP/gRPC: failures").
fn classify(status: &Status) -> Failure {
    // Only a status that was made on this side has a source: the exchange broke.
    if let Some(source) = status.source() {
        return unreachable(source);
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

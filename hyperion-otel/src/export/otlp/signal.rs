//! What differs between the signals: their messages and their gRPC methods.

use std::future::Future;

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use super::Compression;

/// One of the OTLP services.
pub(super) trait Signal {
    /// The path of the signal on an OTLP/HTTP server.
    const HTTP_PATH: &'static str;
    type Request: Message + Clone + Send + Sync + 'static;
    type Response: Message + Default + Send + 'static;

    /// How many items the server refused, and why, if it said so.
    fn partial_success(response: Self::Response) -> Option<(i64, String)>;

    fn call(
        channel: Channel,
        compression: Compression,
        request: Request<Self::Request>,
    ) -> impl Future<Output = Result<Response<Self::Response>, Status>> + Send;
}

/// Spans.
pub(super) struct Traces;

impl Signal for Traces {
    const HTTP_PATH: &'static str = "/v1/traces";
    type Request = ExportTraceServiceRequest;
    type Response = ExportTraceServiceResponse;

    fn partial_success(response: Self::Response) -> Option<(i64, String)> {
        response
            .partial_success
            .map(|partial| (partial.rejected_spans, partial.error_message))
    }

    async fn call(
        channel: Channel,
        compression: Compression,
        request: Request<Self::Request>,
    ) -> Result<Response<Self::Response>, Status> {
        let client = TraceServiceClient::new(channel);
        let mut client = match compression {
            Compression::None => client,
            // Servers answer as they are asked.
            Compression::Gzip => client
                .send_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Gzip),
        };
        client.export(request).await
    }
}

/// Metrics.
pub(super) struct Metrics;

impl Signal for Metrics {
    const HTTP_PATH: &'static str = "/v1/metrics";
    type Request = ExportMetricsServiceRequest;
    type Response = ExportMetricsServiceResponse;

    fn partial_success(response: Self::Response) -> Option<(i64, String)> {
        response
            .partial_success
            .map(|partial| (partial.rejected_data_points, partial.error_message))
    }

    async fn call(
        channel: Channel,
        compression: Compression,
        request: Request<Self::Request>,
    ) -> Result<Response<Self::Response>, Status> {
        let client = MetricsServiceClient::new(channel);
        let mut client = match compression {
            Compression::None => client,
            // Servers answer as they are asked.
            Compression::Gzip => client
                .send_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Gzip),
        };
        client.export(request).await
    }
}

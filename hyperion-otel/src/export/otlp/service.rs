//! The differences between the OTLP services: their answers and their names.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use crate::config::Signal;

/// One of the OTLP services.
pub(super) trait OtlpService {
    /// The signal that it takes.
    const SIGNAL: Signal;
    /// The path of its method in gRPC.
    #[cfg(feature = "otlp-grpc")]
    const GRPC_METHOD: &'static str;
    type Response: Message + Default + 'static;

    /// The number of items that the server refused, and its reason, if it said so.
    fn partial_success(response: Self::Response) -> Option<(i64, String)>;
}

pub(super) struct TraceService;

impl OtlpService for TraceService {
    const SIGNAL: Signal = Signal::Traces;
    #[cfg(feature = "otlp-grpc")]
    const GRPC_METHOD: &'static str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    type Response = ExportTraceServiceResponse;

    fn partial_success(response: Self::Response) -> Option<(i64, String)> {
        response
            .partial_success
            .map(|partial| (partial.rejected_spans, partial.error_message))
    }
}

pub(super) struct MetricsService;

impl OtlpService for MetricsService {
    const SIGNAL: Signal = Signal::Metrics;
    #[cfg(feature = "otlp-grpc")]
    const GRPC_METHOD: &'static str =
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    type Response = ExportMetricsServiceResponse;

    fn partial_success(response: Self::Response) -> Option<(i64, String)> {
        response
            .partial_success
            .map(|partial| (partial.rejected_data_points, partial.error_message))
    }
}

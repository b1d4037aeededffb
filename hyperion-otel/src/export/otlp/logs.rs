//! The sink of log records, and its requests.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_sdk::Resource;

use super::client::Client;
use super::service::OtlpService;
use super::values::{BATCH, by_scope, resource};
use super::wire::Wire;
use crate::config::{Logs, Signal};
use crate::export::{ExportError, LogBatch, LogSink, SetupError};

/// A sink that sends log records of `resource`.
///
/// # Errors
///
/// A header or the timeout is of no use, or a file for TLS is not what it should be.
pub(crate) fn log_sink(config: &Logs, resource: &Resource) -> Result<Box<dyn LogSink>, SetupError> {
    Ok(Box::new(OtlpLogs {
        client: Client::new(&config.otlp, config.batch.export_timeout)?,
        encoder: LogEncoder::new(resource),
    }))
}

struct OtlpLogs {
    client: Client<LogsService>,
    encoder: LogEncoder,
}

impl LogSink for OtlpLogs {
    fn export(&mut self, batch: &LogBatch) -> Result<(), ExportError> {
        self.client.send(self.encoder.request(batch))
    }
}

/// Writes requests of log records of one resource.
pub(super) struct LogEncoder {
    resource: Resource,
}

impl LogEncoder {
    pub(super) fn new(resource: &Resource) -> Self {
        Self {
            resource: resource.clone(),
        }
    }

    /// An `ExportLogsServiceRequest` with the records of `batch`, grouped by scope.
    pub(super) fn request(&self, batch: &LogBatch) -> Vec<u8> {
        let mut request = Wire::default();
        // ExportLogsServiceRequest.resource_logs
        request.long_message(1, BATCH, |logs| {
            logs.message(1, |wire| resource(wire, &self.resource));
            for (scope, records) in by_scope(batch.records()) {
                logs.long_message(2, BATCH, |wire| {
                    wire.message(1, |wire| wire.bytes(1, scope.as_bytes()));
                    for record in records {
                        wire.oneof_bytes(2, record);
                    }
                });
            }
            logs.bytes(3, self.resource.schema_url().unwrap_or_default().as_bytes());
        });
        request.into_bytes()
    }
}

/// The service that takes log records.
pub(super) struct LogsService;

impl OtlpService for LogsService {
    const SIGNAL: Signal = Signal::Logs;
    #[cfg(feature = "otlp-grpc")]
    const GRPC_METHOD: &'static str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    type Response = ExportLogsServiceResponse;

    fn partial_success(response: Self::Response) -> Option<(i64, String)> {
        response
            .partial_success
            .map(|partial| (partial.rejected_log_records, partial.error_message))
    }
}

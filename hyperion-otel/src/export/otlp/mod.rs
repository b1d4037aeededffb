//! OTLP over HTTP/protobuf and gRPC.
//!
//! All signals share one client, so that they time out, retry and report alike. Requests of spans are written from the records,
//! those of logs from the events, those of metrics from the types of `opentelemetry-proto`. They are sent by this module
//! itself, because the exporters of `opentelemetry-otlp` add the headers of `OTEL_EXPORTER_OTLP_HEADERS` to those they
//! are given, log a partial success instead of returning it, and keep the cause of a failure to themselves.
//!
//! HTTP is spoken over connections of `hyper` and not by `reqwest`: Cargo unites the features of a crate, so TLS with a
//! cryptography that we choose would reach every `reqwest` in the program, and panic where that one expects another.

mod baseline;
mod client;
mod connector;
mod delivery;
mod encode;
#[cfg(feature = "otlp-grpc")]
mod grpc;
mod http;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "logs")]
mod records;
mod retry;
mod runtime;
mod secrets;
mod service;
mod spans;
mod tls;
mod undelivered;
mod values;
mod wire;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prost::Message as _;

use self::client::Client;
use self::delivery::Delivery;
use self::service::{MetricsService, TraceService};
use self::spans::SpanEncoder;
use super::{ExportError, MetricSink, SetupError, SpanBatch, SpanSink};
use crate::config::{Metrics, Tracing};
use hyperion_runtime::metrics::snapshot::Snapshot;

#[cfg(feature = "logs")]
pub(crate) use self::logs::log_sink;
#[cfg(feature = "logs")]
pub(crate) use self::records::{RecordHead, RecordWriter};

const USER_AGENT: &str = concat!("hyperion/", env!("CARGO_PKG_VERSION"));

/// A sink that sends spans of `resource`.
///
/// # Errors
///
/// A header or the timeout is of no use, or a file for TLS is not what it should be.
pub(crate) fn span_sink(
    config: &Tracing,
    resource: &Resource,
) -> Result<Box<dyn SpanSink>, SetupError> {
    Ok(Box::new(OtlpSpans {
        client: Client::new(&config.otlp, config.batch.export_timeout)?,
        encoder: SpanEncoder::new(resource),
    }))
}

/// A sink that sends native metrics and those of the OpenTelemetry API in one request, as metrics of `resource`.
///
/// # Errors
///
/// A header or the timeout is of no use, or a file for TLS is not what it should be.
pub(crate) fn metric_sink(
    config: &Metrics,
    resource: &Resource,
) -> Result<Box<dyn MetricSink>, SetupError> {
    Ok(Box::new(OtlpMetrics {
        client: Client::new(&config.otlp, config.export_timeout)?,
        delivery: Delivery::new(resource.clone(), config.temporality),
    }))
}

struct OtlpSpans {
    client: Client<TraceService>,
    encoder: SpanEncoder,
}

impl SpanSink for OtlpSpans {
    fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.client.send(self.encoder.request(&batch))
    }
}

struct OtlpMetrics {
    client: Client<MetricsService>,
    delivery: Delivery,
}

impl MetricSink for OtlpMetrics {
    fn export(&mut self, native: &Snapshot, sdk: &ResourceMetrics) -> Result<(), ExportError> {
        let outcome = match self.delivery.request(native, sdk) {
            Some(request) => self.client.send(request.encode_to_vec()),
            None => Ok(()),
        };
        self.delivery.settle(native, sdk, outcome)
    }

    fn temporality(&self) -> Temporality {
        self.delivery.preference()
    }
}

#[cfg(test)]
mod tests;

//! OTLP over HTTP/protobuf and gRPC.
//!
//! Both signals share one client, so that they time out, retry and report alike. Requests are built from the types of
//! `opentelemetry-proto` and sent by this module itself, because the exporters of `opentelemetry-otlp` add the headers
//! of `OTEL_EXPORTER_OTLP_HEADERS` to those they are given, log a partial success instead of returning it, and keep
//! the cause of a failure to themselves.

mod client;
mod encode;
mod endpoint;
mod grpc;
mod http;
mod retry;
mod runtime;
mod signal;

use std::fmt;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::SpanData;

use self::client::Client;
use self::signal::{Metrics, Traces};
use super::{ExportError, MetricSink, SetupError, SpanSink};
use crate::metrics::snapshot::Snapshot;

/// Where OTLP goes and how. The environment is not consulted.
#[derive(Clone)]
pub struct Settings {
    /// How requests are encoded and carried.
    pub protocol: Protocol,
    /// A complete URL. For HTTP it includes the path of the signal, for example `http://localhost:4318/v1/traces`;
    /// for gRPC it is `http://localhost:4317`.
    pub endpoint: String,
    /// Headers, or metadata for gRPC, of every request. Their values are taken for secrets.
    pub headers: Vec<(String, String)>,
    /// The most that one export takes, from resolving the name to the last retry.
    pub timeout: Duration,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Settings")
            .field("protocol", &self.protocol)
            .field("endpoint", &endpoint::without_credentials(&self.endpoint))
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// A transport of OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `http/protobuf`
    HttpProtobuf,
    /// `grpc`
    Grpc,
}

/// A sink that sends spans of `resource`.
///
/// # Errors
///
/// The endpoint is not a URL that this build can reach, a header is malformed, or the timeout is zero.
pub fn span_sink(
    settings: &Settings,
    resource: &Resource,
) -> Result<Box<dyn SpanSink>, SetupError> {
    Ok(Box::new(OtlpSpans {
        client: Client::new(settings)?,
        resource: resource.into(),
    }))
}

/// A sink that sends native metrics and those of the OpenTelemetry API in one request, as metrics of `resource`.
///
/// # Errors
///
/// The endpoint is not a URL that this build can reach, a header is malformed, or the timeout is zero.
pub fn metric_sink(
    settings: &Settings,
    resource: &Resource,
) -> Result<Box<dyn MetricSink>, SetupError> {
    Ok(Box::new(OtlpMetrics {
        client: Client::new(settings)?,
        resource: resource.clone(),
    }))
}

struct OtlpSpans {
    client: Client<Traces>,
    resource: ResourceAttributesWithSchema,
}

impl SpanSink for OtlpSpans {
    fn export(&mut self, batch: Vec<SpanData>) -> Result<(), ExportError> {
        if batch.is_empty() {
            return Ok(());
        }
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        self.client
            .send(&ExportTraceServiceRequest { resource_spans })
    }
}

struct OtlpMetrics {
    client: Client<Metrics>,
    resource: Resource,
}

impl MetricSink for OtlpMetrics {
    fn export(&mut self, native: &Snapshot, sdk: &ResourceMetrics) -> Result<(), ExportError> {
        match encode::metrics_request(native, sdk, &self.resource) {
            Some(request) => self.client.send(&request),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

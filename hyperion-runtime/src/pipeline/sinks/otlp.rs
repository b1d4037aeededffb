//! OTLP.

use crate::export::otlp::{self, Settings};
use crate::export::{MetricSink, SpanSink};
use crate::pipeline::Error;
use crate::pipeline::config::{Metrics, Otlp, Protocol, Signal, Tracing};
use opentelemetry_sdk::Resource;

pub(super) fn spans(config: &Tracing, resource: &Resource) -> Result<Box<dyn SpanSink>, Error> {
    let mut settings = settings(&config.otlp, Signal::Traces);
    settings.timeout = settings.timeout.min(config.batch.export_timeout);
    Ok(otlp::span_sink(&settings, resource)?)
}

pub(super) fn metrics(config: &Metrics, resource: &Resource) -> Result<Box<dyn MetricSink>, Error> {
    Ok(otlp::metric_sink(
        &settings(&config.otlp, Signal::Metrics),
        resource,
    )?)
}

fn settings(config: &Otlp, signal: Signal) -> Settings {
    Settings {
        protocol: match config.protocol {
            Protocol::HttpProtobuf => otlp::Protocol::HttpProtobuf,
            Protocol::Grpc => otlp::Protocol::Grpc,
        },
        endpoint: config.url(signal),
        headers: config
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        timeout: config.timeout,
    }
}

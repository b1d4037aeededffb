//! No OTLP: this build lacks the feature.

use crate::config::{Metrics, Tracing};
use crate::export::{MetricSink, SpanSink};
use crate::pipeline::Error;
use opentelemetry_sdk::Resource;

pub(super) fn spans(_config: &Tracing, _resource: &Resource) -> Result<Box<dyn SpanSink>, Error> {
    Err(Error::MissingFeature {
        feature: "otlp",
        wanted_by: "tracing.exporter: otlp",
    })
}

pub(super) fn metrics(
    _config: &Metrics,
    _resource: &Resource,
) -> Result<Box<dyn MetricSink>, Error> {
    Err(Error::MissingFeature {
        feature: "otlp",
        wanted_by: "metrics.exporter: otlp",
    })
}

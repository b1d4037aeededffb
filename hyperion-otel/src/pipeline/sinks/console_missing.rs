//! No console: this build lacks the feature.

use crate::export::{MetricSink, SpanSink};
use crate::pipeline::Error;

pub(super) fn spans() -> Result<Box<dyn SpanSink>, Error> {
    Err(Error::MissingFeature {
        feature: "console",
        wanted_by: "tracing.exporter: console",
    })
}

pub(super) fn metrics() -> Result<Box<dyn MetricSink>, Error> {
    Err(Error::MissingFeature {
        feature: "console",
        wanted_by: "metrics.exporter: console",
    })
}

//! What instruments of the OpenTelemetry API look like to a reader.

use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::Reader;

/// The points after `record` has used the meter of a library.
pub(super) fn sdk_metrics(record: impl FnOnce(&Meter)) -> ResourceMetrics {
    let reader = Reader::default();
    let provider = SdkMeterProvider::builder()
        .with_reader(reader.clone())
        .build();
    record(&provider.meter("a library"));
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    metrics
}

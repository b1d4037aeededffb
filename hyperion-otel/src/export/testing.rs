//! Instruments of the OpenTelemetry API, as a reader sees them.

use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, MeterProviderBuilder, SdkMeterProvider, Stream,
};

use super::Reader;

/// The points after `record` has used the meter of a library.
pub(super) fn sdk_metrics(record: impl FnOnce(&Meter)) -> ResourceMetrics {
    collected(SdkMeterProvider::builder(), record)
}

/// A histogram whose buckets nobody chose, without a resource.
pub(super) fn exponential_metrics() -> ResourceMetrics {
    let exponential = Aggregation::Base2ExponentialHistogram {
        max_size: 160,
        max_scale: 20,
        record_min_max: true,
    };
    let view = move |_: &Instrument| {
        let stream = Stream::builder().with_aggregation(exponential.clone());
        stream.build().ok()
    };
    let builder = SdkMeterProvider::builder()
        .with_resource(Resource::builder_empty().build())
        .with_view(view);
    collected(builder, |meter| {
        meter.f64_histogram("their.sizes").build().record(1.5, &[]);
    })
}

fn collected(builder: MeterProviderBuilder, record: impl FnOnce(&Meter)) -> ResourceMetrics {
    let reader = Reader::default();
    let provider = builder.with_reader(reader.clone()).build();
    record(&provider.meter("a library"));
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    metrics
}

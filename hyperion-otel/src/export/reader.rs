//! The instruments that other code makes through the OpenTelemetry API.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use hyperion_runtime::metrics::snapshot::{Data, Snapshot};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{InstrumentKind, ManualReader, Pipeline, Temporality};

/// Given to an `SdkMeterProvider`, it reads that provider's instruments whenever somebody wants their values.
///
/// By default they are cumulative.
#[derive(Clone, Default)]
pub struct Reader(Arc<ManualReader>);

impl Reader {
    /// A reader of values that are counted from what `preference` makes of each kind of instrument.
    ///
    /// Deltas are counted from one reading to the next: whoever reads them must not lose them.
    pub fn new(preference: Temporality) -> Self {
        let reader = ManualReader::builder().with_temporality(preference);
        Self(Arc::new(reader.build()))
    }
}

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

/// The number of points of native metrics and of those of other code.
pub(crate) fn point_count(native: &Snapshot, sdk: &ResourceMetrics) -> u64 {
    let native = native.families.iter().map(|family| match &family.data {
        Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => points.len(),
        Data::Histogram(points) => points.len(),
    });
    let sdk = sdk.scope_metrics().flat_map(ScopeMetrics::metrics);
    let sdk = sdk.map(|metric| match metric.data() {
        AggregatedMetrics::F64(data) => points_of(data),
        AggregatedMetrics::U64(data) => points_of(data),
        AggregatedMetrics::I64(data) => points_of(data),
    });
    native.chain(sdk).map(|count| count as u64).sum()
}

fn points_of<T>(data: &MetricData<T>) -> usize {
    match data {
        MetricData::Gauge(gauge) => gauge.data_points().count(),
        MetricData::Sum(sum) => sum.data_points().count(),
        MetricData::Histogram(histogram) => histogram.data_points().count(),
        MetricData::ExponentialHistogram(histogram) => histogram.data_points().count(),
    }
}

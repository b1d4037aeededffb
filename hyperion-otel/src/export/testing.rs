//! Spans and metrics for tests of sinks.

use hyperion_runtime::backend::{Extra, Named, Records, Site};
use opentelemetry::InstrumentationScope;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, MeterProviderBuilder, SdkMeterProvider, Stream,
};
use opentelemetry_sdk::trace::SpanData;

use super::{ExportError, Reader, SpanBatch, SpanSink};

/// Sinks that are given spans in the form of the OpenTelemetry SDK, in which tests write them.
pub(super) trait ExportData: SpanSink {
    fn export_data(&mut self, spans: Vec<SpanData>) -> Result<(), ExportError> {
        let mut records = Records::default();
        for span in spans {
            add(&mut records, None, false, span);
        }
        let scope = InstrumentationScope::default();
        self.export(SpanBatch::new(&records, &scope, &[], 128))
    }
}

impl<S: SpanSink + ?Sized> ExportData for S {}

/// Adds a span that was made through OpenTelemetry's API, or else as one of `site`, which may have been renamed.
pub(super) fn add(
    records: &mut Records,
    site: Option<&'static Site>,
    is_renamed: bool,
    span: SpanData,
) {
    let named = site.is_none().then(|| Named {
        name: span.name.clone(),
        kind: span.span_kind,
        scope: span.instrumentation_scope,
    });
    let extra = Extra {
        named,
        status: span.status,
        name: is_renamed.then_some(span.name),
        start: Some(span.start_time),
        end: Some(span.end_time),
        events: span.events.events,
        links: span.links.links,
        dropped_attributes: span.dropped_attributes_count,
        dropped_events: span.events.dropped_count,
        dropped_links: span.links.dropped_count,
        ..Extra::default()
    };
    let parent = (span.parent_span_id, span.parent_span_is_remote);
    records.add(site, &span.span_context, parent, &span.attributes, extra);
}

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

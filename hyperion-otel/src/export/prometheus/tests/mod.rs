//! The page as Prometheus gets it.

mod bridged;
mod golden;
mod listener;
mod oracle;
mod page;
mod properties;
mod service;

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::reader::MetricReader;

use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, NumberPoint, NumberValue, Snapshot,
};

fn family(name: &'static str, unit: &'static str, data: Data) -> Family {
    Family {
        asynchronous: false,
        library: None,
        name: name.into(),
        description: format!("About {name}.").into(),
        unit: unit.into(),
        data,
    }
}

fn point(labels: &[(&'static str, &'static str)], value: NumberValue) -> NumberPoint {
    NumberPoint {
        start: None,
        exemplar: None,
        labels: labels
            .iter()
            .map(|&(name, value)| (name.into(), value.into()))
            .collect(),
        value,
    }
}

fn histogram(name: &'static str, buckets: [u64; 3], sum: f64) -> Family {
    let points = vec![HistogramPoint {
        start: None,
        exemplars: Vec::new(),
        labels: vec![("method".into(), "find".into())],
        bounds: Arc::from([0.005, 1.0]),
        buckets: buckets.into(),
        sum,
    }];
    family(name, "s", Data::Histogram(points))
}

fn snapshot(families: Vec<Family>) -> Snapshot {
    Snapshot {
        time: SystemTime::UNIX_EPOCH,
        families,
    }
}

fn counter(name: &'static str, value: u64) -> Family {
    family(
        name,
        "",
        Data::Counter(vec![point(&[], NumberValue::U64(value))]),
    )
}

fn gauge(name: &'static str, unit: &'static str, value: f64) -> Family {
    family(
        name,
        unit,
        Data::Gauge(vec![point(&[], NumberValue::F64(value))]),
    )
}

/// A provider with an instrument of each kind, read by `reader`.
fn provider(reader: impl MetricReader) -> SdkMeterProvider {
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", "shop"),
            KeyValue::new("host", "a\"b"),
        ])
        .build();
    let provider = SdkMeterProvider::builder()
        .with_reader(reader)
        .with_resource(resource)
        .build();
    let scope = InstrumentationScope::builder("a.library")
        .with_version("1.2")
        .with_attributes([
            KeyValue::new("team", "identity"),
            KeyValue::new("name", "ignored"),
        ])
        .build();
    let meter = provider.meter_with_scope(scope);
    let labels = [KeyValue::new("b", 1), KeyValue::new("a.b", "x")];
    meter
        .u64_counter("their.requests")
        .with_description("Requests.")
        .build()
        .add(5, &labels);
    meter
        .i64_up_down_counter("their.queue")
        .with_unit("By")
        .build()
        .add(-1, &labels);
    meter
        .f64_gauge("their.load")
        .with_unit("1")
        .build()
        .record(0.5, &[]);
    let durations = meter
        .f64_histogram("their.duration")
        .with_unit("s")
        .with_boundaries(vec![1.0, 2.0])
        .build();
    durations.record(0.5, &[]);
    durations.record(9.0, &[]);
    provider
}

/// A page that stays the same when this package gets another version.
fn without_version(page: &str) -> String {
    page.replace(
        concat!("otel_scope_version=\"", env!("CARGO_PKG_VERSION"), "\""),
        "otel_scope_version=\"[version]\"",
    )
}

//! Whatever headers a request has, they are read or left alone, and what is sent on says the same.

#![no_main]

use arbitrary::Arbitrary;
use hyperion_otel::Telemetry;
use hyperion_otel::config::{Config, MetricExporter, Propagator, TraceExporter};
use hyperion_runtime::propagation::{extract, inject};
use libfuzzer_sys::fuzz_target;
use opentelemetry::Context;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TELEMETRY: LazyLock<Telemetry> = LazyLock::new(|| {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    config.logs.enabled = false;
    config.propagation.propagators = vec![
        Propagator::Jaeger,
        Propagator::B3,
        Propagator::B3Multi,
        Propagator::TraceContext,
        Propagator::Baggage,
    ];
    let builder = hyperion_otel::builder().config(config);
    builder.install().expect("nothing else is installed")
});

#[derive(Arbitrary, Debug)]
enum Name {
    Traceparent,
    Tracestate,
    Baggage,
    B3,
    TraceId,
    SpanId,
    Sampled,
    Flags,
    UberTraceId,
}

impl Name {
    fn text(&self) -> &'static str {
        match self {
            Self::Traceparent => "traceparent",
            Self::Tracestate => "TraceState",
            Self::Baggage => "baggage",
            Self::B3 => "b3",
            Self::TraceId => "X-B3-TraceId",
            Self::SpanId => "X-B3-SpanId",
            Self::Sampled => "X-B3-Sampled",
            Self::Flags => "X-B3-Flags",
            Self::UberTraceId => "uber-trace-id",
        }
    }
}

/// The headers that a service sends on which has read these.
fn handed_on(headers: &[(&str, &str)]) -> BTreeMap<String, String> {
    let read = extract(&headers);
    let _attached = read.__in(&Context::new()).attach();
    let mut sent = BTreeMap::new();
    inject(&mut sent);
    sent
}

fuzz_target!(|headers: Vec<(Name, &str)>| {
    LazyLock::force(&TELEMETRY);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.text(), *value)).collect();
    let mut sent = handed_on(&headers);
    for value in sent.values() {
        assert!(value.len() <= 8192 && value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    }
    let again: Vec<_> = sent.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut sent_again = handed_on(&again);
    // Its entries are in no order, and an escape in a property is undone each time.
    sent.remove("baggage");
    sent_again.remove("baggage");
    assert_eq!(sent, sent_again);
});

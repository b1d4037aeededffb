//! Telemetry that keeps what it is given, for tests of one process.

// Each test file is a program of its own and uses what it needs.
#![allow(dead_code)]

pub(crate) mod lines;
pub(crate) mod shown;

use hyperion::config::Config;
use hyperion::export::{ExportError, MetricSink};
use hyperion::snapshot::{Data, HistogramPoint, NumberPoint, NumberValue, Snapshot};
use hyperion::{Builder, Telemetry};
use opentelemetry::trace::{FutureExt, SpanId, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, Value, global};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SpanData};
use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// Long enough for any machine; what is waited for comes at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The telemetry of this process, and where its spans and metrics are kept.
pub(crate) struct Kept {
    pub(crate) telemetry: Telemetry,
    spans: InMemorySpanExporter,
    metrics: KeptMetrics,
}

/// Keeps the last metrics that it was given.
#[derive(Clone, Default)]
pub(crate) struct KeptMetrics(Arc<Mutex<Option<Snapshot>>>);

impl MetricSink for KeptMetrics {
    fn export(&mut self, native: &Snapshot, _sdk: &ResourceMetrics) -> Result<(), ExportError> {
        *self.0.lock().unwrap() = Some(native.clone());
        Ok(())
    }
}

/// The telemetry of this process, installed when it is first asked for.
pub(crate) fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| install(Config::default()))
}

/// Installs telemetry that keeps what it is given.
pub(crate) fn install(config: Config) -> Kept {
    install_with(config, |builder| builder)
}

/// The same, with more that is chosen in code.
pub(crate) fn install_with(mut config: Config, choose: impl FnOnce(Builder) -> Builder) -> Kept {
    config.logs.enabled = false;
    let (spans, metrics) = (InMemorySpanExporter::default(), KeptMetrics::default());
    let telemetry = choose(builder(config, &spans, &metrics))
        .install()
        .expect("telemetry is installed once");
    Kept {
        telemetry,
        spans,
        metrics,
    }
}

fn builder(config: Config, spans: &InMemorySpanExporter, metrics: &KeptMetrics) -> Builder {
    hyperion::builder()
        .config(config)
        .span_exporter(spans.clone())
        .metric_sink(metrics.clone())
}

impl Kept {
    /// Every span that has ended.
    pub(crate) fn all_spans(&self) -> Vec<SpanData> {
        assert!(self.telemetry.flush(PATIENCE), "everything is exported");
        self.spans.get_finished_spans().expect("the exporter works")
    }

    /// The spans of one trace.
    pub(crate) fn spans_of(&self, trace: TraceId) -> Vec<SpanData> {
        self.all_spans()
            .into_iter()
            .filter(|span| span.span_context.trace_id() == trace)
            .collect()
    }

    /// Every native metric.
    pub(crate) fn snapshot(&self) -> Snapshot {
        assert!(self.telemetry.flush(PATIENCE), "everything is exported");
        self.metrics
            .0
            .lock()
            .unwrap()
            .clone()
            .expect("metrics were exported")
    }

    /// The durations of calls of a method that ended in one way.
    pub(crate) fn calls(
        &self,
        component: &str,
        method: &str,
        outcome: &str,
    ) -> Vec<HistogramPoint> {
        let families = self.snapshot().families;
        let Some(family) = families
            .into_iter()
            .find(|family| family.name == "hyperion.call.duration")
        else {
            return Vec::new();
        };
        let Data::Histogram(points) = family.data else {
            panic!("durations are a histogram");
        };
        let wanted = [
            ("component", component),
            ("method", method),
            ("outcome", outcome),
        ];
        let carries = |point: &HistogramPoint, (key, value): &(&str, &str)| {
            point
                .labels
                .iter()
                .any(|label| label.0 == *key && label.1 == *value)
        };
        points
            .into_iter()
            .filter(|point| wanted.iter().all(|label| carries(point, label)))
            .collect()
    }

    /// Returns the number of calls of a method that are running.
    pub(crate) fn active(&self, component: &str, method: &str) -> i64 {
        let family = self
            .snapshot()
            .families
            .into_iter()
            .find(|family| family.name == "hyperion.call.active")
            .expect("calls in flight are counted");
        let Data::UpDownCounter(points) = family.data else {
            panic!("calls in flight are an up-down counter");
        };
        let labels = [
            ("component".into(), component.to_owned().into()),
            ("method".into(), method.to_owned().into()),
        ];
        match points.iter().find(|point| point.labels == labels) {
            Some(NumberPoint {
                value: NumberValue::I64(value),
                ..
            }) => *value,
            other => panic!("a count of {component}.{method}, found {other:?}"),
        }
    }

    /// Returns the number of calls of a method that ended in one way.
    pub(crate) fn count(&self, component: &str, method: &str, outcome: &str) -> u64 {
        self.calls(component, method, outcome)
            .iter()
            .map(HistogramPoint::count)
            .sum()
    }
}

/// A trace that a test begins.
pub(crate) struct Root {
    context: Context,
}

impl Root {
    fn new() -> Self {
        kept();
        let span = global::tracer("test").start("root");
        Self {
            context: Context::new().with_span(span),
        }
    }

    fn finish(self) -> Vec<SpanData> {
        let trace = self.context.span().span_context().trace_id();
        self.context.span().end();
        let mut spans = kept().spans_of(trace);
        spans.retain(|span| span.name != "root");
        // Those of one thread come in order, those of several as the collector finds them.
        spans.sort_by_key(|span| span.end_time);
        spans
    }
}

/// Runs `call`, and returns its result and the spans it made, in the order in which they ended.
pub(crate) fn spans_in<T>(call: impl FnOnce() -> T) -> (T, Vec<SpanData>) {
    let root = Root::new();
    let attached = root.context.clone().attach();
    let output = call();
    drop(attached);
    (output, root.finish())
}

/// Awaits `future`, and returns its output and the spans it made, in the order in which they ended.
pub(crate) async fn spans_in_async<T>(future: impl Future<Output = T>) -> (T, Vec<SpanData>) {
    let root = Root::new();
    let output = future.with_context(root.context.clone()).await;
    (output, root.finish())
}

/// The one span of this name.
#[track_caller]
pub(crate) fn span<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    let mut found = spans.iter().filter(|span| span.name == name);
    match (found.next(), found.next()) {
        (Some(span), None) => span,
        (None, _) => panic!("no span `{name}` among {:?}", names(spans)),
        (Some(_), Some(_)) => panic!("more than one span `{name}` among {:?}", names(spans)),
    }
}

pub(crate) fn names(spans: &[SpanData]) -> Vec<&str> {
    spans.iter().map(|span| &*span.name).collect()
}

/// The value of an attribute, if the span has it.
pub(crate) fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    span.attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == key)
        .map(|attribute| &attribute.value)
}

/// The value of an attribute as text.
#[track_caller]
pub(crate) fn text(span: &SpanData, key: &str) -> String {
    match attribute(span, key) {
        Some(value) => value.to_string(),
        None => panic!("span `{}` has no `{key}`: {:?}", span.name, span.attributes),
    }
}

pub(crate) fn id(span: &SpanData) -> SpanId {
    span.span_context.span_id()
}

//! The settings of spans.

use std::collections::BTreeMap;
use std::time::Duration;

use super::choice::Choice;
use super::otlp::Otlp;
use hyperion_runtime::level::LevelFilter;

// What decides about spans while they are recorded is the same type where it is configured.
pub use hyperion_runtime::backend::{ContextMode, ExceptionSignal, Sampler, SpanLimits};

/// The settings of spans: which are recorded, how much of them, and where they go.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tracing {
    /// True if spans are recorded, as by default.
    ///
    /// File: `tracing.enabled`. Environment: false if `OTEL_SDK_DISABLED` is `true`.
    pub enabled: bool,
    /// The destination of spans; OTLP by default.
    ///
    /// File: `tracing.exporter`. Environment: `OTEL_TRACES_EXPORTER`.
    pub exporter: TraceExporter,
    /// The settings of OTLP.
    pub otlp: Otlp,
    /// The sampler, which decides for each trace if it is recorded.
    ///
    /// File: `tracing.sample_rate`, and `tracing.sampler` for those that do not ask the caller. Environment:
    /// `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
    pub sampler: Sampler,
    /// The most detailed level of calls that are recorded; [`LevelFilter::Info`] by default.
    ///
    /// It counts for the metrics of a call as well. File: `tracing.level`. Environment: `HYPERION_LEVEL`, as in
    /// `HYPERION_LEVEL=warn,UserRepository=debug`.
    pub level: LevelFilter,
    /// Other levels for calls of these components, by the name that `#[observe]` gives them.
    ///
    /// File: `tracing.components`. Environment: `HYPERION_LEVEL`, which adds to them.
    pub components: BTreeMap<String, LevelFilter>,
    /// The destination of the exception of a failed call: its span, by default.
    ///
    /// File: `tracing.exceptions`. Environment: `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`, which is `logs`, or `logs/dup` for
    /// [`Both`](ExceptionSignal::Both).
    pub exceptions: ExceptionSignal,
    /// The part of OpenTelemetry's context in the spans of calls: `full`, by default, or `own`.
    ///
    /// File: `tracing.context`.
    pub context: ContextMode,
    /// The spans there are beside those of OpenTelemetry's API: those of observed calls, by default, or also those of the crate
    /// `tracing`, up to [`level`](Self::level).
    ///
    /// It needs the feature `logs`, and takes a [`context`](Self::context) that is `full`.
    ///
    /// File: `tracing.spans`. Environment: `HYPERION_SPANS`.
    pub spans: SpanSource,
    /// Attributes that every span gets.
    ///
    /// File: `tracing.attributes`.
    pub attributes: BTreeMap<String, String>,
    /// The keys of [baggage](https://www.w3.org/TR/baggage/) that become attributes of spans, also of those that others start
    /// through OpenTelemetry, where they are set when the span starts; none by default.
    ///
    /// It is for keys that are known not to be secret.
    ///
    /// File: `tracing.baggage`.
    pub baggage: Vec<String>,
    /// The batches in which spans are sent.
    pub batch: Batch,
    /// The most that one span may hold.
    pub limits: SpanLimits,
}

impl Default for Tracing {
    fn default() -> Self {
        Self {
            enabled: true,
            exporter: TraceExporter::Otlp,
            otlp: Otlp::default(),
            sampler: Sampler::ParentBasedAlwaysOn,
            level: LevelFilter::Info,
            components: BTreeMap::new(),
            exceptions: ExceptionSignal::Events,
            context: ContextMode::Full,
            spans: SpanSource::Observed,
            attributes: BTreeMap::new(),
            baggage: Vec::new(),
            batch: Batch::default(),
            limits: SpanLimits::default(),
        }
    }
}

impl Tracing {
    /// Returns true if spans are sent over OTLP, so that [`otlp`](Self::otlp) matters.
    pub fn sends_otlp(&self) -> bool {
        self.enabled && matches!(self.exporter, TraceExporter::Otlp | TraceExporter::Jaeger)
    }
}

/// A destination of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceExporter {
    /// `otlp`: to an OpenTelemetry Collector or anything else that takes OTLP.
    Otlp,
    /// `jaeger`: to Jaeger, which takes OTLP on the ports that OTLP has by default.
    Jaeger,
    /// `console`: printed as trees, for people.
    Console,
    /// `none`: spans carry context to callees and logs, and are then dropped.
    None,
}

impl Choice for TraceExporter {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("otlp", Self::Otlp),
        ("jaeger", Self::Jaeger),
        ("console", Self::Console),
        ("none", Self::None),
    ];
}

/// The spans that are recorded beside those of OpenTelemetry's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanSource {
    /// `observed`: those of observed calls.
    Observed,
    /// `all`: those of the crate `tracing`, too: of `#[tracing::instrument]`, `info_span!` and so on, also in libraries.
    All,
}

impl Choice for SpanSource {
    const NAMES: &'static [(&'static str, Self)] =
        &[("observed", Self::Observed), ("all", Self::All)];
}

impl Choice for LevelFilter {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("off", Self::Off),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];
}

/// The words for samplers; a ratio has no value yet.
impl Choice for Sampler {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("always_on", Self::AlwaysOn),
        ("always_off", Self::AlwaysOff),
        ("traceidratio", Self::Ratio(1.0)),
        ("parentbased_always_on", Self::ParentBasedAlwaysOn),
        ("parentbased_always_off", Self::ParentBasedAlwaysOff),
        ("parentbased_traceidratio", Self::ParentBasedRatio(1.0)),
    ];
}

/// The sampler with `ratio`, or nothing if it has no use for one.
pub(super) fn with_ratio(sampler: Sampler, ratio: f64) -> Option<Sampler> {
    match sampler {
        Sampler::Ratio(_) => Some(Sampler::Ratio(ratio)),
        Sampler::ParentBasedRatio(_) => Some(Sampler::ParentBasedRatio(ratio)),
        _ => None,
    }
}

impl Choice for ContextMode {
    const NAMES: &'static [(&'static str, Self)] = &[("full", Self::Full), ("own", Self::Own)];
}

impl Choice for ExceptionSignal {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("events", Self::Events),
        ("logs", Self::Logs),
        ("both", Self::Both),
    ];
}

/// The words of the variable, which knows no way back to the default.
#[derive(Clone, Copy)]
pub(super) struct ExceptionOptIn(pub(super) ExceptionSignal);

impl Choice for ExceptionOptIn {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("logs", Self(ExceptionSignal::Logs)),
        ("logs/dup", Self(ExceptionSignal::Both)),
    ];
}

/// The batches in which spans, or log records, are sent, gathered as by the [batching processor] of the specification.
///
/// The keys and variables of spans stand at the fields. Those of log records are called the same under `logs.batch`, and begin with
/// `OTEL_BLRP_`.
///
/// [batching processor]: https://opentelemetry.io/docs/specs/otel/trace/sdk/#batching-processor
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The most spans that wait, beside some 80 that each thread has in hand, at least 1; 2048 by default. A span that ends
    /// while the queue is full is dropped and counted.
    ///
    /// File: `tracing.batch.max_queue_size`. Environment: `OTEL_BSP_MAX_QUEUE_SIZE`.
    pub max_queue_size: u32,
    /// The most spans in one request, from 1 to [`max_queue_size`](Self::max_queue_size); 512 by default.
    ///
    /// File: `tracing.batch.max_export_batch_size`. Environment: `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
    pub max_export_batch_size: u32,
    /// The longest time that a span waits for others; 5 s by default.
    ///
    /// File: `tracing.batch.schedule_delay`. Environment: `OTEL_BSP_SCHEDULE_DELAY`, in milliseconds.
    pub schedule_delay: Duration,
    /// The longest time for the export of a batch, retries included; 30 s by default, [`NO_LIMIT`](super::NO_LIMIT) for
    /// a variable that says 0.
    ///
    /// File: `tracing.batch.export_timeout`. Environment: `OTEL_BSP_EXPORT_TIMEOUT`, in milliseconds.
    pub export_timeout: Duration,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            max_queue_size: 2048,
            max_export_batch_size: 512,
            schedule_delay: Duration::from_secs(5),
            export_timeout: Duration::from_secs(30),
        }
    }
}

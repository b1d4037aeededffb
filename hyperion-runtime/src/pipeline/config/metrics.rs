//! What becomes of metrics.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::choice::Choice;
use super::otlp::Otlp;

/// What becomes of metrics.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metrics {
    /// Whether metrics are recorded; true by default.
    ///
    /// File: `metrics.enabled`. Environment: false if `OTEL_SDK_DISABLED` is `true`.
    pub enabled: bool,
    /// Where metrics go; OTLP by default.
    ///
    /// File: `metrics.exporter`. Environment: `OTEL_METRICS_EXPORTER`.
    pub exporter: MetricExporter,
    /// How OTLP is spoken.
    pub otlp: Otlp,
    /// Which measurements are kept as exemplars; those made in a sampled span by default.
    ///
    /// File: `metrics.exemplars`. Environment: `OTEL_METRICS_EXEMPLAR_FILTER`.
    pub exemplars: ExemplarFilter,
    /// The time from one export to the next, for exporters that send by themselves; 60 s by default.
    ///
    /// File: `metrics.interval`. Environment: `OTEL_METRIC_EXPORT_INTERVAL`, in milliseconds.
    pub interval: Duration,
    /// The address that the Prometheus exporter listens on; 127.0.0.1 by default, so that nobody outside this host
    /// can read it. `0.0.0.0` or `::` is every address.
    ///
    /// File: `metrics.host`. Environment: `OTEL_EXPORTER_PROMETHEUS_HOST`.
    pub host: IpAddr,
    /// The port that the Prometheus exporter listens on; 9464 by default, 0 for any that is free.
    ///
    /// File: `metrics.port`. Environment: `HYPERION_METRICS_PORT`, else `OTEL_EXPORTER_PROMETHEUS_PORT`.
    pub port: u16,
    /// The path that the Prometheus exporter answers; `/metrics` by default.
    ///
    /// File: `metrics.path`.
    pub path: String,
    /// First part of every metric's name in Prometheus, for example `shop` in `shop_users_lookups_total`.
    ///
    /// File: `metrics.namespace`.
    pub namespace: Option<String>,
    /// Second part of every metric's name in Prometheus, for example `users` in `shop_users_lookups_total`.
    ///
    /// File: `metrics.subsystem`.
    pub subsystem: Option<String>,
    /// Whether the process and its Tokio runtimes are measured too; false by default. It needs the feature `process`.
    ///
    /// File: `metrics.collect_runtime`. Environment: `HYPERION_METRICS_COLLECT_RUNTIME`.
    ///
    #[doc = include_str!("../../process/metrics.md")]
    pub collect_runtime: bool,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            enabled: true,
            exporter: MetricExporter::Otlp,
            otlp: Otlp::default(),
            exemplars: ExemplarFilter::TraceBased,
            interval: Duration::from_secs(60),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 9464,
            path: "/metrics".to_owned(),
            namespace: None,
            subsystem: None,
            collect_runtime: false,
        }
    }
}

impl Metrics {
    /// Whether metrics are sent over OTLP, so that [`otlp`](Self::otlp) matters.
    pub fn sends_otlp(&self) -> bool {
        self.enabled && self.exporter == MetricExporter::Otlp
    }
}

/// Where metrics go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricExporter {
    /// `otlp`: sent to an OpenTelemetry Collector or anything else that takes OTLP.
    Otlp,
    /// `prometheus`: served on [`host`](Metrics::host), [`port`](Metrics::port) and [`path`](Metrics::path).
    Prometheus,
    /// `console`: printed as a table, for people.
    Console,
    /// `none`: recorded, for a reader of the program's own.
    None,
}

impl Choice for MetricExporter {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("otlp", Self::Otlp),
        ("prometheus", Self::Prometheus),
        ("console", Self::Console),
        ("none", Self::None),
    ];
}

/// Which measurements are kept as exemplars
/// ([specification](https://opentelemetry.io/docs/specs/otel/metrics/sdk/#exemplarfilter)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExemplarFilter {
    /// `trace_based`: those made in a sampled span.
    TraceBased,
    /// `always_on`: all, also those that no span is known of.
    AlwaysOn,
    /// `always_off`: none.
    AlwaysOff,
}

impl Choice for ExemplarFilter {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("trace_based", Self::TraceBased),
        ("always_on", Self::AlwaysOn),
        ("always_off", Self::AlwaysOff),
    ];
}

//! The settings of metrics.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

pub use opentelemetry_sdk::metrics::Temporality;

use super::choice::Choice;
use super::otlp::Otlp;

/// The settings of metrics: which are recorded, and how they are sent or served.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the file that has nothing to do with the others"
)]
pub struct Metrics {
    /// True if metrics are recorded, as by default.
    ///
    /// File: `metrics.enabled`. Environment: false if `OTEL_SDK_DISABLED` is `true`.
    pub enabled: bool,
    /// The destination of metrics; OTLP by default.
    ///
    /// File: `metrics.exporter`. Environment: `OTEL_METRICS_EXPORTER`.
    pub exporter: MetricExporter,
    /// The settings of OTLP.
    pub otlp: Otlp,
    /// The measurements that are kept as exemplars; by default those made in a sampled span.
    ///
    /// File: `metrics.exemplars`. Environment: `OTEL_METRICS_EXEMPLAR_FILTER`.
    pub exemplars: ExemplarFilter,
    /// The time from one export to the next, for exporters that send by themselves; 60 s by default.
    ///
    /// File: `metrics.interval`. Environment: `OTEL_METRIC_EXPORT_INTERVAL`, in milliseconds.
    pub interval: Duration,
    /// The longest time for one export over OTLP, retries included; 30 s by default, [`NO_LIMIT`](super::NO_LIMIT) for a
    /// variable that says 0. Of this and the [`timeout`](Otlp::timeout) of OTLP the shorter one counts.
    ///
    /// File: `metrics.export_timeout`. Environment: `OTEL_METRIC_EXPORT_TIMEOUT`, in milliseconds.
    pub export_timeout: Duration,
    /// The [preference] for what values that are sent over OTLP are counted from; `cumulative` by default: from the start,
    /// so that an export that is lost costs nothing but detail. With `delta` counters and histograms are counted from the
    /// last export that arrived, and with `lowmemory` all of them but observable counters.
    ///
    /// [preference]: https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/#additional-environment-variable-configuration
    ///
    /// File: `metrics.temporality`. Environment: `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
    pub temporality: Temporality,
    /// True if the Prometheus exporter has a listener of its own, as by default. Without one the program mounts the page
    /// on its own server, with [`Telemetry::metrics_service`](crate::pipeline::Telemetry::metrics_service).
    ///
    /// File: `metrics.listen`.
    pub listen: bool,
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
    /// First part of the names that the program's own metrics have in Prometheus, for example `shop` in `shop_users_lookups_total`.
    ///
    /// Metrics of the process and of its runtimes, and those of other libraries, keep the names that every program has.
    ///
    /// File: `metrics.namespace`.
    pub namespace: Option<String>,
    /// Second part of the names that the program's own metrics have in Prometheus, for example `users` in `shop_users_lookups_total`.
    ///
    /// File: `metrics.subsystem`.
    pub subsystem: Option<String>,
    /// True if the process and its Tokio runtimes are measured too; false by default. It needs the feature `process`.
    ///
    /// File: `metrics.collect_runtime`. Environment: `HYPERION_METRICS_COLLECT_RUNTIME`.
    ///
    #[doc = include_str!("../process/metrics.md")]
    pub collect_runtime: bool,
    /// True if the Prometheus exporter says of each counter and histogram when it began, in a series `…_created`; false
    /// by default. Only the format `OpenMetrics` has them, and Prometheus keeps each as one more series unless it runs
    /// with `--enable-feature=created-timestamp-zero-ingestion`, which is what they are good for.
    ///
    /// File: `metrics.created_series`.
    pub created_series: bool,
    /// True if each series in Prometheus has the labels `otel_scope_name` and `otel_scope_version`, which say what made its
    /// instrument, as the specification has it; true by default. Without them series of two libraries that have the same name
    /// and labels cannot stand beside each other: the second is left out, and the page says so.
    ///
    /// File: `metrics.scope_labels`.
    pub scope_labels: bool,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            enabled: true,
            exporter: MetricExporter::Otlp,
            otlp: Otlp::default(),
            exemplars: ExemplarFilter::TraceBased,
            interval: Duration::from_secs(60),
            export_timeout: Duration::from_secs(30),
            temporality: Temporality::Cumulative,
            listen: true,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 9464,
            path: "/metrics".to_owned(),
            namespace: None,
            subsystem: None,
            collect_runtime: false,
            created_series: false,
            scope_labels: true,
        }
    }
}

impl Metrics {
    /// Returns true if metrics are sent over OTLP, so that [`otlp`](Self::otlp) matters.
    pub fn sends_otlp(&self) -> bool {
        self.enabled && self.exporter == MetricExporter::Otlp
    }
}

/// A destination of metrics.
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

/// The measurements that are kept as exemplars
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

impl Choice for Temporality {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("cumulative", Self::Cumulative),
        ("delta", Self::Delta),
        ("lowmemory", Self::LowMemory),
    ];
}

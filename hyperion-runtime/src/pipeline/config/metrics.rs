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
    /// The time from one export to the next, for exporters that send by themselves; 60 s by default.
    ///
    /// File: `metrics.interval`. Environment: `OTEL_METRIC_EXPORT_INTERVAL`, in milliseconds.
    pub interval: Duration,
    /// Whether the Prometheus exporter has a listener of its own; true by default. Without one the program mounts the
    /// page on its own server, with [`Telemetry::metrics_service`](crate::pipeline::Telemetry::metrics_service).
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
    /// First part of every metric's name in Prometheus, for example `shop` in `shop_users_lookups_total`.
    ///
    /// File: `metrics.namespace`.
    pub namespace: Option<String>,
    /// Second part of every metric's name in Prometheus, for example `users` in `shop_users_lookups_total`.
    ///
    /// File: `metrics.subsystem`.
    pub subsystem: Option<String>,
    /// Whether the Prometheus exporter says of each counter and histogram when it began, in a series `…_created`; false
    /// by default. Only the format `OpenMetrics` has them, and Prometheus keeps each as one more series unless it runs
    /// with `--enable-feature=created-timestamp-zero-ingestion`, which is what they are good for.
    ///
    /// File: `metrics.created_series`.
    pub created_series: bool,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            enabled: true,
            exporter: MetricExporter::Otlp,
            otlp: Otlp::default(),
            interval: Duration::from_secs(60),
            listen: true,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 9464,
            path: "/metrics".to_owned(),
            namespace: None,
            subsystem: None,
            created_series: false,
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

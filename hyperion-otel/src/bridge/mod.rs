//! Metrics of other libraries, out beside ours without being declared anew.
//!
//! A [`MetricSource`] is read whenever metrics are: for the page that Prometheus fetches, for OTLP and for the console. It is
//! what OpenTelemetry calls a
//! [`MetricProducer`](https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer).
//!
//! | library | source | feature |
//! |---|---|---|
//! | [`prometheus`](https://docs.rs/prometheus) 0.14 | its `Registry`: `prometheus::default_registry().clone()`, or one of the program's own | `bridge-prometheus` |
//! | [`prometheus-client`](https://docs.rs/prometheus-client) 0.26 | its `Registry`, also in an `Arc`, `Mutex` or `RwLock` | `bridge-prometheus-client` |
//! | [`metrics`](https://docs.rs/metrics) 0.24 | a `MetricsRecorder`, which is that facade's recorder, too | `bridge-metrics` |
//!
//! Prometheus finds these metrics under the names and with the labels that they have there, without `metrics.namespace` and
//! without labels of a scope, so that dashboards and alerts go on. Over OTLP their scope is the library. Of two metrics with one
//! name, ours stays, and of two sources the first that was added; what is left out is said on standard error and at the top of
//! the page, as is a value that its kind does not allow.

#[cfg(feature = "bridge-metrics")]
mod metrics;
#[cfg(feature = "bridge-prometheus")]
mod prometheus;
#[cfg(feature = "bridge-prometheus-client")]
mod prometheus_client;
mod sources;
#[cfg(test)]
mod tests;

#[cfg(feature = "bridge-metrics")]
pub use metrics::MetricsRecorder;
#[cfg(feature = "prometheus")]
pub(crate) use sources::Bridged;
pub(crate) use sources::Sources;

use hyperion_runtime::metrics::snapshot::Family;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Metrics that are kept elsewhere.
///
/// A closure is one, too:
///
/// ```
/// use hyperion::bridge::MetricSource;
/// use hyperion::snapshot::{Data, Family, NumberPoint, NumberValue};
///
/// fn pool_size() -> Vec<Family> {
///     let point = NumberPoint {
///         labels: vec![("pool".into(), "orders".into())],
///         start: None,
///         value: NumberValue::U64(8),
///         exemplar: None,
///     };
///     vec![Family {
///         name: "pool.size".into(),
///         description: "Connections of a pool.".into(),
///         unit: "{connection}".into(),
///         asynchronous: true,
///         library: None,
///         data: Data::Gauge(vec![point]),
///     }]
/// }
///
/// assert_eq!(pool_size.families().len(), 1);
/// let builder = hyperion::builder().metric_source(pool_size);
/// ```
pub trait MetricSource: Send + Sync {
    /// Reads the values of now, counted since their start.
    ///
    /// It runs on a thread of the exporter, one reading at a time. One that panics is left out this time, and of the page also one
    /// that takes longer than four seconds; before OTLP and the console it is waited for.
    fn families(&self) -> Vec<Family>;
}

impl<F> MetricSource for F
where
    F: Fn() -> Vec<Family> + Send + Sync,
{
    fn families(&self) -> Vec<Family> {
        self()
    }
}

impl<S: MetricSource + ?Sized> MetricSource for Arc<S> {
    fn families(&self) -> Vec<Family> {
        (**self).families()
    }
}

impl<S: MetricSource> MetricSource for Mutex<S> {
    fn families(&self) -> Vec<Family> {
        self.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .families()
    }
}

impl<S: MetricSource> MetricSource for RwLock<S> {
    fn families(&self) -> Vec<Family> {
        self.read()
            .unwrap_or_else(PoisonError::into_inner)
            .families()
    }
}

//! Metrics: fetched by Prometheus, or sent at intervals.

use super::Error;
use super::lost::Lost;
use super::process;
use super::report::{LastFailure, MetricAccount, MetricCounts};
#[cfg(not(feature = "prometheus"))]
use super::sinks::missing;
use super::worker::{Finishing, Flusher, Work, Worker};
use crate::bridge;
use crate::config::{ExemplarFilter, MetricExporter, Metrics as Config};
use crate::export::{MetricSink, Reader, catch_panic, point_count};
#[cfg(feature = "prometheus")]
use crate::export::{MetricsService, PrometheusExporter};
use hyperion_runtime::backend::{collect, diagnostics, state};
use hyperion_runtime::metrics::snapshot::Snapshot;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The instruments of others, and the output that serves or sends all metrics.
#[derive(Debug)]
pub(super) struct Metrics {
    provider: SdkMeterProvider,
    output: Output,
    exemplars: ExemplarFilter,
    account: Arc<MetricAccount>,
}

#[derive(Debug)]
enum Output {
    /// Served for Prometheus until this is dropped.
    #[cfg(feature = "prometheus")]
    Scraped(PrometheusExporter),
    Sent(Worker),
    /// Instruments work and nobody reads them.
    Unread,
}

/// The sources of metrics beside the instruments of the program.
pub(super) struct Sources {
    /// The process and its runtimes, if they are wanted.
    pub(super) process: Option<process::Source>,
    /// Other libraries.
    pub(super) bridged: bridge::Sources,
}

impl Metrics {
    /// Starts serving or sending what native instruments hold, and what instruments of others hold that are made
    /// through OpenTelemetry's API.
    pub(super) fn start(
        config: &Config,
        sink: Option<Box<dyn MetricSink>>,
        resource: &Resource,
        lost: Lost,
        sources: Sources,
        last_failure: LastFailure,
    ) -> Result<Self, Error> {
        let Sources { process, bridged } = sources;
        let native = Arc::new(move || {
            let mut snapshot = collect();
            let process = process.iter().flat_map(|read| read());
            snapshot.families.extend(process);
            lost.add_to(snapshot)
        });
        let account = Arc::new(MetricAccount::default());
        let provider = SdkMeterProvider::builder().with_resource(resource.clone());
        let (provider, output) = match (sink, config.exporter) {
            (Some(sink), _) => {
                let reader = Reader::new(sink.temporality());
                let values = Values {
                    sink,
                    native,
                    bridged,
                    reader: reader.clone(),
                    account: Arc::clone(&account),
                    last_failure,
                };
                let worker = Worker::start("hyperion-metrics", config.interval, values)
                    .map_err(Error::Thread)?;
                (provider.with_reader(reader), Output::Sent(worker))
            }
            #[cfg(feature = "prometheus")]
            (None, MetricExporter::Prometheus) => {
                let pages = Arc::clone(&account);
                let native = Arc::new(move || {
                    pages.exports.fetch_add(1, Ordering::Relaxed);
                    native()
                });
                let (exporter, reader) = PrometheusExporter::start_beside(config, native, bridged)?;
                (provider.with_reader(reader), Output::Scraped(exporter))
            }
            #[cfg(not(feature = "prometheus"))]
            (None, MetricExporter::Prometheus) => {
                return Err(missing("prometheus", "metrics.exporter: prometheus"));
            }
            (None, _) => (provider, Output::Unread),
        };
        Ok(Self {
            provider: provider.build(),
            output,
            exemplars: config.exemplars,
            account,
        })
    }

    /// Has OpenTelemetry's API make its instruments here.
    pub(super) fn install(&self) {
        opentelemetry::global::set_meter_provider(self.provider.clone());
    }

    /// The bits of [`state`] for what is recorded.
    pub(super) fn recorded(&self, has_spans: bool) -> u8 {
        let exemplars = match self.exemplars {
            ExemplarFilter::TraceBased if has_spans => state::EXEMPLARS,
            ExemplarFilter::AlwaysOn => state::ALL_EXEMPLARS,
            ExemplarFilter::TraceBased | ExemplarFilter::AlwaysOff => 0,
        };
        state::METRICS | exemplars
    }

    /// The address at which Prometheus fetches the metrics, if it is to fetch them.
    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        match &self.output {
            #[cfg(feature = "prometheus")]
            Output::Scraped(exporter) => exporter.local_addr(),
            Output::Sent(_) | Output::Unread => None,
        }
    }

    /// The page that Prometheus fetches, if it is to fetch the metrics.
    #[cfg(feature = "prometheus")]
    pub(super) fn service(&self) -> Option<MetricsService> {
        match &self.output {
            Output::Scraped(exporter) => Some(exporter.service()),
            Output::Sent(_) | Output::Unread => None,
        }
    }

    /// Returns what has the values sent, if they are sent.
    pub(super) fn flusher(&self) -> Option<Flusher> {
        self.worker().map(Worker::flusher)
    }

    /// Has the last values sent, if they are sent, and returns what tells that it is done.
    pub(super) fn begin_shutdown(&self, deadline: Instant) -> Option<Finishing> {
        self.worker().map(|worker| worker.begin_shutdown(deadline))
    }

    /// The account of what left the process; `None` if nothing is to.
    pub(super) fn counts(&self) -> Option<MetricCounts> {
        match &self.output {
            #[cfg(feature = "prometheus")]
            Output::Scraped(_) => Some(self.account.counts(true)),
            Output::Sent(_) => Some(self.account.counts(false)),
            Output::Unread => None,
        }
    }

    fn worker(&self) -> Option<&Worker> {
        if let Output::Sent(worker) = &self.output {
            Some(worker)
        } else {
            None
        }
    }

    /// Lets go of the instruments of others.
    pub(super) fn finish(self) {
        // First, so that no scrape finds the instruments gone and tells of it.
        drop(self.output);
        // Its readers are ours and have nothing to send, so this returns at once.
        let _ = self.provider.shutdown();
    }
}

/// The values on their way to the sink.
struct Values {
    sink: Box<dyn MetricSink>,
    native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    bridged: bridge::Sources,
    reader: Reader,
    account: Arc<MetricAccount>,
    last_failure: LastFailure,
}

impl Work for Values {
    fn export_everything(&mut self) {
        let mut sdk = ResourceMetrics::default();
        // An observable instrument calls its owner's code, which may panic; the native metrics are sent all the same.
        let collected = catch_unwind(AssertUnwindSafe(|| self.reader.collect(&mut sdk)));
        if collected.is_err() {
            sdk = ResourceMetrics::default();
            diagnostics::warn_once(
                "metrics.callback",
                format_args!(
                    "a callback of an observable instrument panicked; metrics of the OpenTelemetry API are left out"
                ),
            );
        }
        let mut native = (self.native)();
        self.bridged.read().join(&mut native, &sdk);
        let points = point_count(&native, &sdk);
        let result = catch_panic(|| self.sink.export(&native, &sdk));
        let arrived = match &result {
            Ok(()) => Some(points),
            Err(error) => error
                .rejected()
                .map(|rejected| points.saturating_sub(rejected)),
        };
        let MetricAccount {
            exports, failed, ..
        } = &*self.account;
        let outcome = if arrived.is_some() { exports } else { failed };
        outcome.fetch_add(1, Ordering::Relaxed);
        let arrived = arrived.unwrap_or(0);
        self.account.points.fetch_add(arrived, Ordering::Relaxed);
        if let Err(error) = result {
            self.last_failure.set(format!("metrics: {error}"));
            diagnostics::warn_once(
                "metrics.export",
                format_args!(
                    "metrics cannot be exported: {error}; what is not lost is kept, and the next export makes up for it"
                ),
            );
        }
    }

    fn shutdown(&mut self, timeout: Duration) {
        self.sink.shutdown(timeout);
    }
}

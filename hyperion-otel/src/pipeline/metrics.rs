//! Metrics: fetched by Prometheus, or sent at intervals.

use super::Error;
use super::lost::Lost;
use super::process::Source;
#[cfg(not(feature = "prometheus"))]
use super::sinks::missing;
use crate::config::{ExemplarFilter, MetricExporter, Metrics as Config};
use crate::export::{ExportError, MetricSink, Reader};
#[cfg(feature = "prometheus")]
use crate::export::{MetricsService, PrometheusExporter};
use hyperion_runtime::backend::Losses;
use hyperion_runtime::backend::Panics;
use hyperion_runtime::backend::collect;
use hyperion_runtime::backend::diagnostics;
use hyperion_runtime::backend::state;
use hyperion_runtime::metrics::snapshot::Snapshot;
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

/// What serves or sends metrics.
#[derive(Debug)]
pub(super) struct Metrics {
    provider: SdkMeterProvider,
    output: Output,
    exemplars: ExemplarFilter,
}

#[derive(Debug)]
enum Output {
    /// Served for Prometheus until this is dropped.
    #[cfg(feature = "prometheus")]
    Scraped(PrometheusExporter),
    Sent(Sender<Command>),
    /// Instruments work and nobody reads them.
    Unread,
}

enum Command {
    Flush(Sender<()>),
    Shutdown { deadline: Instant, done: Sender<()> },
}

impl Metrics {
    /// Starts serving or sending what native instruments hold, and what instruments of others hold that are made
    /// through OpenTelemetry's API.
    pub(super) fn start(
        config: &Config,
        sink: Option<Box<dyn MetricSink>>,
        resource: &Resource,
        losses: Option<&'static Losses>,
        panics: Panics,
        process: Option<Source>,
    ) -> Result<Self, Error> {
        let lost = Lost {
            spans: losses,
            panics,
            start: SystemTime::now(),
        };
        let native = Arc::new(move || {
            let snapshot = with_process(collect(), process.as_ref());
            lost.add_to(snapshot)
        });
        let provider = SdkMeterProvider::builder().with_resource(resource.clone());
        let (provider, output) = match (sink, config.exporter) {
            (Some(sink), _) => {
                let reader = Reader::new(sink.temporality());
                let sender = Worker::start(config.interval, sink, native, reader.clone())?;
                (provider.with_reader(reader), Output::Sent(sender))
            }
            #[cfg(feature = "prometheus")]
            (None, MetricExporter::Prometheus) => {
                let (exporter, reader) = PrometheusExporter::start(config, native)?;
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
        })
    }

    /// Has OpenTelemetry's API make its instruments here.
    pub(super) fn install(&self) {
        opentelemetry::global::set_meter_provider(self.provider.clone());
    }

    /// What is recorded, as bits of [`state`].
    pub(super) fn recorded(&self, has_spans: bool) -> u8 {
        let exemplars = match self.exemplars {
            ExemplarFilter::TraceBased if has_spans => state::EXEMPLARS,
            ExemplarFilter::AlwaysOn => state::ALL_EXEMPLARS,
            ExemplarFilter::TraceBased | ExemplarFilter::AlwaysOff => 0,
        };
        state::METRICS | exemplars
    }

    /// Where Prometheus finds the metrics, if it is to fetch them.
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

    /// Sends what there is now. Tells whether that was done within `timeout`.
    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let Output::Sent(commands) = &self.output else {
            return true;
        };
        let (done, waiting) = mpsc::channel();
        commands.send(Command::Flush(done)).is_ok() && waiting.recv_timeout(timeout).is_ok()
    }

    /// Has the last values sent, and returns what tells that it is done.
    pub(super) fn begin_shutdown(&self, deadline: Instant) -> Receiver<()> {
        let (done, waiting) = mpsc::channel();
        if let Output::Sent(commands) = &self.output {
            let _ = commands.send(Command::Shutdown { deadline, done });
        } else {
            let _ = done.send(());
        }
        waiting
    }

    /// Lets go of the instruments of others.
    pub(super) fn finish(self) {
        // First, so that no scrape finds the instruments gone and tells of it.
        drop(self.output);
        // Its readers are ours and have nothing to send, so this returns at once.
        let _ = self.provider.shutdown();
    }
}

/// Adds what the process and its runtimes tell of themselves, if that is wanted.
fn with_process(mut snapshot: Snapshot, process: Option<&Source>) -> Snapshot {
    snapshot
        .families
        .extend(process.into_iter().flat_map(|read| read()));
    snapshot
}

/// Sends metrics at intervals, on a thread of its own.
struct Worker {
    sink: Box<dyn MetricSink>,
    native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    reader: Reader,
}

impl Worker {
    fn start(
        interval: Duration,
        sink: Box<dyn MetricSink>,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        reader: Reader,
    ) -> Result<Sender<Command>, Error> {
        let (commands, inbox) = mpsc::channel();
        let mut worker = Self {
            sink,
            native,
            reader,
        };
        std::thread::Builder::new()
            .name("hyperion-metrics".into())
            .spawn(move || {
                // What exporting does must not be recorded in its turn.
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                worker.run(interval, &inbox);
            })
            .map_err(Error::Thread)?;
        Ok(commands)
    }

    fn run(&mut self, interval: Duration, inbox: &Receiver<Command>) {
        let mut due = Instant::now() + interval;
        loop {
            match inbox.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(Command::Flush(done)) => {
                    self.export();
                    let _ = done.send(());
                }
                Ok(Command::Shutdown { deadline, done }) => {
                    self.export();
                    self.sink
                        .shutdown(deadline.saturating_duration_since(Instant::now()));
                    let _ = done.send(());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.export();
                    due = Instant::now() + interval;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn export(&mut self) {
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
        let native = (self.native)();
        let sent = catch_unwind(AssertUnwindSafe(|| self.sink.export(&native, &sdk)))
            .unwrap_or_else(|_| Err(ExportError::permanent("the exporter panicked")));
        if let Err(error) = sent {
            diagnostics::warn_once(
                "metrics.export",
                format_args!(
                    "metrics cannot be exported: {error}; what is not lost is kept, and the next export makes up for it"
                ),
            );
        }
    }
}

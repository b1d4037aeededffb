//! Telemetry that runs.

use super::flush::Flush;
use super::fork;
use super::levels::Levels;
use super::logs::Logs;
use super::lost::all_lines;
use super::metrics::Metrics;
use super::report::{LastFailure, ShutdownReport};
use super::traces::Traces;
use super::worker::Finishing;
use crate::propagation;
use hyperion_runtime::backend::{Interceptors, Losses, diagnostics, interceptor, state, switch};
use opentelemetry::trace::noop::NoopTracerProvider;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The time in which a [`Telemetry`] that is dropped delivers what it holds.
const DROP_DEADLINE: Duration = Duration::from_secs(5);

/// One telemetry runs in a process at a time: the id of that process, or 0.
static RUNNING: AtomicU32 = AtomicU32::new(0);

/// Telemetry that runs until this is shut down or dropped.
///
/// In a child that the process makes by `fork` it does not run, and calls there record nothing, until the child installs
/// telemetry of its own.
///
/// ```no_run
/// use std::time::Duration;
///
/// fn main() -> Result<(), hyperion::Error> {
///     let telemetry = hyperion::init()?;
///     // … the program …
///     println!("{}", telemetry.shutdown(Duration::from_secs(5)));
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[must_use = "telemetry stops when this is dropped"]
pub struct Telemetry {
    traces: Option<Traces>,
    metrics: Option<Metrics>,
    logs: Option<Logs>,
    claim: Claim,
    last_failure: LastFailure,
}

/// The right to run telemetry in the process of this id.
#[derive(Debug)]
pub(super) struct Claim(u32);

impl Claim {
    /// Takes the right, unless it is taken.
    pub(super) fn take() -> Option<Self> {
        let process = std::process::id();
        let before = RUNNING.swap(process, Ordering::SeqCst);
        // What runs in the parent of this process does not run here.
        (before != process).then_some(Self(process))
    }
}

impl Claim {
    /// Returns false in a child of the process that the telemetry runs in.
    pub(super) fn is_here(&self) -> bool {
        self.0 == std::process::id()
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_here() {
            RUNNING.store(0, Ordering::SeqCst);
        }
    }
}

impl Telemetry {
    /// Switches recording on.
    pub(super) fn run(
        claim: Claim,
        traces: Option<Traces>,
        metrics: Option<Metrics>,
        logs: Option<Logs>,
        interceptors: Interceptors,
        last_failure: LastFailure,
    ) -> Self {
        let mut recorded = state::LINES;
        if let Some(traces) = &traces {
            traces.install();
            recorded |= state::SPANS;
        }
        if let Some(metrics) = &metrics {
            metrics.install();
            recorded |= metrics.recorded(traces.is_some());
        }
        if !interceptors.is_empty() {
            recorded |= state::INTERCEPTORS;
        }
        interceptor::install(interceptors);
        fork::turn_off_in_children();
        switch::record(recorded);
        Self {
            traces,
            metrics,
            logs,
            claim,
            last_failure,
        }
    }

    /// Delivers everything recorded until now, for example before a process is frozen. Returns true if that was done
    /// within `timeout`. It holds the thread; in asynchronous code [`flush_async`](Self::flush_async) does not.
    pub fn flush(&self, timeout: Duration) -> bool {
        self.all_signals().run(Instant::now() + timeout)
    }

    /// Delivers everything recorded until now without holding the thread. The future is true if that was done within `timeout`,
    /// and needs no runtime.
    ///
    /// It begins at once and goes on if the future is dropped, on a thread of its own that lives as long as it takes. It is what a
    /// function that is frozen between two invocations awaits before it answers:
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # async fn answer(telemetry: &hyperion::Telemetry) {
    /// if !telemetry.flush_async(Duration::from_secs(2)).await {
    ///     tracing::warn!("telemetry was not delivered in time; the next flush has it");
    /// }
    /// # }
    /// ```
    pub fn flush_async(&self, timeout: Duration) -> impl Future<Output = bool> + Send + 'static {
        let deadline = Instant::now() + timeout;
        self.all_signals().run_elsewhere(deadline)
    }

    /// A flush of all that runs: of nothing in a process that was forked from this one's.
    fn all_signals(&self) -> Flush {
        if !self.claim.is_here() {
            return Flush::default();
        }
        let traces = self.traces.as_ref();
        Flush {
            spans: traces.map(|traces| traces.collector.flusher()),
            logs: self.logs.as_ref().map(Logs::flusher),
            metrics: self.metrics.as_ref().and_then(Metrics::flusher),
        }
    }

    /// Changes which calls are on, by their level, while the program runs.
    ///
    /// ```
    /// use hyperion::LevelFilter;
    ///
    /// # fn main() -> Result<(), hyperion::Error> {
    /// # let mut config = hyperion::config::Config::default();
    /// # (config.tracing.exporter, config.metrics.enabled) = (hyperion::config::TraceExporter::None, false);
    /// # config.logs.enabled = false;
    /// let telemetry = hyperion::builder().config(config).install()?;
    /// telemetry.levels().set_component("UserRepository", LevelFilter::Debug);
    /// # Ok(())
    /// # }
    /// ```
    pub fn levels(&self) -> Levels {
        Levels::new()
    }

    /// The address at which Prometheus finds the metrics, if there is a listener for it.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(Metrics::local_addr)
    }

    /// The metrics page, to be mounted on a router of the program's own; none unless `metrics.exporter` is `prometheus`.
    ///
    /// With `metrics.listen: false` there is no other way to the page.
    ///
    /// ```no_run
    /// # struct Router;
    /// # impl Router {
    /// #     fn new() -> Self { Self }
    /// #     fn route_service<S>(self, _: &str, _: S) -> Self { self }
    /// # }
    /// # fn main() -> Result<(), hyperion::Error> {
    /// let telemetry = hyperion::init()?;
    /// let mut app = Router::new(); // of axum, for example
    /// if let Some(metrics) = telemetry.metrics_service() {
    ///     app = app.route_service("/metrics", metrics);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "prometheus")]
    pub fn metrics_service(&self) -> Option<crate::export::MetricsService> {
        self.metrics.as_ref().and_then(Metrics::service)
    }

    /// Stops recording, delivers what was recorded, and reports what arrived and what did not.
    ///
    /// Returns within `deadline`, also if the receiver is gone or hangs; what could not be delivered by then is lost and
    /// counted.
    pub fn shutdown(mut self, deadline: Duration) -> ShutdownReport {
        self.stop(deadline)
    }

    fn stop(&mut self, timeout: Duration) -> ShutdownReport {
        if !self.claim.is_here() {
            return self.leave_to_parent();
        }
        switch::record(0);
        interceptor::uninstall();
        propagation::uninstall();
        let deadline = Instant::now() + timeout;
        let (traces, metrics, logs) = (self.traces.take(), self.metrics.take(), self.logs.take());
        // Spans go first, as a person would read them, but a receiver that hangs must not use up the metrics' time.
        let stopping = traces
            .as_ref()
            .map(|traces| traces.collector.begin_shutdown(deadline));
        let stopping_logs = logs.as_ref().map(|logs| logs.begin_shutdown(deadline));
        let half = Instant::now() + timeout / 2;
        let is_early =
            |begun: &Finishing| begun.wait(half.saturating_duration_since(Instant::now()));
        let spans_early = stopping.as_ref().is_none_or(is_early);
        let logs_early = stopping_logs.as_ref().is_none_or(is_early);
        let last_metrics = metrics
            .as_ref()
            .and_then(|metrics| metrics.begin_shutdown(deadline));
        let left = || deadline.saturating_duration_since(Instant::now());
        let metrics_done = last_metrics.is_none_or(|metrics| metrics.wait(left()));
        let spans_done = spans_early || stopping.as_ref().is_none_or(|spans| spans.wait(left()));
        let logs_done = logs_early || stopping_logs.as_ref().is_none_or(|logs| logs.wait(left()));
        let records = logs.as_ref().map(|logs| logs.finish(logs_done));
        if let Some(traces) = &traces {
            traces.collector.finish(spans_done);
        }
        if traces.is_some() {
            opentelemetry::global::set_tracer_provider(NoopTracerProvider::new());
        }
        let metric_counts = metrics.as_ref().and_then(Metrics::counts);
        if let Some(metrics) = metrics {
            metrics.finish();
        }
        ShutdownReport {
            exported: traces
                .as_ref()
                .map_or(0, |traces| traces.collector.exported()),
            lost: traces
                .as_ref()
                .map_or([("", 0); 3], |traces| Losses::by_reason(traces.losses())),
            metrics: metric_counts,
            records,
            lines: all_lines(),
            last_failure: self.last_failure.get(),
            complete: spans_done && metrics_done && logs_done,
        }
    }
}

impl Telemetry {
    /// Forgets what runs in the parent of this process, since its threads are not here and its locks may be theirs.
    fn leave_to_parent(&mut self) -> ShutdownReport {
        std::mem::forget((self.traces.take(), self.metrics.take(), self.logs.take()));
        ShutdownReport {
            exported: 0,
            lost: [("", 0); 3],
            metrics: None,
            records: None,
            lines: None,
            last_failure: None,
            complete: true,
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if !self.claim.is_here() {
            self.leave_to_parent();
            return;
        }
        interceptor::uninstall();
        propagation::uninstall();
        if self.traces.is_some() || self.metrics.is_some() || self.logs.is_some() {
            let report = self.stop(DROP_DEADLINE);
            if report.spans_lost() > 0 || report.log_records_lost() > 0 || !report.is_complete() {
                diagnostics::warn(format_args!("{report}"));
            }
        }
    }
}

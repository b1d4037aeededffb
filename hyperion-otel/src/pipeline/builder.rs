//! The start of telemetry: from a configuration and parts chosen in code.

use super::announcement::{self, Chosen};
use super::logs::Logs;
use super::lost::Lost;
use super::metrics::{Metrics, Sources};
use super::process::{self, Runtimes};
use super::report::LastFailure;
use super::telemetry::{Claim, Telemetry};
use super::traces::Traces;
use super::{Error, levels, panic_hook, resource, sinks};
use crate::bridge::{self, MetricSource};
use crate::config::{Config, ExceptionSignal, SpanSource};
use crate::export::{MetricSink, SdkSpanSink, SpanSink};
use crate::propagation;
use hyperion_runtime::backend::{Interceptors, diagnostics};
use hyperion_runtime::interceptor::Interceptor;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter;
use std::time::SystemTime;

/// Starts telemetry as it is configured: by the file that `HYPERION_CONFIG` names, or else `hyperion.yaml` if there is
/// one, and by `OTEL_*` and `HYPERION_*` variables over it.
///
/// It is the first thing that `main` does: what is logged and called before it, nobody hears of. One line on standard error
/// says what was set up, unless [`announce`](Config::announce) is `false`. In a build without the feature `otel` there is an
/// `init`, too, so that a library's tests and a program without telemetry compile; it says on standard error that it does
/// nothing.
///
/// # Errors
///
/// See [`Error`]; nothing is installed then.
pub fn init() -> Result<Telemetry, Error> {
    builder().install()
}

/// Starts telemetry with parts chosen in code.
///
/// ```
/// use hyperion::config::{Config, MetricExporter};
/// use opentelemetry_sdk::trace::InMemorySpanExporter;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), hyperion::Error> {
/// let mut config = Config::default();
/// config.metrics.exporter = MetricExporter::None;
/// let spans = InMemorySpanExporter::default();
/// let telemetry = hyperion::builder()
///     .config(config)
///     .service_name("users")
///     .span_exporter(spans.clone())
///     .install()?;
/// # telemetry.shutdown(Duration::from_secs(1));
/// # Ok(())
/// # }
/// ```
pub fn builder() -> Builder {
    Builder::default()
}

/// Parts of telemetry that are chosen in code; see [`builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until `install` is called"]
pub struct Builder {
    source: Source,
    service_name: Option<String>,
    service_version: Option<String>,
    span_sink: Option<MakeSpanSink>,
    metric_sink: Option<Box<dyn MetricSink>>,
    metric_sources: bridge::Sources,
    interceptors: Vec<Box<dyn Interceptor>>,
    panic_hook: Option<bool>,
    runtimes: Runtimes,
    spans: Option<SpanSource>,
    announce: Option<bool>,
}

/// Makes a sink once it is known whose spans it gets.
type MakeSpanSink = Box<dyn FnOnce(&Resource) -> Box<dyn SpanSink>>;

/// The source of the configuration.
#[derive(Debug, Default)]
enum Source {
    /// From `hyperion.yaml` and the environment.
    #[default]
    Surroundings,
    /// From the program alone.
    Program(Box<Config>),
}

impl Builder {
    /// Takes this configuration and reads neither a file nor the environment.
    pub fn config(mut self, config: Config) -> Self {
        self.source = Source::Program(Box::new(config));
        self
    }

    /// The service's name where the configuration gives none.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// The service's version where the configuration gives none.
    pub fn service_version(mut self, version: impl Into<String>) -> Self {
        self.service_version = Some(version.into());
        self
    }

    /// Sends spans to this exporter of the OpenTelemetry SDK's interface, whatever the configuration says.
    ///
    /// It is called on a thread of its own that runs no asynchronous runtime.
    pub fn span_exporter(mut self, exporter: impl SpanExporter + 'static) -> Self {
        let make = |resource: &Resource| -> Box<dyn SpanSink> {
            Box::new(SdkSpanSink::new(exporter, resource))
        };
        self.span_sink = Some(Box::new(make));
        self
    }

    /// Sends spans to this sink, whatever the configuration says.
    pub fn span_sink(mut self, sink: impl SpanSink + 'static) -> Self {
        self.span_sink = Some(Box::new(|_| Box::new(sink)));
        self
    }

    /// Sends metrics to this sink, whatever the configuration says.
    pub fn metric_sink(mut self, sink: impl MetricSink + 'static) -> Self {
        self.metric_sink = Some(Box::new(sink));
        self
    }

    /// Exports the metrics of another library beside ours; it may be called for several. See [`bridge`](crate::bridge).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # fn main() -> Result<(), hyperion::Error> {
    /// # let mut config = hyperion::config::Config::default();
    /// # config.tracing.enabled = false;
    /// # config.metrics.exporter = hyperion::config::MetricExporter::None;
    /// # config.logs.enabled = false;
    /// # let read = || Vec::new();
    /// // A registry of the crate `prometheus`, for example: `prometheus::default_registry().clone()`.
    /// let telemetry = hyperion::builder().config(config).metric_source(read).install()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn metric_source(mut self, source: impl MetricSource + 'static) -> Self {
        self.metric_sources.add(source);
        self
    }

    /// Records these spans beside those of OpenTelemetry's API, whatever the configuration says in
    /// [`tracing.spans`](crate::config::Tracing::spans).
    pub fn spans(mut self, spans: SpanSource) -> Self {
        self.spans = Some(spans);
        self
    }

    /// Says in one line on standard error what was set up, or not, whatever the configuration says in
    /// [`announce`](Config::announce).
    pub fn announce(mut self, announce: bool) -> Self {
        self.announce = Some(announce);
        self
    }

    /// Runs this interceptor in every observed call, as long as the telemetry runs; it may be called for several.
    ///
    /// ```no_run
    /// # use hyperion::{CallEnd, CallInfo, Interceptor};
    /// # use std::any::Any;
    /// # struct Audit;
    /// # impl Interceptor for Audit {
    /// #     fn name(&self) -> &'static str {
    /// #         "audit"
    /// #     }
    /// #     fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {}
    /// # }
    /// # fn main() -> Result<(), hyperion::Error> {
    /// let telemetry = hyperion::builder().interceptor(Audit).install()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Box::new(interceptor));
        self
    }

    /// Records panics where they happen, whatever the configuration says: see [`Logs::panic_hook`](crate::config::Logs::panic_hook).
    pub fn panic_hook(mut self, panic_hook: bool) -> Self {
        self.panic_hook = Some(panic_hook);
        self
    }

    /// Has a Tokio runtime read too, where `metrics.collect_runtime` is true; it may be called for several. The runtime in
    /// which telemetry is installed is read without this.
    ///
    /// `name` becomes the label `tokio.runtime.name`. It needs the features `process` and `tokio`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let background = tokio::runtime::Runtime::new()?;
    /// let telemetry = hyperion::builder()
    ///     .tokio_runtime("background", background.handle().clone())
    ///     .install()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(all(feature = "process", feature = "tokio"))]
    pub fn tokio_runtime(
        mut self,
        name: impl Into<String>,
        handle: tokio::runtime::Handle,
    ) -> Self {
        self.runtimes.add(name.into(), handle);
        self
    }

    /// Starts telemetry.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing is installed then.
    pub fn install(self) -> Result<Telemetry, Error> {
        let mut config = match self.source {
            Source::Surroundings => Config::load()?,
            Source::Program(config) => *config,
        };
        for warning in config.warnings() {
            diagnostics::warn(format_args!("{warning}"));
        }
        config.service.name = config.service.name.or(self.service_name);
        config.service.version = config.service.version.or(self.service_version);
        config.tracing.spans = self.spans.unwrap_or(config.tracing.spans);
        config.announce = self.announce.unwrap_or(config.announce);
        let claim = Claim::take().ok_or(Error::AlreadyInstalled)?;
        let resource = resource::of(&config.service);

        // Whatever can fail for a reason of the user's comes before anything is started.
        let interceptors = Interceptors::new(self.interceptors)?;
        let sources = Sources {
            process: process::source(&config.metrics, self.runtimes)?,
            bridged: self.metric_sources,
        };
        let (tracing, metrics) = (&config.tracing, &config.metrics);
        if tracing.enabled {
            sinks::take_exceptions(tracing.exceptions)?;
            sinks::take_span_source(tracing.spans)?;
        }
        let mut chosen = Chosen {
            own_span_sink: self.span_sink.is_some(),
            own_metric_sink: self.metric_sink.is_some(),
            metrics_addr: None,
            logs: String::new(),
        };
        let span_sink = match (tracing.enabled, self.span_sink) {
            (false, _) => None,
            (true, Some(make)) => Some(make(&resource)),
            (true, None) => sinks::spans(tracing, &resource)?,
        };
        let metric_sink = match (metrics.enabled, self.metric_sink) {
            (false, _) => None,
            (true, Some(sink)) => Some(sink),
            (true, None) => sinks::metrics(metrics, &resource)?,
        };

        let last_failure = LastFailure::default();
        let traces = tracing
            .enabled
            .then(|| Traces::start(tracing, span_sink, last_failure.clone()))
            .transpose()?;
        let logs = Logs::start(&config.logs, &resource, last_failure.clone())?;
        let lost = Lost {
            spans: traces.as_ref().map(Traces::losses),
            records: logs.as_ref().map(Logs::losses),
            panics: interceptors.panics(),
            start: SystemTime::now(),
        };
        let metrics = metrics
            .enabled
            .then(|| {
                Metrics::start(
                    metrics,
                    metric_sink,
                    &resource,
                    lost,
                    sources,
                    last_failure.clone(),
                )
            })
            .transpose()?;
        if let Some(logs) = &logs {
            logs.install();
        }
        chosen.logs = sinks::subscribe(&config.logs, tracing);
        chosen.metrics_addr = metrics.as_ref().and_then(Metrics::local_addr);
        if self.panic_hook.unwrap_or(config.logs.panic_hook) {
            panic_hook::install(tracing.exceptions != ExceptionSignal::Logs);
        }
        levels::apply(tracing);
        propagation::install(&config.propagation.propagators);
        if config.announce {
            announcement::say(&config, &resource, &chosen);
        }
        Ok(Telemetry::run(
            claim,
            traces,
            metrics,
            logs,
            interceptors,
            last_failure,
        ))
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("source", &self.source)
            .field("service_name", &self.service_name)
            .field("service_version", &self.service_version)
            .finish_non_exhaustive()
    }
}

//! The choice of what is recorded and where it goes: a file, then the environment over it.
//!
//! ```no_run
//! # #[cfg(feature = "config")]
//! # fn main() -> Result<(), hyperion::config::ConfigError> {
//! use hyperion::config::Config;
//!
//! let config = Config::load()?; // hyperion.yaml, then OTEL_* and HYPERION_* variables
//! for warning in config.warnings() {
//!     eprintln!("{warning}");
//! }
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "config"))]
//! # fn main() {}
//! ```
//!
//! Everything a file or a variable can set is a public field too, so a program can also write its configuration in
//! code:
//!
//! ```
//! use hyperion::config::{Config, Sampler, TraceExporter};
//!
//! let mut config = Config::default();
//! config.service.name = Some("users".to_owned());
//! config.tracing.exporter = TraceExporter::Console;
//! config.tracing.sampler = Sampler::ParentBasedRatio(0.1);
//! ```

mod choice;
mod environment;
mod error;
#[cfg(feature = "config")]
mod file;
mod logs;
mod metrics;
mod otlp;
mod propagation;
mod tracing;
mod url;
mod value;

pub use error::{ConfigError, Mistake};
#[cfg(feature = "config")]
use file::load as load_file;
pub use logs::{LogExporter, LogFormat, LogLimits, LogOutput, Logs};
pub use metrics::{ExemplarFilter, MetricExporter, Metrics, Temporality};
pub use otlp::{Compression, Endpoint, Headers, Otlp, PemFile, Protocol, Signal};
pub use propagation::{Propagation, Propagator};
pub use tracing::{
    Batch, ContextMode, ExceptionSignal, Sampler, SpanLimits, SpanSource, TraceExporter, Tracing,
};
#[cfg(feature = "prometheus")]
pub(crate) use url::is_path as is_url_path;
pub use value::NO_LIMIT;

use std::collections::BTreeMap;

/// The whole configuration.
///
/// The default is the OpenTelemetry specification's: traces and metrics go to a collector on this host over OTLP, and
/// every trace whose caller did not decide otherwise is sampled. Logs are the exception: they are lines on standard output.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// The producer of the telemetry.
    pub service: Service,
    /// Spans.
    pub tracing: Tracing,
    /// Metrics.
    pub metrics: Metrics,
    /// Logs.
    pub logs: Logs,
    /// The headers by which a context goes from one service to another.
    pub propagation: Propagation,
    /// True if one line on standard error says, at the start, what was set up, as by default. It names hosts, and neither
    /// headers nor paths of endpoints.
    ///
    /// File: `announce`. Environment: `HYPERION_ANNOUNCE`.
    pub announce: bool,
    warnings: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            service: Service::default(),
            tracing: Tracing::default(),
            metrics: Metrics::default(),
            logs: Logs::default(),
            propagation: Propagation::default(),
            announce: true,
            warnings: Vec::new(),
        }
    }
}

/// The producer of the telemetry: the [resource] of every span, metric and log record.
///
/// [resource]: https://opentelemetry.io/docs/specs/semconv/resource/#service
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// `service.name`; without one it is `unknown_service` and the name of the executable.
    ///
    /// File: `service.name`, also spelt `tracing.service_name` or `metrics.service_name`. Environment:
    /// `OTEL_SERVICE_NAME`, else `service.name` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub name: Option<String>,
    /// `service.version`, for example `1.4.0`.
    ///
    /// File: `service.version`. Environment: `service.version` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub version: Option<String>,
    /// Further resource attributes, for example `deployment.environment.name`. Without `service.instance.id` among them each
    /// start of the program has a random one.
    ///
    /// File: `service.attributes`. Environment: `OTEL_RESOURCE_ATTRIBUTES`, which is `key=value` pairs separated by
    /// commas, with `%`-escapes; it adds to what the file says and wins where both name a key.
    pub attributes: BTreeMap<String, String>,
}

impl Config {
    /// Reads the configuration of this process: the file, then the environment over it.
    ///
    /// The file is the one that `HYPERION_CONFIG` names, which has to exist, else `hyperion.yaml` in the working
    /// directory if there is one. Reading a file needs the feature `config`; without it `hyperion.yaml` is not looked
    /// for and `HYPERION_CONFIG` is an error.
    ///
    /// # Errors
    ///
    /// All mistakes of the file together, else all of the environment: see [`ConfigError`].
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_with(&environment::of_process)
    }

    fn load_with(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut config = load_file(env)?;
        config.apply_env(env)?;
        Ok(config)
    }

    /// Lays the environment over what is configured so far. `env` answers a variable's name with its value.
    ///
    /// The variables are those of the OpenTelemetry specification ([general], [OTLP exporter]) that each field's
    /// documentation names, and ours. An empty value counts as unset. A number or a word that cannot be understood is
    /// ignored, as the specification asks, and told by [`warnings`](Self::warnings).
    ///
    /// `OTEL_SDK_DISABLED=true` turns off [`tracing`](Self::tracing), [`metrics`](Self::metrics) and logs over OTLP; log lines
    /// are the program's own output and stay.
    ///
    /// # Errors
    ///
    /// An endpoint that telemetry would be sent to and that is not a usable URL.
    ///
    /// [general]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    /// [OTLP exporter]: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
    pub fn apply_env(&mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        environment::apply(self, env)
    }

    /// The variables that were ignored because they could not be understood, a sentence each: the name, its value and
    /// what was expected.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Reads a file that belongs to the configuration. One of more than 1 MiB, a device or a log file for example, is refused
/// before it fills the memory.
#[cfg(any(feature = "config", feature = "otlp"))]
pub(crate) fn read_file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::{Error, ErrorKind, Read as _};

    const LARGEST: usize = 1024 * 1024;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        let message = "it is larger than 1 MiB";
        return Err(Error::new(ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The default configuration, unless somebody counts on a file: this build reads none.
#[cfg(not(feature = "config"))]
fn load_file(env: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    match env("HYPERION_CONFIG").filter(|path| !path.is_empty()) {
        None => Ok(Config::default()),
        Some(_) => Err(ConfigError::at(
            error::Place::Variable("HYPERION_CONFIG".to_owned()),
            "configuration files need the feature `config` of `hyperion-observe`; enable it or unset the variable".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Endpoint, Sampler, Signal};

    #[test]
    fn the_default_is_the_specification_s() {
        let config = Config::default();
        assert!(config.tracing.enabled && config.metrics.enabled && config.logs.enabled);
        assert_eq!(
            config.tracing.otlp.url(Signal::Traces),
            "http://localhost:4318/v1/traces"
        );
        assert_eq!(
            config.metrics.otlp.url(Signal::Metrics),
            "http://localhost:4318/v1/metrics"
        );
        assert_eq!(config.tracing.sampler, Sampler::ParentBasedAlwaysOn);
        assert_eq!(config.metrics.interval.as_secs(), 60);
        assert_eq!(config.tracing.otlp.endpoint, None::<Endpoint>);
    }

    #[cfg(not(feature = "config"))]
    #[test]
    fn a_file_that_is_asked_for_is_not_ignored_in_silence() {
        use super::load_file;

        let error = load_file(&|name| (name == "HYPERION_CONFIG").then(|| "prod.yaml".to_owned()));
        assert!(error.is_err_and(|error| error.to_string().contains("feature `config`")));
        assert_eq!(load_file(&|_| None), Ok(Config::default()));
    }
}

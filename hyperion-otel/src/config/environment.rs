//! The environment, to the letter of the OpenTelemetry specification: what cannot be understood is ignored with a
//! warning, an empty value is no value.

mod otlp;

use super::choice::{Choice, word_in_any_case, words_in_any_case};
use super::error::{ConfigError, Mistake, Place, mismatch, shown};
use super::tracing::{self, Batch, ExceptionOptIn, Sampler};
use super::value::{self, count, milliseconds, positive, timeout_milliseconds};
use super::{Config, LogExporter, Logs, Metrics, Service, Tracing};

/// The environment of this process. A value that is not Unicode is read with replacement characters, so that what
/// cannot be understood about it is told.
pub(super) fn of_process(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

pub(super) fn apply(
    config: &mut Config,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(), ConfigError> {
    let mut variables = Variables {
        env,
        warnings: Vec::new(),
        mistakes: Vec::new(),
    };
    let is_disabled = disable(&mut variables, config);
    service(&mut variables, &mut config.service);
    tracing(&mut variables, &mut config.tracing);
    metrics(&mut variables, &mut config.metrics);
    logs(&mut variables, &mut config.logs, is_disabled);
    variables.read(
        &["OTEL_PROPAGATORS"],
        words_in_any_case,
        &mut config.propagation.propagators,
    );
    variables.read(&["HYPERION_ANNOUNCE"], boolean, &mut config.announce);
    config.warnings.append(&mut variables.warnings);
    ConfigError::check(variables.mistakes)
}

/// Turns off what is telemetry, if it is to be. Logs are looked at later.
fn disable(variables: &mut Variables<'_>, config: &mut Config) -> bool {
    let mut disabled = false;
    variables.read(&["OTEL_SDK_DISABLED"], boolean, &mut disabled);
    if disabled {
        config.tracing.enabled = false;
        config.metrics.enabled = false;
    }
    disabled
}

/// `true` or `false` in any case, and nothing else, as the specification asks.
fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("`true` or `false`".to_owned()),
    }
}

fn service(variables: &mut Variables<'_>, service: &mut Service) {
    let mut attributes = Vec::new();
    variables.read(&["OTEL_RESOURCE_ATTRIBUTES"], value::pairs, &mut attributes);
    for (key, value) in attributes {
        match key.as_str() {
            "service.name" => service.name = Some(value),
            "service.version" => service.version = Some(value),
            _ => {
                service.attributes.insert(key, value);
            }
        }
    }
    variables.read(&["OTEL_SERVICE_NAME"], value::some_text, &mut service.name);
}

fn tracing(variables: &mut Variables<'_>, tracing: &mut Tracing) {
    variables.word("OTEL_TRACES_EXPORTER", &mut tracing.exporter);
    sampler(variables, &mut tracing.sampler);
    levels(variables, tracing);
    variables.word("HYPERION_SPANS", &mut tracing.spans);
    variables.read(
        &["OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN"],
        |text| word_in_any_case(text).map(|ExceptionOptIn(signal)| signal),
        &mut tracing.exceptions,
    );
    batch(variables, "BSP", &mut tracing.batch);
    let limits = &mut tracing.limits;
    for (own, limit) in [
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", &mut limits.attributes),
        (
            "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
            &mut limits.event_attributes,
        ),
        (
            "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
            &mut limits.link_attributes,
        ),
    ] {
        variables.read(&[own, "OTEL_ATTRIBUTE_COUNT_LIMIT"], count, limit);
    }
    variables.read(&["OTEL_SPAN_EVENT_COUNT_LIMIT"], count, &mut limits.events);
    variables.read(&["OTEL_SPAN_LINK_COUNT_LIMIT"], count, &mut limits.links);
    value_length(variables, "SPAN", &mut limits.attribute_value_length);
    let sends = tracing.sends_otlp();
    otlp::read(variables, "TRACES", sends, &mut tracing.otlp);
}

fn sampler(variables: &mut Variables<'_>, sampler: &mut Sampler) {
    // The argument means nothing without the sampler.
    if variables.word("OTEL_TRACES_SAMPLER", sampler) {
        let mut ratio = 1.0;
        if tracing::with_ratio(*sampler, ratio).is_some() {
            variables.read(&["OTEL_TRACES_SAMPLER_ARG"], value::ratio, &mut ratio);
        }
        *sampler = tracing::with_ratio(*sampler, ratio).unwrap_or(*sampler);
    }
}

fn levels(variables: &mut Variables<'_>, tracing: &mut Tracing) {
    let mut levels = value::Levels::default();
    variables.read(&["HYPERION_LEVEL"], value::levels, &mut levels);
    tracing.level = levels.all.unwrap_or(tracing.level);
    tracing.components.extend(levels.components);
}

fn value_length(variables: &mut Variables<'_>, of: &str, slot: &mut Option<u32>) {
    let names = [
        format!("OTEL_{of}_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT".to_owned(),
    ];
    variables.read(&names, |text| count(text).map(Some), slot);
}

/// Reads the variables of a batching processor.
fn batch(variables: &mut Variables<'_>, processor: &str, batch: &mut Batch) {
    let name = |name| [format!("OTEL_{processor}_{name}")];
    let delay = &mut batch.schedule_delay;
    variables.read(&name("SCHEDULE_DELAY"), milliseconds, delay);
    let timeout = &mut batch.export_timeout;
    variables.read(&name("EXPORT_TIMEOUT"), timeout_milliseconds, timeout);
    let size = &mut batch.max_queue_size;
    variables.read(&name("MAX_QUEUE_SIZE"), positive, size);
    let queue = batch.max_queue_size;
    let parse = |text: &str| match positive(text) {
        Ok(size) if size <= queue => Ok(size),
        _ => Err(format!(
            "a whole number from 1 to the size of the queue, {queue}"
        )),
    };
    let size = &mut batch.max_export_batch_size;
    variables.read(&name("MAX_EXPORT_BATCH_SIZE"), parse, size);
    batch.max_export_batch_size = batch.max_export_batch_size.min(queue);
}

fn logs(variables: &mut Variables<'_>, logs: &mut Logs, is_disabled: bool) {
    let exporters = &mut logs.exporters;
    variables.read(&["OTEL_LOGS_EXPORTER"], words_in_any_case, exporters);
    if is_disabled {
        exporters.retain(|exporter| *exporter != LogExporter::Otlp);
    }
    let names = ["HYPERION_LOG", "RUST_LOG"];
    variables.read(&names, value::log_level, &mut logs.level);
    variables.word("HYPERION_LOG_FORMAT", &mut logs.format);
    let names = ["HYPERION_PANIC_HOOK"];
    variables.read(&names, boolean, &mut logs.panic_hook);
    batch(variables, "BLRP", &mut logs.batch);
    let limits = &mut logs.limits;
    let names = [
        "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
    ];
    variables.read(&names, count, &mut limits.attributes);
    value_length(variables, "LOGRECORD", &mut limits.attribute_value_length);
    let sends = logs.sends_otlp();
    otlp::read(variables, "LOGS", sends, &mut logs.otlp);
}

fn metrics(variables: &mut Variables<'_>, metrics: &mut Metrics) {
    variables.word("OTEL_METRICS_EXPORTER", &mut metrics.exporter);
    variables.word("OTEL_METRICS_EXEMPLAR_FILTER", &mut metrics.exemplars);
    variables.read(
        &["OTEL_METRIC_EXPORT_INTERVAL"],
        milliseconds,
        &mut metrics.interval,
    );
    variables.read(
        &["OTEL_METRIC_EXPORT_TIMEOUT"],
        timeout_milliseconds,
        &mut metrics.export_timeout,
    );
    variables.word(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        &mut metrics.temporality,
    );
    variables.read(
        &["OTEL_EXPORTER_PROMETHEUS_HOST"],
        value::host,
        &mut metrics.host,
    );
    variables.read(
        &["HYPERION_METRICS_PORT", "OTEL_EXPORTER_PROMETHEUS_PORT"],
        value::port,
        &mut metrics.port,
    );
    variables.read(
        &["HYPERION_METRICS_COLLECT_RUNTIME"],
        boolean,
        &mut metrics.collect_runtime,
    );
    let sends = metrics.sends_otlp();
    otlp::read(variables, "METRICS", sends, &mut metrics.otlp);
}

/// Reads variables and remembers what was wrong with them.
struct Variables<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    warnings: Vec<String>,
    mistakes: Vec<Mistake>,
}

impl Variables<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.env)(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// Puts the word that a variable holds into `slot`. Returns true if it is set and understood.
    fn word<T: Choice>(&mut self, name: &str, slot: &mut T) -> bool {
        self.read(&[name], word_in_any_case, slot).is_some()
    }

    /// Puts the first of `names` that is set and understood into `slot`, and answers its name.
    fn read<'n, T>(
        &mut self,
        names: &'n [impl AsRef<str>],
        parse: impl Fn(&str) -> Result<T, String>,
        slot: &mut T,
    ) -> Option<&'n str> {
        for name in names.iter().map(AsRef::as_ref) {
            let Some(text) = self.text(name) else {
                continue;
            };
            match parse(&text) {
                Ok(value) => {
                    *slot = value;
                    return Some(name);
                }
                Err(expected) => {
                    let problem = mismatch(&expected, &shown(&text));
                    self.warn(&format!("{name}: {problem}"));
                }
            }
        }
        None
    }

    /// A variable that several signals read is told about once.
    fn warn(&mut self, problem: &str) {
        let warning = format!("{problem}; the variable is ignored");
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// A wrong endpoint would lose everything that is sent to it, so it is no mere warning, unless nothing is sent.
    fn refuse_endpoint(&mut self, name: &str, message: String, sends: bool) {
        if !sends {
            return self.warn(&format!("{name}: {message}"));
        }
        let mistake = Mistake::at(Place::Variable(name.to_owned()), message);
        // As with warnings, once.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }
}

//! Whatever the environment holds, it is taken, ignored with a warning or refused with a sentence.

#![no_main]

use hyperion_otel::config::Config;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 16] = [
    "HYPERION_LEVEL",
    "HYPERION_LOG",
    "HYPERION_METRICS_PORT",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_METRICS_EXPORTER",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

fuzz_target!(|values: [Option<&str>; 16]| {
    let env = |name: &str| {
        let (_, value) = NAMES
            .iter()
            .zip(&values)
            .find(|(known, _)| **known == name)?;
        value.map(str::to_owned)
    };
    let mut config = Config::default();
    if let Err(error) = config.apply_env(&env) {
        assert!(!error.to_string().is_empty());
    }
    assert!(config.warnings().iter().all(|warning| !warning.is_empty()));
});

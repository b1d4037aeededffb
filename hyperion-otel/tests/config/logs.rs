//! The settings of logs, in the file and in the environment.

use std::time::Duration;

use expect_test::expect;

use hyperion_otel::config::{
    Compression, Config, ConfigError, LogExporter, PemFile, Protocol, Signal,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// What the file and the variables say together.
fn of(file: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut config = Config::from_yaml_with(file, "hyperion.yaml", &|_| None)?;
    config.apply_env(&|name| {
        let mut variables = variables.iter();
        let (_, value) = variables.find(|(known, _)| *known == name)?;
        Some((*value).to_owned())
    })?;
    Ok(config)
}

fn mistakes(file: &str) -> String {
    of(file, &[]).map_or_else(|error| error.to_string(), |config| format!("{config:?}"))
}

const EVERY_KEY: &str = "\
logs:
  exporter: [otlp, console, otlp]
  otlp_level: warn,users=trace
  protocol: grpc
  endpoint: http://collector:4317
  headers: { x-tenant: north }
  timeout: 3s
  compression: gzip
  certificate: /tls/roots.pem
  client_certificate: /tls/client.pem
  client_key: /tls/client.key
  batch: { max_queue_size: 100, max_export_batch_size: 50, schedule_delay: 2s, export_timeout: 4s }
  limits: { attributes: 5, attribute_value_length: 6 }
";

#[test]
fn every_key_of_otlp_is_read() -> Outcome {
    let logs = of(EVERY_KEY, &[])?.logs;
    assert_eq!(logs.exporters, [LogExporter::Otlp, LogExporter::Console]);
    assert!(logs.sends_otlp() && logs.writes_lines());
    assert_eq!(logs.otlp_level.as_deref(), Some("warn,users=trace"));
    assert_eq!(logs.otlp.protocol, Protocol::Grpc);
    assert_eq!(logs.otlp.url(Signal::Logs), "http://collector:4317");
    let headers: Vec<_> = logs.otlp.headers.iter().collect();
    assert_eq!(headers, [("x-tenant", "north")]);
    assert_eq!(logs.otlp.timeout, Duration::from_secs(3));
    assert_eq!(logs.otlp.compression, Compression::Gzip);
    for (file, path) in [
        (&logs.otlp.certificate, "/tls/roots.pem"),
        (&logs.otlp.client_certificate, "/tls/client.pem"),
        (&logs.otlp.client_key, "/tls/client.key"),
    ] {
        assert_eq!(file.as_ref().map(PemFile::path), Some(path.as_ref()));
    }
    assert_eq!(
        (logs.batch.max_queue_size, logs.batch.max_export_batch_size),
        (100, 50)
    );
    assert_eq!(logs.batch.schedule_delay, Duration::from_secs(2));
    assert_eq!(logs.batch.export_timeout, Duration::from_secs(4));
    assert_eq!(
        (logs.limits.attributes, logs.limits.attribute_value_length),
        (5, Some(6))
    );
    Ok(())
}

#[test]
fn lines_are_the_default_and_one_word_is_a_list() -> Outcome {
    let default = of("", &[])?.logs;
    assert!(default.writes_lines() && !default.sends_otlp());
    assert_eq!(default.batch.schedule_delay, Duration::from_secs(1));
    assert_eq!(
        default.otlp.url(Signal::Logs),
        "http://localhost:4318/v1/logs"
    );
    let exporters = |text: &str| {
        of(&format!("logs: {{ exporter: {text} }}"), &[]).map(|config| config.logs.exporters)
    };
    assert_eq!(exporters("otlp")?, [LogExporter::Otlp]);
    assert_eq!(
        exporters("'console, otlp'")?,
        [LogExporter::Console, LogExporter::Otlp]
    );
    assert_eq!(exporters("none")?, []);
    assert_eq!(exporters("[]")?, []);
    Ok(())
}

#[test]
fn mistakes_are_told_with_their_places() {
    expect![[r#"
        hyperion.yaml:2:14: logs.exporter: expected `otlp` or another of `console`, `otlp`, `none`, found `oltp`
        hyperion.yaml:3:15: logs.otlp_level: expected `debug`, another level, or directives such as `info,users=debug`, found `debg`
        hyperion.yaml:5:30: logs.batch.max_export_batch_size: expected at most the size of the queue, which is 10, found `11`
        hyperion.yaml:6:13: logs.limits.atributes: unknown key, did you mean `attributes`? the keys of `logs.limits` are `attributes`, `attribute_value_length`"#]]
    .assert_eq(&mistakes(
        "logs:\n  exporter: [oltp]\n  otlp_level: debg\n  batch:\n    { max_export_batch_size: 11, max_queue_size: 10 }\n  limits: { atributes: 1 }\n",
    ));
    expect![
        "hyperion.yaml:1:19: logs.exporter: expected `none` alone, or others without it, found both"
    ]
    .assert_eq(&mistakes("logs: { exporter: [none, otlp] }"));
}

#[test]
fn the_standard_variables_are_read() -> Outcome {
    let config = of(
        "logs: { exporter: console, headers: { x-tenant: north } }",
        &[
            ("OTEL_LOGS_EXPORTER", "Console, otlp"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
            (
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                "http://logs:4318/otlp/logs",
            ),
            ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-tenant=south"),
            ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "500"),
            ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"),
            ("OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE", "/tls/roots.pem"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
            ("OTEL_BLRP_EXPORT_TIMEOUT", "0"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", "64"),
            ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "32"),
            ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "7"),
            ("OTEL_ATTRIBUTE_COUNT_LIMIT", "9"),
            ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "8"),
        ],
    )?;
    assert_eq!(config.warnings(), [] as [String; 0]);
    let logs = &config.logs;
    assert_eq!(logs.exporters, [LogExporter::Console, LogExporter::Otlp]);
    assert_eq!(logs.otlp.url(Signal::Logs), "http://logs:4318/otlp/logs");
    assert_eq!(
        config.tracing.otlp.url(Signal::Traces),
        "http://collector:4318"
    );
    let headers: Vec<_> = logs.otlp.headers.iter().collect();
    assert_eq!(headers, [("x-tenant", "south")]);
    assert_eq!(logs.otlp.timeout, Duration::from_millis(500));
    assert_eq!(logs.otlp.compression, Compression::Gzip);
    assert!(logs.otlp.certificate.is_some() && config.tracing.otlp.certificate.is_none());
    assert_eq!(logs.batch.schedule_delay, Duration::from_millis(100));
    assert_eq!(logs.batch.export_timeout, hyperion_otel::config::NO_LIMIT);
    assert_eq!(
        (logs.batch.max_queue_size, logs.batch.max_export_batch_size),
        (64, 32)
    );
    assert_eq!(
        (logs.limits.attributes, logs.limits.attribute_value_length),
        (7, Some(8))
    );
    assert_eq!(config.tracing.limits.attributes, 9);
    Ok(())
}

#[test]
fn a_batch_is_no_larger_than_a_queue_that_a_variable_makes_small() -> Outcome {
    let logs = of("", &[("OTEL_BLRP_MAX_QUEUE_SIZE", "100")])?.logs;
    assert_eq!(logs.batch.max_export_batch_size, 100);
    Ok(())
}

#[test]
fn what_a_variable_says_wrong_is_told() -> Outcome {
    let config = of(
        "",
        &[
            ("OTEL_LOGS_EXPORTER", "none,otlp"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", "0"),
        ],
    )?;
    assert_eq!(config.logs, Config::default().logs);
    expect![[r#"
        OTEL_LOGS_EXPORTER: expected `none` alone, or others without it, found `none,otlp`; the variable is ignored
        OTEL_BLRP_MAX_QUEUE_SIZE: expected a whole number from 1 to 2147483647, found `0`; the variable is ignored"#]]
    .assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn a_wrong_endpoint_is_a_mistake_where_logs_are_sent() {
    let wrong = [("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "collector")];
    assert!(
        of("logs: { exporter: console }", &wrong).is_ok_and(|config| config.warnings().len() == 1)
    );
    let sent = of("logs: { exporter: otlp }", &wrong).map_err(|error| error.to_string());
    assert!(sent.is_err_and(|error| error.starts_with("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ")));
}

#[test]
fn a_disabled_sdk_sends_no_logs_and_writes_lines() -> Outcome {
    let disabled = [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_LOGS_EXPORTER", "console,otlp"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "collector"),
    ];
    let logs = of("", &disabled)?.logs;
    assert!(logs.writes_lines() && !logs.sends_otlp());
    Ok(())
}

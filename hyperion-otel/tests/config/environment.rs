//! The variables of the environment, those of OpenTelemetry and ours.

use std::time::Duration;

use expect_test::expect;
use proptest::prelude::{any, proptest};

use hyperion_otel::config::{
    Compression, Config, ConfigError, ExceptionSignal, ExemplarFilter, LogFormat, MetricExporter,
    NO_LIMIT, Propagator, Protocol, Sampler, Signal, SpanSource, Temporality, TraceExporter,
};
use hyperion_runtime::level::LevelFilter;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn of(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    config.apply_env(&|name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })?;
    Ok(config)
}

#[test]
fn empty_values_are_no_values() -> Outcome {
    let config = of(&[
        ("OTEL_SERVICE_NAME", ""),
        ("OTEL_TRACES_EXPORTER", " "),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        ("OTEL_EXPORTER_OTLP_HEADERS", ""),
        ("OTEL_SDK_DISABLED", ""),
        ("HYPERION_LOG", ""),
    ])?;
    assert_eq!(config, Config::default());
    Ok(())
}

#[test]
fn the_sdk_is_disabled_by_true_alone() -> Outcome {
    let config = of(&[("OTEL_SDK_DISABLED", "True")])?;
    assert!(!config.tracing.enabled && !config.metrics.enabled && config.logs.enabled);
    let config = of(&[("OTEL_SDK_DISABLED", "1")])?;
    assert!(config.tracing.enabled);
    expect!["OTEL_SDK_DISABLED: expected `true` or `false`, found `1`; the variable is ignored"]
        .assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn the_service_is_named() -> Outcome {
    let attributes = "service.name=a,service.version=2,team=id%2Centity";
    let config = of(&[("OTEL_RESOURCE_ATTRIBUTES", attributes)])?;
    assert_eq!(config.service.name.as_deref(), Some("a"));
    assert_eq!(config.service.version.as_deref(), Some("2"));
    assert_eq!(
        config.service.attributes.get("team").map(String::as_str),
        Some("id,entity")
    );
    let config = of(&[
        ("OTEL_RESOURCE_ATTRIBUTES", attributes),
        ("OTEL_SERVICE_NAME", "b"),
    ])?;
    assert_eq!(config.service.name.as_deref(), Some("b"));

    let config = of(&[("OTEL_RESOURCE_ATTRIBUTES", "team=a,b")])?;
    assert!(
        config.service.attributes.is_empty(),
        "the whole variable is ignored"
    );
    assert_eq!(config.warnings().len(), 1);
    Ok(())
}

#[test]
fn exporters_and_samplers_are_chosen() -> Outcome {
    let config = of(&[
        ("OTEL_TRACES_EXPORTER", "Console"),
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ])?;
    assert_eq!(config.tracing.exporter, TraceExporter::Console);
    assert_eq!(config.metrics.exporter, MetricExporter::Prometheus);
    assert_eq!(config.tracing.sampler, Sampler::ParentBasedRatio(0.25));
    assert_eq!(config.warnings(), [""; 0]);

    assert_eq!(
        of(&[("OTEL_TRACES_SAMPLER_ARG", "0.5")])?.tracing.sampler,
        Sampler::ParentBasedAlwaysOn
    );
    assert_eq!(
        of(&[("OTEL_TRACES_SAMPLER", "always_off")])?
            .tracing
            .sampler,
        Sampler::AlwaysOff
    );
    let config = of(&[
        ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
    ])?;
    assert_eq!(config.tracing.sampler, Sampler::Ratio(1.0));
    expect!["OTEL_TRACES_SAMPLER_ARG: expected a number between 0.0 and 1.0, found `2`; the variable is ignored"]
        .assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn levels_are_for_all_and_for_some() -> Outcome {
    let config = of(&[(
        "HYPERION_LEVEL",
        " debug, UserRepository = trace ,Cache=OFF,,",
    )])?;
    assert_eq!(config.tracing.level, LevelFilter::Debug);
    let components = [
        ("Cache", LevelFilter::Off),
        ("UserRepository", LevelFilter::Trace),
    ];
    assert_eq!(
        config.tracing.components,
        components
            .map(|(name, level)| (name.to_owned(), level))
            .into()
    );
    assert_eq!(config.warnings(), [""; 0]);
    let config = of(&[("HYPERION_LEVEL", "Cache=debug")])?;
    assert_eq!(
        config.tracing.level,
        LevelFilter::Info,
        "it is left as it is"
    );

    for wrong in ["loud", "Cache=debgu,warn", "warn,=debug", "warn,Cache="] {
        let config = of(&[("HYPERION_LEVEL", wrong)])?;
        assert_eq!(
            config.tracing,
            Config::default().tracing,
            "the whole variable is ignored"
        );
        assert_eq!(config.warnings().len(), 1, "{wrong}");
    }
    expect!["HYPERION_LEVEL: expected `debug` or another of `off`, `error`, `warn`, `info`, `debug`, `trace`, found `warn,Cache=debgu`; the variable is ignored"]
        .assert_eq(&of(&[("HYPERION_LEVEL", "warn,Cache=debgu")])?.warnings().join("\n"));
    expect!["HYPERION_LEVEL: expected a level and `component=level` pairs such as `info,UserRepository=debug`, found `=debug`; the variable is ignored"]
        .assert_eq(&of(&[("HYPERION_LEVEL", "=debug")])?.warnings().join("\n"));
    Ok(())
}

#[test]
fn exceptions_move_to_logs() -> Outcome {
    let exceptions = |value| {
        of(&[("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", value)])
            .map(|config| (config.tracing.exceptions, config.warnings().join("\n")))
    };
    let none = String::new;
    assert_eq!(exceptions("")?, (ExceptionSignal::Events, none()));
    assert_eq!(exceptions("logs")?, (ExceptionSignal::Logs, none()));
    assert_eq!(exceptions("logs/dup")?, (ExceptionSignal::Both, none()));
    let (signal, warnings) = exceptions("both")?;
    assert_eq!(signal, ExceptionSignal::Events);
    expect!["OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: expected one of `logs`, `logs/dup`, found `both`; the variable is ignored"]
        .assert_eq(&warnings);

    let mut config = Config::default();
    config.tracing.exceptions = ExceptionSignal::Both;
    config.apply_env(&|_| None)?;
    assert_eq!(config.tracing.exceptions, ExceptionSignal::Both);
    Ok(())
}

#[test]
fn words_that_nobody_knows_are_ignored() -> Outcome {
    let config = of(&[
        ("OTEL_TRACES_EXPORTER", "otlp,console"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ("HYPERION_LOG_FORMAT", "xml"),
        ("HYPERION_LOG", "inof"),
    ])?;
    expect![[r#"
        OTEL_TRACES_EXPORTER: expected one of `otlp`, `jaeger`, `console`, `none`, found `otlp,console`; the variable is ignored
        OTEL_TRACES_SAMPLER: expected one of `always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, `parentbased_always_off`, `parentbased_traceidratio`, found `jaeger_remote`; the variable is ignored
        OTEL_EXPORTER_OTLP_PROTOCOL: expected one of `http/protobuf`, `grpc`, found `http/json`; the variable is ignored
        HYPERION_LOG: expected `info`, another level, or directives such as `info,users=debug`, found `inof`; the variable is ignored
        HYPERION_LOG_FORMAT: expected one of `json`, `text`, found `xml`; the variable is ignored"#]].assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn endpoints_are_bases_or_exact() -> Outcome {
    let config = of(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/otlp"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics:4318"),
    ])?;
    assert_eq!(
        config.tracing.otlp.url(Signal::Traces),
        "http://collector:4318/otlp/v1/traces"
    );
    assert_eq!(
        config.metrics.otlp.url(Signal::Metrics),
        "http://metrics:4318"
    );
    Ok(())
}

#[test]
fn a_wrong_endpoint_is_an_error_where_something_is_sent() -> Outcome {
    let wrong = |variables: &[(&str, &str)]| {
        of(variables)
            .map_err(|error| error.to_string())
            .err()
            .unwrap_or_default()
    };
    expect!["OTEL_EXPORTER_OTLP_ENDPOINT: expected an `http://` or `https://` URL such as `http://collector:4317`, found `collector:4317`"].assert_eq(&wrong(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]));
    expect![[r#"
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected an `http://` or `https://` URL such as `http://localhost:4318`, found `unix:/run/collector`
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: expected a URL without user and password, which belong into the header `authorization`, found `http://***@collector`"#]].assert_eq(&wrong(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "unix:/run/collector"),
        (
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "http://user:secret@collector",
        ),
    ]));
    let config = of(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
        ("OTEL_SDK_DISABLED", "true"),
    ])?;
    assert_eq!(config.warnings().len(), 1);
    Ok(())
}

#[test]
fn https_is_an_endpoint_like_any_other() -> Outcome {
    let config = of(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector")])?;
    assert_eq!(
        config.tracing.otlp.url(Signal::Traces),
        "https://collector/v1/traces"
    );
    assert_eq!(config.warnings(), [""; 0]);
    Ok(())
}

#[test]
fn a_target_of_grpc_is_secure_unless_told_otherwise() -> Outcome {
    let target = |variables: &[(&str, &str)]| {
        let mut all = vec![
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ];
        all.extend(variables);
        of(&all).map(|config| {
            [
                config.tracing.otlp.url(Signal::Traces),
                config.metrics.otlp.url(Signal::Metrics),
            ]
        })
    };
    let (secure, insecure) = ("https://collector:4317", "http://collector:4317");
    assert_eq!(target(&[])?, [secure, secure]);
    assert_eq!(
        target(&[("OTEL_EXPORTER_OTLP_INSECURE", "false")])?,
        [secure, secure]
    );
    assert_eq!(
        target(&[("OTEL_EXPORTER_OTLP_INSECURE", "TRUE")])?,
        [insecure, insecure]
    );
    assert_eq!(
        target(&[
            ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
            ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "false"),
        ])?,
        [secure, insecure]
    );
    let scheme = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://other:4317");
    assert_eq!(
        target(&[("OTEL_EXPORTER_OTLP_INSECURE", "true"), scheme])?,
        ["https://other:4317", insecure],
        "a scheme that is given counts"
    );
    let wrong = target(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ignored"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "dns:///a"),
    ]);
    assert!(wrong.is_err_and(|error| error.to_string().ends_with("found `dns:///a`")));

    let config = of(&[("OTEL_EXPORTER_OTLP_INSECURE", "yes")])?;
    expect!["OTEL_EXPORTER_OTLP_INSECURE: expected `true` or `false`, found `yes`; the variable is ignored"]
        .assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn requests_are_compressed_by_signal() -> Outcome {
    let config = of(&[
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "GZip"),
        ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none"),
    ])?;
    assert_eq!(
        (
            config.tracing.otlp.compression,
            config.metrics.otlp.compression
        ),
        (Compression::Gzip, Compression::None)
    );
    let config = of(&[("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd")])?;
    assert_eq!(config.tracing.otlp.compression, Compression::None);
    expect!["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: expected one of `gzip`, `none`, found `zstd`; the variable is ignored"]
        .assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn metrics_are_counted_from_what_the_preference_says() -> Outcome {
    let preference = |value| {
        of(&[("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value)])
            .map(|config| (config.metrics.temporality, config.warnings().join("\n")))
    };
    let none = String::new;
    assert_eq!(preference("")?, (Temporality::Cumulative, none()));
    assert_eq!(preference("Cumulative")?, (Temporality::Cumulative, none()));
    assert_eq!(preference("DELTA")?, (Temporality::Delta, none()));
    assert_eq!(preference("lowmemory")?, (Temporality::LowMemory, none()));
    let (temporality, warnings) = preference("deltas")?;
    assert_eq!(temporality, Temporality::Cumulative);
    expect!["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: expected `delta` or another of `cumulative`, `delta`, `lowmemory`, found `deltas`; the variable is ignored"]
        .assert_eq(&warnings);
    Ok(())
}

#[test]
fn one_signal_goes_before_all() -> Outcome {
    let config = of(&[
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "2000"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "soon"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "Authorization=Bearer%20a,x-b=c",
        ),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-d=e"),
    ])?;
    assert_eq!(
        (config.tracing.otlp.protocol, config.metrics.otlp.protocol),
        (Protocol::Grpc, Protocol::HttpProtobuf)
    );
    assert_eq!(config.tracing.otlp.timeout, NO_LIMIT);
    assert_eq!(
        config.metrics.otlp.timeout,
        Duration::from_secs(2),
        "what cannot be read counts as unset"
    );
    assert_eq!(
        config.tracing.otlp.headers.iter().collect::<Vec<_>>(),
        [("authorization", "Bearer a"), ("x-b", "c")]
    );
    assert_eq!(
        config.metrics.otlp.headers.iter().collect::<Vec<_>>(),
        [("x-d", "e")]
    );
    Ok(())
}

#[test]
fn warnings_do_not_repeat_secrets() -> Outcome {
    let config = of(&[(
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "authorization=Bearer%0Asecret",
    )])?;
    expect!["OTEL_EXPORTER_OTLP_TRACES_HEADERS: the value of `authorization` holds characters that a header cannot: it is printable ASCII; the variable is ignored"].assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn batches_and_limits_are_set() -> Outcome {
    let config = of(&[
        ("OTEL_BSP_SCHEDULE_DELAY", "1000"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "2000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "20"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "10"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "11"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "0"),
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "12"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2000"),
    ])?;
    let (batch, limits) = (config.tracing.batch, config.tracing.limits);
    assert_eq!(
        (batch.max_queue_size, batch.max_export_batch_size),
        (100, 100)
    );
    assert_eq!(
        (batch.schedule_delay, batch.export_timeout),
        (Duration::from_secs(1), Duration::from_secs(2))
    );
    assert_eq!(
        (limits.attributes, limits.events, limits.links),
        (10, 11, 0)
    );
    // The general limit is for what has none of its own.
    assert_eq!((limits.event_attributes, limits.link_attributes), (12, 20));
    assert_eq!(limits.attribute_value_length, Some(2000));
    assert_eq!(config.warnings(), [""; 0]);

    let config = of(&[
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4096"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many"),
    ])?;
    assert_eq!(config.tracing, Config::default().tracing);
    expect![[r#"
        OTEL_BSP_SCHEDULE_DELAY: expected a whole number of milliseconds from 1 to 2147483647, found `-1`; the variable is ignored
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: expected a whole number from 1 to the size of the queue, 2048, found `4096`; the variable is ignored
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: expected a whole number from 0 to 2147483647, found `many`; the variable is ignored"#]].assert_eq(&config.warnings().join("\n"));
    Ok(())
}

#[test]
fn metrics_and_logs_are_set() -> Outcome {
    let config = of(&[
        ("OTEL_METRIC_EXPORT_INTERVAL", "10000"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "5000"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "0.0.0.0"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "9000"),
        ("RUST_LOG", "debug"),
        ("HYPERION_LOG_FORMAT", "text"),
        ("HYPERION_PANIC_HOOK", "TRUE"),
    ])?;
    assert!(config.logs.panic_hook);
    assert_eq!(config.metrics.interval, Duration::from_secs(10));
    assert_eq!(config.metrics.exemplars, ExemplarFilter::AlwaysOn);
    assert_eq!(config.metrics.export_timeout, Duration::from_secs(5));
    assert_eq!(
        (
            config.metrics.host.to_string().as_str(),
            config.metrics.port
        ),
        ("0.0.0.0", 9000)
    );
    assert_eq!(
        (config.logs.level.as_str(), config.logs.format),
        ("debug", LogFormat::Text)
    );
    let config = of(&[
        ("HYPERION_METRICS_PORT", "0"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "9000"),
        ("HYPERION_LOG", "warn"),
        ("RUST_LOG", "debug"),
    ])?;
    assert_eq!(
        (config.metrics.port, config.logs.level.as_str()),
        (0, "warn")
    );
    Ok(())
}

#[test]
fn the_process_is_measured_if_that_is_asked_for() -> Outcome {
    let variable = "HYPERION_METRICS_COLLECT_RUNTIME";
    assert!(!of(&[])?.metrics.collect_runtime);
    assert!(of(&[(variable, "True")])?.metrics.collect_runtime);
    let mut config = Config::default();
    config.metrics.collect_runtime = true;
    config.apply_env(&|name| (name == variable).then(|| "false".to_owned()))?;
    assert!(!config.metrics.collect_runtime);
    expect!["HYPERION_METRICS_COLLECT_RUNTIME: expected `true` or `false`, found `yes`; the variable is ignored"]
        .assert_eq(&of(&[(variable, "yes")])?.warnings().join("\n"));
    Ok(())
}

#[test]
fn spans_of_tracing_and_silence_are_asked_for() -> Outcome {
    let default = of(&[])?;
    assert_eq!(
        (default.tracing.spans, default.announce),
        (SpanSource::Observed, true)
    );
    let asked = of(&[("HYPERION_SPANS", "ALL"), ("HYPERION_ANNOUNCE", "false")])?;
    assert_eq!(
        (asked.tracing.spans, asked.announce),
        (SpanSource::All, false)
    );
    let wrong = of(&[("HYPERION_SPANS", "foreign"), ("HYPERION_ANNOUNCE", "no")])?;
    expect![[r#"
        HYPERION_SPANS: expected one of `observed`, `all`, found `foreign`; the variable is ignored
        HYPERION_ANNOUNCE: expected `true` or `false`, found `no`; the variable is ignored"#]]
    .assert_eq(&wrong.warnings().join("\n"));
    Ok(())
}

proptest! {
    #[test]
    fn no_value_panics(value in any::<String>()) {
        let mut config = Config::default();
        let outcome = config.apply_env(&|_| Some(value.clone()));
        assert!(outcome.is_ok() || outcome.is_err_and(|error| !error.mistakes().is_empty()));
    }
}

#[test]
fn propagators_are_chosen() -> Outcome {
    let propagators = |value| of(&[("OTEL_PROPAGATORS", value)]);
    assert_eq!(
        propagators("B3multi, tracecontext,b3multi")?
            .propagation
            .propagators,
        [Propagator::B3Multi, Propagator::TraceContext]
    );
    assert_eq!(propagators("none")?.propagation.propagators, []);
    let config = propagators("tracecontext,xray")?;
    assert_eq!(config.propagation, Config::default().propagation);
    expect!["OTEL_PROPAGATORS: expected one of `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger`, `none`, found `tracecontext,xray`; the variable is ignored"]
        .assert_eq(&config.warnings().join("\n"));
    let config = of(&[("OTEL_PROPAGATORS", "b3"), ("OTEL_SDK_DISABLED", "true")])?;
    assert_eq!(config.propagation.propagators, [Propagator::B3]);
    Ok(())
}

//! The configuration file: its keys, and the mistakes in it.

use std::time::Duration;

use expect_test::{Expect, expect};
use proptest::prelude::{ProptestConfig, any, proptest};

use hyperion_otel::config::{
    Compression, Config, ConfigError, ExceptionSignal, ExemplarFilter, LogFormat, LogOutput,
    MetricExporter, Propagator, Protocol, Sampler, Signal, SpanSource, Temporality, TraceExporter,
};
use hyperion_runtime::level::LevelFilter;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn env(name: &str) -> Option<String> {
    match name {
        "TEAM" => Some("identity".to_owned()),
        "PORT" => Some("9000".to_owned()),
        "INJECTION" => Some("a\nmetrics:\n  enabled: false".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::from_yaml_with(text, "hyperion.yaml", &env)
}

/// The mistakes of `text`.
#[track_caller]
fn wrong(text: &str, expected: &Expect) {
    match read(text) {
        Ok(config) => expected.assert_eq(&format!("no mistake: {config:?}")),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

const EVERY_KEY: &str = "\
service: { name: users, version: 1.10, attributes: { deployment.environment.name: production, shard: 7 } }
tracing:
  service_name: users
  enabled: false
  exporter: jaeger
  protocol: grpc
  endpoint: http://collector:4317
  headers: { Authorization: \"Bearer a\" }
  timeout: 3s
  compression: gzip
  certificate: /tls/roots.pem
  client_certificate: /tls/client.pem
  client_key: '/tls/client.key'
  sample_rate: 0.25
  level: warn
  components: { UserRepository: debug, Cache: off }
  exceptions: both
  spans: all
  attributes: { team: identity }
  batch: { max_queue_size: 100, max_export_batch_size: 50, schedule_delay: 1s, export_timeout: 2s }
  limits: { attributes: 1, events: 2, links: 3, event_attributes: 5, link_attributes: 6, attribute_value_length: 4 }
metrics:
  service_name: users
  enabled: true
  exporter: prometheus
  protocol: http/protobuf
  endpoint: http://collector/otlp/metrics
  headers: { x-tenant: b }
  timeout: 500ms
  compression: none
  certificate: metrics.pem
  temporality: delta
  interval: 10s
  export_timeout: 4s
  exemplars: always_off
  listen: false
  host: 0.0.0.0
  port: 9000
  path: /telemetry
  namespace: shop
  subsystem: users
  collect_runtime: true
  created_series: true
  scope_labels: false
logs: { enabled: true, level: 'debug,hyper=warn', format: text, output: stderr, panic_hook: true }
announce: false
";

#[test]
fn every_key_is_read() -> Outcome {
    let config = read(EVERY_KEY)?;
    assert_eq!(config.service.name.as_deref(), Some("users"));
    assert_eq!(config.service.version.as_deref(), Some("1.10"));
    assert_eq!(
        config.service.attributes.get("shard").map(String::as_str),
        Some("7")
    );
    assert_eq!(config.service.attributes.len(), 2);

    let tracing = &config.tracing;
    assert!(!tracing.enabled);
    assert_eq!(
        (tracing.exporter, tracing.otlp.protocol),
        (TraceExporter::Jaeger, Protocol::Grpc)
    );
    assert_eq!(tracing.otlp.url(Signal::Traces), "http://collector:4317");
    assert_eq!(
        tracing.otlp.headers.iter().collect::<Vec<_>>(),
        [("authorization", "Bearer a")]
    );
    assert_eq!(tracing.otlp.timeout, Duration::from_secs(3));
    assert_eq!(tracing.otlp.compression, Compression::Gzip);
    assert_eq!(tracing.sampler, Sampler::ParentBasedRatio(0.25));
    assert_eq!(tracing.level, LevelFilter::Warn);
    let components = [
        ("Cache", LevelFilter::Off),
        ("UserRepository", LevelFilter::Debug),
    ];
    assert_eq!(
        tracing.components,
        components
            .map(|(name, level)| (name.to_owned(), level))
            .into()
    );
    assert_eq!(tracing.exceptions, ExceptionSignal::Both);
    assert_eq!(tracing.spans, SpanSource::All);
    assert!(!config.announce);
    assert_eq!(
        tracing.attributes.get("team").map(String::as_str),
        Some("identity")
    );
    assert_eq!(
        (
            tracing.batch.max_queue_size,
            tracing.batch.max_export_batch_size
        ),
        (100, 50)
    );
    assert_eq!(tracing.batch.schedule_delay, Duration::from_secs(1));
    assert_eq!(tracing.batch.export_timeout, Duration::from_secs(2));
    assert_eq!(
        (
            tracing.limits.attributes,
            tracing.limits.events,
            tracing.limits.links,
            tracing.limits.event_attributes,
            tracing.limits.link_attributes
        ),
        (1, 2, 3, 5, 6)
    );
    assert_eq!(tracing.limits.attribute_value_length, Some(4));

    let metrics = &config.metrics;
    assert_eq!(
        (metrics.exporter, metrics.otlp.protocol),
        (MetricExporter::Prometheus, Protocol::HttpProtobuf)
    );
    assert_eq!(
        metrics.otlp.url(Signal::Metrics),
        "http://collector/otlp/metrics"
    );
    assert_eq!(
        metrics.otlp.headers.iter().collect::<Vec<_>>(),
        [("x-tenant", "b")]
    );
    assert_eq!(
        (metrics.otlp.timeout, metrics.interval),
        (Duration::from_millis(500), Duration::from_secs(10))
    );
    assert_eq!(metrics.export_timeout, Duration::from_secs(4));
    assert_eq!(metrics.temporality, Temporality::Delta);
    assert_eq!(metrics.otlp.compression, Compression::None);
    assert_eq!(
        (metrics.host.to_string().as_str(), metrics.port),
        ("0.0.0.0", 9000)
    );
    assert!(!metrics.listen && metrics.created_series && !metrics.scope_labels);
    assert_eq!(metrics.exemplars, ExemplarFilter::AlwaysOff);
    assert_eq!(metrics.path, "/telemetry");
    assert_eq!(metrics.namespace.as_deref(), Some("shop"));
    assert_eq!(metrics.subsystem.as_deref(), Some("users"));
    assert!(metrics.collect_runtime);

    assert_eq!(config.logs.level, "debug,hyper=warn");
    assert!(config.logs.panic_hook);
    assert_eq!(
        (config.logs.format, config.logs.output),
        (LogFormat::Text, LogOutput::Stderr)
    );
    Ok(())
}

#[test]
fn what_is_left_out_stays_at_its_default() -> Outcome {
    for text in [
        "",
        "# nothing\n",
        "---\n",
        "tracing:\nmetrics: ~\n",
        "tracing: { endpoint: , exporter: null }",
        "{}",
    ] {
        assert_eq!(read(text)?, Config::default(), "{text}");
    }
    Ok(())
}

#[test]
fn the_reference_holds_every_key_at_its_default() -> Outcome {
    let reference = include_str!("../../src/config/file/reference.yaml");
    assert_eq!(read(reference)?, Config::default());
    // An unknown key is told with all that are known, so each of them can be looked for in its section.
    for section in [
        "service",
        "tracing",
        "tracing.batch",
        "tracing.limits",
        "metrics",
        "logs",
        "logs.batch",
        "logs.limits",
        "propagation",
    ] {
        let (nested, indent) = match section.split_once('.') {
            Some((outer, inner)) => (format!("{outer}: {{ {inner}: {{ ?: 1 }} }}"), "    "),
            None => (format!("{section}: {{ ?: 1 }}"), "  "),
        };
        let told = read(&nested.replace('?', "unheard_of")).map_err(|error| error.to_string());
        let told = told.err().unwrap_or_default();
        let (_, keys) = told.split_once(" are ").unwrap_or_default();
        assert!(keys.contains('`'), "{told}");
        for key in keys.split(", ").map(|key| key.trim_matches('`')) {
            let line = format!("\n{indent}{key}:");
            let after = section.split('.').fold(reference, |text, name| {
                let (_, after) = text.split_once(&format!("{name}:")).unwrap_or_default();
                after
            });
            let of_section = after.split("\n\n").next().unwrap_or_default();
            assert!(of_section.contains(&line), "{section}.{key}");
        }
    }
    Ok(())
}

#[test]
fn sample_rates_follow_the_caller_unless_told_otherwise() -> Outcome {
    let sampler =
        |keys: &str| read(&format!("tracing: {{ {keys} }}")).map(|config| config.tracing.sampler);
    assert_eq!(sampler("sample_rate: 1.0")?, Sampler::ParentBasedAlwaysOn);
    assert_eq!(sampler("sample_rate: 1")?, Sampler::ParentBasedAlwaysOn);
    assert_eq!(sampler("sample_rate: 0")?, Sampler::ParentBasedAlwaysOff);
    assert_eq!(sampler("sample_rate: 0.5")?, Sampler::ParentBasedRatio(0.5));
    assert_eq!(
        sampler("sampler: traceidratio, sample_rate: 0.5")?,
        Sampler::Ratio(0.5)
    );
    assert_eq!(sampler("sampler: always_on")?, Sampler::AlwaysOn);
    wrong(
        "tracing:\n  sampler: always_on\n  sample_rate: 0.5\n",
        &expect![
            "hyperion.yaml:3:16: tracing.sample_rate: this `sampler` does not use a rate; remove one of the two keys, or choose `parentbased_traceidratio` or `traceidratio`"
        ],
    );
    Ok(())
}

#[test]
fn exceptions_go_to_one_signal_or_to_both() -> Outcome {
    let of = |word: &str| {
        read(&format!("tracing: {{ exceptions: {word} }}")).map(|config| config.tracing.exceptions)
    };
    assert_eq!(of("events")?, ExceptionSignal::Events);
    assert_eq!(of("logs")?, ExceptionSignal::Logs);
    wrong(
        "tracing: { exceptions: log }\n",
        &expect![
            "hyperion.yaml:1:24: tracing.exceptions: expected `logs` or another of `events`, `logs`, `both`, found `log`"
        ],
    );
    Ok(())
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    wrong(
        "\
service:
  nmae: users
tracing:
  enabled: yes
  exporter: zipkin
  endpoint: collector:4317
  sample_rate: 1.5
  timeout: 10
  compression: zstd
  batch: { max_export_batch_size: 4096, max_queue_size: 0 }
  limits: [1, 2]
metrics:
  temporality: Delta
  exporter: promethus
  port: 70000
  host: example.com
  path: metrics
  namespace: my-shop
  collect_runtime: sometimes
  heap: true
  enabled: \"true\"
logs: info
colour: blue
",
        &expect![[r#"
            hyperion.yaml:2:3: service.nmae: unknown key, did you mean `name`? the keys of `service` are `name`, `version`, `attributes`
            hyperion.yaml:4:12: tracing.enabled: expected `true` or `false`, found `yes`
            hyperion.yaml:5:13: tracing.exporter: expected one of `otlp`, `jaeger`, `console`, `none`, found `zipkin`
            hyperion.yaml:6:13: tracing.endpoint: expected an `http://` or `https://` URL such as `http://collector:4317`, found `collector:4317`
            hyperion.yaml:7:16: tracing.sample_rate: expected a number between 0.0 and 1.0, found `1.5`
            hyperion.yaml:8:12: tracing.timeout: expected a duration such as `10s`, `500ms` or `1m`, longer than zero and up to 24 days, found `10`
            hyperion.yaml:9:16: tracing.compression: expected one of `gzip`, `none`, found `zstd`
            hyperion.yaml:10:35: tracing.batch.max_export_batch_size: expected at most the size of the queue, which is 2048, found `4096`
            hyperion.yaml:10:57: tracing.batch.max_queue_size: expected a whole number from 1 to 2147483647, found `0`
            hyperion.yaml:11:11: tracing.limits: expected a mapping of keys to values, found a list
            hyperion.yaml:13:16: metrics.temporality: expected `delta` or another of `cumulative`, `delta`, `lowmemory`, found `Delta`
            hyperion.yaml:14:13: metrics.exporter: expected `prometheus` or another of `otlp`, `prometheus`, `console`, `none`, found `promethus`
            hyperion.yaml:15:9: metrics.port: expected a port, 1 to 65535, or 0 for any that is free, found `70000`
            hyperion.yaml:16:9: metrics.host: expected an IP address such as `127.0.0.1` or `0.0.0.0`, or `localhost`, found `example.com`
            hyperion.yaml:17:9: metrics.path: expected a path such as `/metrics`, with `%` escapes for what a path cannot hold, found `metrics`
            hyperion.yaml:18:14: metrics.namespace: expected ASCII letters, digits and `_`, not starting with a digit, found `my-shop`
            hyperion.yaml:19:20: metrics.collect_runtime: expected `true` or `false`, found `sometimes`
            hyperion.yaml:20:3: metrics.heap: unknown key; the keys of `metrics` are `enabled`, `exporter`, `protocol`, `endpoint`, `headers`, `timeout`, `compression`, `certificate`, `client_certificate`, `client_key`, `temporality`, `exemplars`, `interval`, `export_timeout`, `listen`, `host`, `port`, `path`, `namespace`, `subsystem`, `collect_runtime`, `created_series`, `scope_labels`, `service_name`
            hyperion.yaml:21:12: metrics.enabled: expected no quotes around `true`, they make text of it
            hyperion.yaml:22:7: logs: expected a mapping of keys to values, found `info`
            hyperion.yaml:23:1: colour: unknown key; the keys are `service`, `tracing`, `metrics`, `logs`, `propagation`, `announce`"#]],
    );
}

#[test]
fn a_key_stands_once() {
    wrong(
        "tracing:\n  enabled: true\n  enabled: false\n",
        &expect![
            "hyperion.yaml:3:3: tracing.enabled: this key stands already in line 2; keep one of them"
        ],
    );
    wrong(
        "logs: { level: info }\nlogs: { level: debug }\n",
        &expect!["hyperion.yaml:2:1: logs: this key stands already in line 1; keep one of them"],
    );
    wrong(
        "service: { name: users }\nmetrics: { service_name: orders }\n",
        &expect![
            "hyperion.yaml:2:26: metrics.service_name: the service is called `users` in line 1, and `orders` here; keep one name"
        ],
    );
    wrong(
        "service: { attributes: { service.name: users } }\n",
        &expect![
            "hyperion.yaml:1:40: service.attributes.service.name: write it as `service.name`, outside `attributes`"
        ],
    );
}

#[test]
fn syntax_errors_have_a_place() {
    wrong(
        "tracing:\n  enabled: true\n   exporter: otlp\n",
        &expect![
            "hyperion.yaml:3:12: not valid YAML: mapping values are not allowed in this context"
        ],
    );
    wrong(
        "tracing: { enabled: true\n",
        &expect!["hyperion.yaml:1:10: not valid YAML: unclosed bracket '{'"],
    );
    wrong(
        "tracing:\n\tenabled: true\n",
        &expect![
            "hyperion.yaml:2:2: not valid YAML: tabs disallowed within this context (block indentation)"
        ],
    );
    wrong(
        "a: 1\n---\nb: 2\n",
        &expect!["hyperion.yaml:2:1: expected one document, found the start of a second one"],
    );
    wrong(
        "- tracing\n",
        &expect!["hyperion.yaml:1:1: expected a mapping of keys to values, found a list"],
    );
    wrong(
        "tracing: &t { attributes: *t }\n",
        &expect!["hyperion.yaml:1:27: an alias cannot be part of what it stands for"],
    );
    wrong(
        "tracing: !!map { enabled: true }\n",
        &expect!["hyperion.yaml:1:16: tags have no meaning here; remove `!!map`"],
    );
    wrong(
        "? [a, b]\n: c\n",
        &expect!["hyperion.yaml:1:3: expected a word for a key"],
    );
}

#[test]
fn nesting_is_limited() {
    let error = read(&format!("tracing: {}", "[".repeat(100_000)));
    assert!(error.is_err_and(|error| error.to_string().contains("not valid YAML")));
    let indented = |depth| [&" ".repeat(depth), "a:\n"].concat();
    let deep: String = (0..1000).map(indented).collect();
    assert!(read(&deep).is_err());
}

#[test]
fn aliases_are_shared() -> Outcome {
    let config =
        read("tracing: &otlp { endpoint: http://collector:4318, timeout: 1s }\nmetrics: *otlp\n")?;
    assert_eq!(config.tracing.otlp, config.metrics.otlp);
    assert_eq!(
        config.metrics.otlp.url(Signal::Metrics),
        "http://collector:4318/v1/metrics"
    );
    Ok(())
}

#[test]
fn variables_are_put_into_values() -> Outcome {
    let config = read(
        "tracing: { attributes: { team: '${TEAM}', price: $$5, injection: '${INJECTION}' } }
metrics: { port: '${PORT}', subsystem: '${MISSING:-users}' }
",
    )?;
    assert_eq!(config.metrics.port, 9000);
    assert_eq!(config.metrics.subsystem.as_deref(), Some("users"));
    assert!(config.metrics.enabled, "a variable cannot add keys");
    assert_eq!(
        config.tracing.attributes.get("team").map(String::as_str),
        Some("identity")
    );
    assert_eq!(
        config.tracing.attributes.get("price").map(String::as_str),
        Some("$5")
    );
    let config = read("metrics:\n  port: ${PORT}\n  namespace: ${EMPTY}\n")?;
    assert_eq!(
        (config.metrics.port, config.metrics.namespace),
        (9000, None)
    );
    wrong(
        "service:\n  name: ${SERVICE}\nmetrics:\n  port: '${TEAM}'\n",
        &expect![[r#"
            hyperion.yaml:2:9: service.name: the environment variable `SERVICE` is not set; set it, or give a default: `${SERVICE:-…}`
            hyperion.yaml:4:9: metrics.port: expected a port, 1 to 65535, or 0 for any that is free, found `identity`"#]],
    );
    Ok(())
}

#[test]
fn https_is_an_endpoint_like_any_other() -> Outcome {
    let config = read("tracing: { endpoint: https://otlp.example.com }")?;
    assert_eq!(
        config.tracing.otlp.url(Signal::Traces),
        "https://otlp.example.com/v1/traces"
    );
    Ok(())
}

#[test]
fn secrets_of_headers_are_not_repeated() {
    wrong(
        "tracing: { headers: { authorization: \"Bearer\\n1234\", 'a b': c } }\n",
        &expect![[r#"
            hyperion.yaml:1:38: tracing.headers: the value of `authorization` holds characters that a header cannot: it is printable ASCII
            hyperion.yaml:1:61: tracing.headers: expected a header name such as `authorization`, found `a b`"#]],
    );
}

#[test]
fn misspelt_levels_are_refused() {
    wrong(
        "logs: { level: warning }\n",
        &expect![
            "hyperion.yaml:1:16: logs.level: expected `warn`, another level, or directives such as `info,users=debug`, found `warning`"
        ],
    );
}

#[test]
fn levels_of_components_are_told_with_their_place() {
    wrong(
        "tracing:\n  level: inof\n  components:\n    Cache: debug\n    Users: loud\n    Orders: [debug]\n",
        &expect![[r#"
            hyperion.yaml:2:10: tracing.level: expected `info` or another of `off`, `error`, `warn`, `info`, `debug`, `trace`, found `inof`
            hyperion.yaml:5:12: tracing.components.Users: expected one of `off`, `error`, `warn`, `info`, `debug`, `trace`, found `loud`
            hyperion.yaml:6:13: tracing.components.Orders: expected one value, found a list"#]],
    );
    wrong(
        "tracing: { components: debug }\n",
        &expect![
            "hyperion.yaml:1:24: tracing.components: expected a mapping of keys to values, found `debug`"
        ],
    );
}

#[test]
fn levels_of_the_environment_lie_over_those_of_the_file() -> Outcome {
    let mut config =
        read("tracing: { level: warn, components: { Cache: debug, Users: debug } }\n")?;
    config.apply_env(&|name| {
        (name == "HYPERION_LEVEL").then(|| "Users=off,Orders=trace".to_owned())
    })?;
    assert_eq!(config.tracing.level, LevelFilter::Warn);
    let components = [
        ("Cache", LevelFilter::Debug),
        ("Orders", LevelFilter::Trace),
        ("Users", LevelFilter::Off),
    ];
    assert_eq!(
        config.tracing.components,
        components
            .map(|(name, level)| (name.to_owned(), level))
            .into()
    );
    Ok(())
}

/// Pieces that a file is made of, in any order: far more of the loader runs than with letters alone.
const PIECES: &str = r#"(tracing|metrics|logs|service|name|attributes|batch|endpoint|sample_rate|level|headers|port|interval|https?://|\$\{|\}|\$|:-|: |:|\n|\n  |\n    |- |\[|\]|\{|, |&a|\*a|"|'|\||>|#|!|%|@|\?|~|1\.5|10s|-1|é|\u{FEFF}|\u{0}|\PC)*"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in PIECES) {
        tells_places(&text);
    }

    #[test]
    fn no_bytes_panic(text in any::<String>()) {
        tells_places(&text);
    }
}

fn tells_places(text: &str) {
    if let Err(error) = read(text) {
        assert!(!error.mistakes().is_empty());
        for mistake in error.mistakes() {
            assert!(mistake.line().is_some_and(|line| line > 0));
            assert!(mistake.column().is_some_and(|column| column > 0));
            assert!(!mistake.to_string().contains('\n'), "{mistake}");
        }
    }
}

#[test]
fn lists_are_lists_or_texts_with_commas() -> Outcome {
    use Propagator::{B3, B3Multi, Baggage, Jaeger, TraceContext};
    let propagators = |value: &str| {
        let text = format!("propagation: {{ propagators: {value} }}");
        read(&text).map(|config| config.propagation.propagators)
    };
    assert_eq!(propagators("")?, [TraceContext, Baggage]);
    assert_eq!(propagators("[b3, b3multi, b3]")?, [B3, B3Multi]);
    assert_eq!(
        propagators("\"jaeger, tracecontext,\"")?,
        [Jaeger, TraceContext]
    );
    assert_eq!(propagators("\"${FORMATS:-b3}\"")?, [B3]);
    assert_eq!(propagators("none")?, []);
    assert_eq!(propagators("[]")?, []);
    let config =
        read("tracing: { baggage: [tenant.id, tenant.id] }\nlogs:\n  baggage:\n  - a\n  - b\n")?;
    assert_eq!(config.tracing.baggage, ["tenant.id"]);
    assert_eq!(config.logs.baggage, ["a", "b"]);
    Ok(())
}

#[test]
fn mistakes_in_lists_are_told_at_their_items() {
    wrong(
        "propagation:\n  propagators:\n  - tracecontext\n  - b3single\n  - xray\n",
        &expect![[r"
            hyperion.yaml:4:5: propagation.propagators: expected one of `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger`, `none`, found `b3single`
            hyperion.yaml:5:5: propagation.propagators: expected one of `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger`, `none`, found `xray`"]],
    );
    wrong(
        "propagation: { propagators: [none, b3] }",
        &expect![
            "hyperion.yaml:1:29: propagation.propagators: expected `none` alone, or others without it, found both"
        ],
    );
    wrong(
        "propagation: { propagators: [[b3], { a: b }] }\nlogs: { baggage: { a: b } }",
        &expect![[r"
            hyperion.yaml:1:30: propagation.propagators: expected one value, found a list
            hyperion.yaml:1:36: propagation.propagators: expected one value, found a mapping
            hyperion.yaml:2:18: logs.baggage: expected a list, found a mapping"]],
    );
    wrong(
        "propagation: { propagator: b3, baggage: [a] }\ntracing: { baggage: [''] }",
        &expect![[r#"
            hyperion.yaml:1:16: propagation.propagator: unknown key, did you mean `propagators`? the keys of `propagation` are `propagators`
            hyperion.yaml:1:32: propagation.baggage: unknown key; the keys of `propagation` are `propagators`
            hyperion.yaml:2:22: tracing.baggage: expected some text, found nothing"#]],
    );
}

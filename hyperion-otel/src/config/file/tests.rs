//! The file that is read, and the environment over it.

use std::time::Duration;

use super::load_from;
use crate::config::{Config, PemFile, Sampler};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn the_file_is_found() -> Outcome {
    let directory = tempfile::tempdir()?;
    let default = directory.path().join("hyperion.yaml");
    let nothing = |_: &str| None;
    assert_eq!(load_from(&nothing, &default)?, Config::default());

    std::fs::write(&default, "service: { name: default }")?;
    assert_eq!(
        load_from(&nothing, &default)?.service.name.as_deref(),
        Some("default")
    );

    let named = directory.path().join("named.yaml");
    let env = |name: &str| (name == "HYPERION_CONFIG").then(|| named.display().to_string());
    let missing = load_from(&env, &default).map_err(|error| error.to_string());
    let expected = format!(
        "{}: there is no such file; create it, or mend `HYPERION_CONFIG` if it names it",
        named.display()
    );
    assert_eq!(missing, Err(expected));
    std::fs::write(&named, "service: { name: named }")?;
    assert_eq!(
        load_from(&env, &default)?.service.name.as_deref(),
        Some("named")
    );

    std::fs::write(&named, b"service:\n  name: \xC3\xA9\xFF")?;
    let error = load_from(&env, &default).map_err(|error| error.to_string());
    assert!(error.is_err_and(|error| {
        error.ends_with(":2:10: expected UTF-8, found other bytes; save the file as UTF-8")
    }));

    std::fs::write(&named, vec![b'#'; 2 * 1024 * 1024])?;
    let error = load_from(&env, &default).map_err(|error| error.to_string());
    assert!(error.is_err_and(|error| error.ends_with("cannot be read: it is larger than 1 MiB")));

    assert!(Config::from_file(directory.path()).is_err());
    Ok(())
}

#[test]
fn the_environment_lies_over_the_file() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("config.yaml");
    std::fs::write(
        &path,
        "service: { name: file, version: 1.4.0, attributes: { team: file } }\ntracing: { sample_rate: 0.5, timeout: 1s }\n",
    )?;
    let config = Config::load_with(&|name| match name {
        "HYPERION_CONFIG" => Some(path.display().to_string()),
        "OTEL_SERVICE_NAME" => Some("environment".to_owned()),
        "OTEL_RESOURCE_ATTRIBUTES" => Some("team=environment,shard=7".to_owned()),
        "OTEL_TRACES_SAMPLER" => Some("always_on".to_owned()),
        "OTEL_EXPORTER_OTLP_TIMEOUT" => Some("soon".to_owned()),
        _ => None,
    })?;
    assert_eq!(config.service.name.as_deref(), Some("environment"));
    assert_eq!(config.service.version.as_deref(), Some("1.4.0"));
    let attributes = config
        .service
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    assert_eq!(
        attributes.collect::<Vec<_>>(),
        [("shard", "7"), ("team", "environment")]
    );
    assert_eq!(config.tracing.sampler, Sampler::AlwaysOn);
    assert_eq!(
        config.tracing.otlp.timeout,
        Duration::from_secs(1),
        "what cannot be read changes nothing"
    );
    assert_eq!(config.warnings().len(), 1);
    Ok(())
}

#[test]
fn files_for_tls_are_named_with_their_place() -> Outcome {
    let text = "\
tracing:
  certificate: /tls/roots.pem
  client_certificate: /tls/client.pem
  client_key: '/tls/client.key'
metrics:
  certificate: metrics.pem
";
    let config = Config::from_yaml(text, "hyperion.yaml")?;
    let (tracing, metrics) = (config.tracing.otlp, config.metrics.otlp);
    let named = |file: Option<PemFile>| {
        let file = file?;
        Some(format!("{} {}", file.setting()?, file.path().display()))
    };
    assert_eq!(
        [
            tracing.certificate,
            tracing.client_certificate,
            tracing.client_key,
            metrics.certificate,
        ]
        .map(named),
        [
            "hyperion.yaml:2:16: tracing.certificate /tls/roots.pem",
            "hyperion.yaml:3:23: tracing.client_certificate /tls/client.pem",
            "hyperion.yaml:4:15: tracing.client_key /tls/client.key",
            "hyperion.yaml:6:16: metrics.certificate metrics.pem",
        ]
        .map(|text| Some(text.to_owned()))
    );
    assert_eq!(named(metrics.client_key), None);
    Ok(())
}

//! OTLP.

use crate::config::{self, Compression, Metrics, Otlp, Protocol, Signal, Tracing};
use crate::export::otlp::{self, Identity, PemFile, Settings, Tls};
use crate::export::{MetricSink, SetupError, SpanSink};
use crate::pipeline::Error;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;

pub(super) fn spans(config: &Tracing, resource: &Resource) -> Result<Box<dyn SpanSink>, Error> {
    let mut settings = settings(&config.otlp, Signal::Traces, "tracing")?;
    settings.timeout = settings.timeout.min(config.batch.export_timeout);
    Ok(otlp::span_sink(&settings, resource)?)
}

pub(super) fn metrics(config: &Metrics, resource: &Resource) -> Result<Box<dyn MetricSink>, Error> {
    Ok(otlp::metric_sink(&metric_settings(config)?, resource)?)
}

fn metric_settings(config: &Metrics) -> Result<Settings, SetupError> {
    let mut settings = settings(&config.otlp, Signal::Metrics, "metrics")?;
    settings.timeout = settings.timeout.min(config.export_timeout);
    settings.temporality = match config.temporality {
        config::Temporality::Cumulative => Temporality::Cumulative,
        config::Temporality::Delta => Temporality::Delta,
        config::Temporality::LowMemory => Temporality::LowMemory,
    };
    Ok(settings)
}

fn settings(config: &Otlp, signal: Signal, section: &str) -> Result<Settings, SetupError> {
    Ok(Settings {
        protocol: match config.protocol {
            Protocol::HttpProtobuf => otlp::Protocol::HttpProtobuf,
            Protocol::Grpc => otlp::Protocol::Grpc,
        },
        endpoint: config.url(signal),
        headers: config
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        timeout: config.timeout,
        compression: match config.compression {
            Compression::None => otlp::Compression::None,
            Compression::Gzip => otlp::Compression::Gzip,
        },
        tls: tls(config, section)?,
        temporality: Temporality::Cumulative,
    })
}

fn tls(config: &Otlp, section: &str) -> Result<Tls, SetupError> {
    let named = |file: &Option<config::PemFile>, key: &str| {
        file.as_ref().map(|file| PemFile {
            path: file.path().to_owned(),
            setting: file
                .setting()
                .map_or_else(|| format!("{section}.{key}"), str::to_owned),
        })
    };
    let certificate = named(&config.client_certificate, "client_certificate");
    let key = named(&config.client_key, "client_key");
    let identity = match (certificate, key) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some(Identity { certificate, key }),
        (Some(given), None) => return Err(alone(&given, "client_key", "CLIENT_KEY")),
        (None, Some(given)) => {
            return Err(alone(&given, "client_certificate", "CLIENT_CERTIFICATE"));
        }
    };
    Ok(Tls {
        roots: named(&config.certificate, "certificate"),
        identity,
    })
}

/// A certificate without its key, or a key without its certificate.
fn alone(given: &PemFile, missing_key: &str, missing_variable: &str) -> SetupError {
    SetupError::new(format!(
        "{}: a client certificate and its key go together; give `{missing_key}` or \
         `OTEL_EXPORTER_OTLP_{missing_variable}`, too",
        given.setting
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn metrics() -> Metrics {
        Metrics::default()
    }

    fn refused(config: &Metrics) -> String {
        let resource = Resource::builder_empty().build();
        super::metrics(config, &resource)
            .err()
            .map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn a_client_certificate_and_its_key_go_together() {
        let mut config = metrics();
        config.otlp.client_certificate = Some(config::PemFile::new("client.pem"));
        assert_eq!(
            refused(&config),
            "metrics.client_certificate: a client certificate and its key go together; give `client_key` or \
             `OTEL_EXPORTER_OTLP_CLIENT_KEY`, too"
        );
        let mut config = metrics();
        config.otlp.client_key = Some(config::PemFile::new("client.key"));
        assert_eq!(
            refused(&config),
            "metrics.client_key: a client certificate and its key go together; give `client_certificate` or \
             `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, too"
        );
    }

    #[test]
    fn files_are_read_for_https_alone() {
        let missing = || Some(config::PemFile::new("there/is/no/such.pem"));
        let mut config = metrics();
        config.otlp.certificate = missing();
        assert_eq!(refused(&config), "");
        config.otlp.endpoint = config::Endpoint::new("https://localhost:4318").ok();
        let error = refused(&config);
        assert!(
            error.starts_with("metrics.certificate: `there/is/no/such.pem` cannot be read ("),
            "{error}"
        );
    }

    #[test]
    fn the_shorter_timeout_counts() {
        let mut config = metrics();
        let timeout = |config: &Metrics| metric_settings(config).map(|settings| settings.timeout);
        assert_eq!(timeout(&config).ok(), Some(Duration::from_secs(10)));
        config.export_timeout = Duration::from_secs(4);
        assert_eq!(timeout(&config).ok(), Some(Duration::from_secs(4)));
    }

    #[test]
    fn the_temporality_is_for_instruments_of_others_too() {
        let resource = Resource::builder_empty().build();
        let mut config = metrics();
        let mut preference = |temporality| {
            config.temporality = temporality;
            super::metrics(&config, &resource)
                .ok()
                .map(|sink| sink.temporality())
        };
        for (configured, preferred) in [
            (config::Temporality::Cumulative, Temporality::Cumulative),
            (config::Temporality::Delta, Temporality::Delta),
            (config::Temporality::LowMemory, Temporality::LowMemory),
        ] {
            assert_eq!(preference(configured), Some(preferred));
        }
    }
}

//! The variables of OTLP: a general one for both signals, and a form of it for each.

use super::{Variables, boolean};
use crate::config::choice::word_in_any_case;
use crate::config::error::{mismatch, shown};
use crate::config::otlp::{Endpoint, Headers, Otlp, PemFile, Protocol};
use crate::config::value;

/// The variables of one signal, each before its general form.
pub(super) struct Names {
    endpoint: [&'static str; 2],
    headers: [&'static str; 2],
    timeout: [&'static str; 2],
    protocol: [&'static str; 2],
    compression: [&'static str; 2],
    insecure: [&'static str; 2],
    certificate: [&'static str; 2],
    client_certificate: [&'static str; 2],
    client_key: [&'static str; 2],
}

/// The names of a signal's variables.
macro_rules! names {
    ($signal:literal) => {
        names!($signal, endpoint "ENDPOINT", headers "HEADERS", timeout "TIMEOUT", protocol "PROTOCOL", compression "COMPRESSION", insecure "INSECURE", certificate "CERTIFICATE", client_certificate "CLIENT_CERTIFICATE", client_key "CLIENT_KEY")
    };
    ($signal:literal, $($field:ident $name:literal),+) => {
        Names {
            $($field: [
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_", $name),
                concat!("OTEL_EXPORTER_OTLP_", $name),
            ]),+
        }
    };
}

pub(super) const TRACES: Names = names!("TRACES");
pub(super) const METRICS: Names = names!("METRICS");

pub(super) fn read(variables: &mut Variables<'_>, names: &Names, sends: bool, otlp: &mut Otlp) {
    variables.read(&names.protocol, word_in_any_case, &mut otlp.protocol);
    variables.read(
        &names.timeout,
        value::timeout_milliseconds,
        &mut otlp.timeout,
    );
    variables.read(&names.compression, word_in_any_case, &mut otlp.compression);
    headers(variables, &names.headers, &mut otlp.headers);
    endpoint(variables, names, sends, otlp);
    pem_file(variables, &names.certificate, &mut otlp.certificate);
    pem_file(
        variables,
        &names.client_certificate,
        &mut otlp.client_certificate,
    );
    pem_file(variables, &names.client_key, &mut otlp.client_key);
}

fn endpoint(variables: &mut Variables<'_>, names: &Names, sends: bool, otlp: &mut Otlp) {
    let mut insecure = false;
    variables.read(&names.insecure, boolean, &mut insecure);
    let [of_signal, general] = names.endpoint;
    let given = [(of_signal, true), (general, false)]
        .into_iter()
        .find_map(|(name, exact)| Some((name, exact, variables.text(name)?)));
    let Some((name, exact, text)) = given else {
        return;
    };
    // gRPC has targets of its own, which are secure unless somebody says otherwise.
    let url = if otlp.protocol == Protocol::Grpc && !text.contains("://") {
        format!("{}://{text}", if insecure { "http" } else { "https" })
    } else {
        text.clone()
    };
    match Endpoint::read(&url, Some(exact)) {
        Ok(endpoint) => otlp.endpoint = Some(endpoint),
        Err(expected) => {
            variables.refuse_endpoint(name, mismatch(&expected, &shown(&text)), sends);
        }
    }
}

fn headers(variables: &mut Variables<'_>, names: &[&'static str], headers: &mut Headers) {
    for name in names {
        let Some(text) = variables.text(name) else {
            continue;
        };
        // The text of the variable stays out of the warning: this is where credentials are kept.
        let parsed = value::pairs(&text)
            .map_err(|expected| format!("expected {expected}"))
            .and_then(|pairs| {
                pairs
                    .iter()
                    .map(|(name, value)| value::header(name, value))
                    .collect::<Result<Vec<_>, _>>()
            });
        match parsed {
            Ok(parsed) => {
                *headers = Headers::of_checked(parsed);
                return;
            }
            Err(problem) => variables.warn(&format!("{name}: {problem}")),
        }
    }
}

fn pem_file(variables: &mut Variables<'_>, names: &[&'static str], slot: &mut Option<PemFile>) {
    let mut path = None;
    if let Some(name) = variables.read(names, value::some_text, &mut path) {
        *slot = path.map(|path| PemFile::named_by(name.to_owned(), &path));
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, PemFile};

    #[test]
    fn certificates_are_named_by_signal() -> Result<(), ConfigError> {
        let variables = [
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/tls/roots.pem"),
            ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/tls/traces.pem"),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/tls/client.pem"),
            ("OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", "/tls/client.key"),
        ];
        let mut config = Config::default();
        config.apply_env(&|name| {
            let mut variables = variables.iter();
            let (_, value) = variables.find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        })?;
        let named = |file: &Option<PemFile>| {
            let file = file.as_ref()?;
            Some((file.setting()?.to_owned(), file.path().to_owned()))
        };
        let expected = |setting: &str, path: &str| Some((setting.to_owned(), path.into()));
        let (traces, metrics) = (&config.tracing.otlp, &config.metrics.otlp);
        assert_eq!(
            named(&traces.certificate),
            expected("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/tls/traces.pem")
        );
        assert_eq!(
            named(&metrics.certificate),
            expected("OTEL_EXPORTER_OTLP_CERTIFICATE", "/tls/roots.pem")
        );
        let client = expected("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/tls/client.pem");
        assert_eq!(named(&traces.client_certificate), client);
        assert_eq!(named(&metrics.client_certificate), client);
        assert_eq!(traces.client_key, None);
        assert_eq!(
            named(&metrics.client_key),
            expected("OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", "/tls/client.key")
        );
        Ok(())
    }
}

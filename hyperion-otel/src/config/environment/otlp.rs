//! The variables of OTLP: a general one for all signals, and a form of it for each.

use super::{Variables, boolean};
use crate::config::choice::word_in_any_case;
use crate::config::error::{mismatch, shown};
use crate::config::otlp::{Endpoint, Headers, Otlp, PemFile, Protocol};
use crate::config::value;

/// Reads the variables of `signal`, each before its general form. A wrong endpoint is a mistake if it `sends`.
pub(super) fn read(variables: &mut Variables<'_>, signal: &str, sends: bool, otlp: &mut Otlp) {
    let names = |name| {
        [
            format!("OTEL_EXPORTER_OTLP_{signal}_{name}"),
            format!("OTEL_EXPORTER_OTLP_{name}"),
        ]
    };
    let timeout = value::timeout_milliseconds;
    variables.read(&names("PROTOCOL"), word_in_any_case, &mut otlp.protocol);
    variables.read(&names("TIMEOUT"), timeout, &mut otlp.timeout);
    let compression = &mut otlp.compression;
    variables.read(&names("COMPRESSION"), word_in_any_case, compression);
    headers(variables, &names("HEADERS"), &mut otlp.headers);
    let mut insecure = false;
    variables.read(&names("INSECURE"), boolean, &mut insecure);
    endpoint(variables, &names("ENDPOINT"), insecure, sends, otlp);
    for (name, slot) in [
        ("CERTIFICATE", &mut otlp.certificate),
        ("CLIENT_CERTIFICATE", &mut otlp.client_certificate),
        ("CLIENT_KEY", &mut otlp.client_key),
    ] {
        let mut path = None;
        let names = names(name);
        let name = variables.read(&names, value::some_text, &mut path);
        if let (Some(name), Some(path)) = (name, path) {
            *slot = Some(PemFile::named_by(name.to_owned(), &path));
        }
    }
}

fn endpoint(
    variables: &mut Variables<'_>,
    [of_signal, general]: &[String; 2],
    insecure: bool,
    sends: bool,
    otlp: &mut Otlp,
) {
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

fn headers(variables: &mut Variables<'_>, names: &[String], headers: &mut Headers) {
    for name in names {
        let Some(text) = variables.text(name) else {
            continue;
        };
        // The text of the variable stays out of the warning: this is where credentials are kept.
        let parsed = value::pairs(&text)
            .map_err(|expected| format!("expected {expected}"))
            .and_then(|pairs| {
                let headers = pairs.iter().map(|(name, value)| value::header(name, value));
                headers.collect::<Result<Vec<_>, _>>()
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

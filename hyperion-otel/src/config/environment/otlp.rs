//! The variables of OTLP: a general one for both signals, and a form of it for each.

use super::{Variables, boolean};
use crate::config::choice::word_in_any_case;
use crate::config::error::{mismatch, shown};
use crate::config::otlp::{Headers, Otlp, PemFile, Protocol};
use crate::config::{url, value};

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

pub(super) const TRACES: Names = Names {
    endpoint: [
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ],
    headers: [
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_HEADERS",
    ],
    timeout: [
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
    ],
    protocol: [
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
    ],
    compression: [
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
    ],
    insecure: [
        "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
        "OTEL_EXPORTER_OTLP_INSECURE",
    ],
    certificate: [
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
    ],
    client_certificate: [
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    ],
    client_key: [
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    ],
};

pub(super) const METRICS: Names = Names {
    endpoint: [
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ],
    headers: [
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        "OTEL_EXPORTER_OTLP_HEADERS",
    ],
    timeout: [
        "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
    ],
    protocol: [
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
    ],
    compression: [
        "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
    ],
    insecure: [
        "OTEL_EXPORTER_OTLP_METRICS_INSECURE",
        "OTEL_EXPORTER_OTLP_INSECURE",
    ],
    certificate: [
        "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
    ],
    client_certificate: [
        "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    ],
    client_key: [
        "OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    ],
};

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
    let parsed = if exact {
        url::exact(&url)
    } else {
        url::base(&url)
    };
    match parsed {
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

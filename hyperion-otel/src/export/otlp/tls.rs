//! TLS, the same for HTTP and for gRPC.
//!
//! The cryptography is named here and not installed for the process, where a program may have chosen another one.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{CertificateError, ClientConfig, InvalidMessage, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::settings::{PemFile, Tls};
use crate::export::SetupError;

/// Far more than any chain of certificates takes; a device or a log file is refused before it fills the memory.
const LARGEST: u64 = 1024 * 1024;

/// How connections to `https://` endpoints are made.
pub(super) fn client_config(tls: &Tls) -> Result<ClientConfig, SetupError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| did_not_start(&error))?;
    let builder = match &tls.roots {
        Some(file) => builder.with_root_certificates(roots(file)?),
        None => builder.with_platform_verifier().map_err(|error| {
            SetupError::new(format!(
                "the certificates that this system trusts cannot be read ({error}); expected some for an `https://` \
                 endpoint: install them, usually as a package `ca-certificates`, or name the server's root in \
                 `certificate` or `OTEL_EXPORTER_OTLP_CERTIFICATE`"
            ))
        })?,
    };
    let Some(identity) = &tls.identity else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates(&identity.certificate)?;
    let key = private_key(&identity.key)?;
    builder.with_client_auth_cert(chain, key).map_err(|error| {
        SetupError::new(format!(
            "{}: expected the private key of the certificate that {} names, found another one in `{}` ({error})",
            identity.key.setting,
            identity.certificate.setting,
            identity.key.path.display(),
        ))
    })
}

/// What TLS has against an exchange that failed, in words; nothing if it failed for another reason.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Option<String> {
    let certificate = match cause(error)? {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::AlertReceived(alert) => return Some(explain_alert(&format!("{alert:?}"))),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            return Some("the server does not speak TLS at this port; expected an `http://` URL, or another port".into());
        }
        other => return Some(format!("no connection over TLS: {other}")),
    };
    let reason = match certificate {
        // A root that was made anew under its old name has another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "is not trusted: none of the trusted roots signed it; name the root that did in `certificate` or \
             `OTEL_EXPORTER_OTLP_CERTIFICATE`"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet; is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName => "is for another host name".to_owned(),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => format!(
            "is for another host name than `{}`: {}",
            expected.to_str(),
            presented.join(", ")
        ),
        other => format!("is refused: {other}"),
    };
    Some(format!("the certificate of the server {reason}"))
}

/// What a server has against the connection, if that stands in the text of an error: HTTP/2 keeps nothing else of what
/// broke its connection.
pub(super) fn explain_text(text: &str) -> Option<String> {
    let (_, name) = text.split_once("received fatal alert: ")?;
    let end = name.find(|character: char| !character.is_ascii_alphanumeric());
    name.get(..end.unwrap_or(name.len())).map(explain_alert)
}

/// What a server has against the connection, by the name of its alert.
fn explain_alert(name: &str) -> String {
    match name {
        "CertificateRequired" => {
            "the server asks for a client certificate; name one in `client_certificate` and `client_key`, or in \
             `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `OTEL_EXPORTER_OTLP_CLIENT_KEY`"
                .to_owned()
        }
        "UnknownCA"
        | "BadCertificate"
        | "CertificateExpired"
        | "CertificateRevoked"
        | "CertificateUnknown"
        | "UnsupportedCertificate" => format!("the server refuses the client certificate ({name})"),
        _ => format!("the server refuses the connection over TLS ({name})"),
    }
}

/// The error of TLS among the causes of `error`.
fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What an I/O error wraps is not its source.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|wrapped| cause(wrapped)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn did_not_start(error: &rustls::Error) -> SetupError {
    SetupError::new(format!("TLS of the OTLP exporter did not start: {error}"))
}

fn roots(file: &PemFile) -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|error| unexpected(file, CERTIFICATES, &error.to_string()))?;
    }
    Ok(roots)
}

const CERTIFICATES: &str = "certificates in PEM form, `-----BEGIN CERTIFICATE-----`";
const KEY: &str = "a private key in PEM form, `-----BEGIN PRIVATE KEY-----`";

fn certificates(file: &PemFile) -> Result<Vec<CertificateDer<'static>>, SetupError> {
    let text = read(file, CERTIFICATES)?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| unexpected(file, CERTIFICATES, &error.to_string()))?;
    if certificates.is_empty() {
        return Err(unexpected(file, CERTIFICATES, "there are none"));
    }
    Ok(certificates)
}

fn private_key(file: &PemFile) -> Result<PrivateKeyDer<'static>, SetupError> {
    let text = read(file, KEY)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        pem::Error::NoItemsFound => unexpected(file, KEY, "there is none without a password"),
        error => unexpected(file, KEY, &error.to_string()),
    })
}

fn read(file: &PemFile, expected: &str) -> Result<Vec<u8>, SetupError> {
    let mut text = Vec::new();
    let length = File::open(&file.path)
        .and_then(|open| open.take(LARGEST + 1).read_to_end(&mut text))
        .map_err(|error| {
            SetupError::new(format!(
                "{}: `{}` cannot be read ({error}); expected a file with {expected}",
                file.setting,
                file.path.display(),
            ))
        })?;
    if u64::try_from(length).is_ok_and(|length| length <= LARGEST) {
        Ok(text)
    } else {
        Err(unexpected(file, expected, "it is larger than 1 MiB"))
    }
}

fn unexpected(file: &PemFile, expected: &str, found: &str) -> SetupError {
    SetupError::new(format!(
        "{}: expected {expected}, in `{}`: {found}",
        file.setting,
        file.path.display(),
    ))
}

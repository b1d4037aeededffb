//! TLS, the same for HTTP and for gRPC.
//!
//! The cryptography is named here and not installed for the process, where a program may have chosen another one.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{CertificateError, ClientConfig, InvalidMessage, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::config::{self, Otlp, Signal};
use crate::export::SetupError;

/// The way to connect to an `https://` endpoint of `signal`; for another one files are not read.
pub(super) fn client_config(
    otlp: &Otlp,
    signal: Signal,
    is_https: bool,
) -> Result<Option<ClientConfig>, SetupError> {
    let named = |key| move |file| PemFile::named(file, signal, key);
    let roots = otlp.certificate.as_ref().map(named("certificate"));
    let certificate = otlp.client_certificate.as_ref();
    let certificate = certificate.map(named("client_certificate"));
    let key = otlp.client_key.as_ref().map(named("client_key"));
    let identity = match (certificate, key) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (Some(given), None) => return Err(given.alone("client_key", "CLIENT_KEY")),
        (None, Some(given)) => {
            return Err(given.alone("client_certificate", "CLIENT_CERTIFICATE"));
        }
    };
    if !is_https {
        return Ok(None);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            SetupError::new(format!("TLS of the OTLP exporter did not start: {error}"))
        })?;
    let builder = match roots {
        Some(file) => builder.with_root_certificates(file.roots()?),
        None => builder.with_platform_verifier().map_err(|error| {
            SetupError::new(format!(
                "the certificates that this system trusts cannot be read ({error}); expected some for an `https://` \
                 endpoint: install them, usually as a package `ca-certificates`, or name the server's root in \
                 `certificate` or `OTEL_EXPORTER_OTLP_CERTIFICATE`"
            ))
        })?,
    };
    let Some((certificate, key)) = identity else {
        return Ok(Some(builder.with_no_client_auth()));
    };
    let chain = certificate.certificates()?;
    let config = builder.with_client_auth_cert(chain, key.private_key()?);
    config.map(Some).map_err(|error| {
        SetupError::new(format!(
            "{}: expected the private key of the certificate that {} names, found another one in `{}` ({error})",
            key.setting,
            certificate.setting,
            key.path.display(),
        ))
    })
}

/// A configuration that has the server speak HTTP/2.
#[cfg(feature = "otlp-grpc")]
pub(super) fn for_http2(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// The words for what TLS has against an exchange; none if that failed for another reason.
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

/// The words for what a server has against the connection, if that stands in the text of an error: HTTP/2 keeps nothing
/// else of what broke its connection.
pub(super) fn explain_text(text: &str) -> Option<String> {
    let (_, name) = text.split_once("received fatal alert: ")?;
    let end = name.find(|character: char| !character.is_ascii_alphanumeric());
    name.get(..end.unwrap_or(name.len())).map(explain_alert)
}

/// The words for what a server has against the connection, by the name of its alert.
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

const CERTIFICATES: &str = "certificates in PEM form, `-----BEGIN CERTIFICATE-----`";
const KEY: &str = "a private key in PEM form, `-----BEGIN PRIVATE KEY-----`";

/// A file in PEM form, and the name of the setting that names it.
struct PemFile<'a> {
    path: &'a Path,
    setting: String,
}

impl<'a> PemFile<'a> {
    /// A file that `key` in the section of `signal` names, unless another setting does.
    fn named(file: &'a config::PemFile, signal: Signal, key: &str) -> Self {
        let key = || format!("{}.{key}", signal.section());
        Self {
            path: file.path(),
            setting: file.setting().map_or_else(key, str::to_owned),
        }
    }

    fn roots(&self) -> Result<RootCertStore, SetupError> {
        let mut roots = RootCertStore::empty();
        for certificate in self.certificates()? {
            roots
                .add(certificate)
                .map_err(|error| self.unexpected(CERTIFICATES, &error.to_string()))?;
        }
        Ok(roots)
    }

    fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, SetupError> {
        let text = self.read(CERTIFICATES)?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|error| self.unexpected(CERTIFICATES, &error.to_string()))?;
        if certificates.is_empty() {
            return Err(self.unexpected(CERTIFICATES, "there are none"));
        }
        Ok(certificates)
    }

    fn private_key(&self) -> Result<PrivateKeyDer<'static>, SetupError> {
        let text = self.read(KEY)?;
        PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
            pem::Error::NoItemsFound => self.unexpected(KEY, "there is none without a password"),
            error => self.unexpected(KEY, &error.to_string()),
        })
    }

    fn read(&self, expected: &str) -> Result<Vec<u8>, SetupError> {
        config::read_file(self.path).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => self.unexpected(expected, &error.to_string()),
            _ => SetupError::new(format!(
                "{}: `{}` cannot be read ({error}); expected a file with {expected}",
                self.setting,
                self.path.display(),
            )),
        })
    }

    fn unexpected(&self, expected: &str, found: &str) -> SetupError {
        SetupError::new(format!(
            "{}: expected {expected}, in `{}`: {found}",
            self.setting,
            self.path.display(),
        ))
    }

    /// The error for a certificate without its key, or a key without its certificate.
    fn alone(&self, missing_key: &str, missing_variable: &str) -> SetupError {
        SetupError::new(format!(
            "{}: a client certificate and its key go together; give `{missing_key}` or \
             `OTEL_EXPORTER_OTLP_{missing_variable}`, too",
            self.setting
        ))
    }
}

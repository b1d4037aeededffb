//! Where OTLP goes and how.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::endpoint;

/// Where OTLP goes and how. The environment is not consulted.
#[derive(Clone)]
pub struct Settings {
    /// How requests are encoded and carried.
    pub protocol: Protocol,
    /// A complete URL. For HTTP it includes the path of the signal, for example `http://localhost:4318/v1/traces`;
    /// for gRPC it is `http://localhost:4317`.
    pub endpoint: String,
    /// Headers, or metadata for gRPC, of every request. Their values are taken for secrets.
    pub headers: Vec<(String, String)>,
    /// The most that one export takes, from resolving the name to the last retry.
    pub timeout: Duration,
    /// Whether requests are made smaller.
    pub compression: Compression,
    /// Who is trusted, and who this is, where the endpoint is an `https://` URL.
    pub tls: Tls,
    /// What the values of metrics are counted from. It has no meaning for spans.
    ///
    /// For each kind of instrument it is the table of the [specification]. Native instruments are cumulative by
    /// themselves, and what is sent is the difference to the last export that arrived.
    ///
    /// [specification]: https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/#additional-environment-variable-configuration
    pub temporality: Temporality,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Settings")
            .field("protocol", &self.protocol)
            .field("endpoint", &endpoint::without_credentials(&self.endpoint))
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .field("tls", &self.tls)
            .field("temporality", &self.temporality)
            .finish()
    }
}

/// A transport of OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `http/protobuf`
    HttpProtobuf,
    /// `grpc`
    Grpc,
}

/// How requests are made smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// By gzip.
    Gzip,
}

/// Who is trusted, and who this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The only certificates that are trusted to sign the server's; without it those that this system trusts.
    pub roots: Option<PemFile>,
    /// What is shown to a server that asks who this is.
    pub identity: Option<Identity>,
}

/// A certificate of this client and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, followed by those that lead from it to a root.
    pub certificate: PemFile,
    /// The private key of the certificate.
    pub key: PemFile,
}

/// A file in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemFile {
    /// Where it is.
    pub path: PathBuf,
    /// What errors call the setting that names it, for example `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    pub setting: String,
}

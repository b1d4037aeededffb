//! The settings of OTLP, for all signals alike.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::choice::Choice;
use super::error::ConfigError;
use super::{url, value};

/// The settings of [OTLP] for one signal.
///
/// In the file these are keys of `tracing`, of `metrics` and of `logs`. Of each variable there is a form for one signal,
/// `OTEL_EXPORTER_OTLP_TRACES_…`, `OTEL_EXPORTER_OTLP_METRICS_…` or `OTEL_EXPORTER_OTLP_LOGS_…`, which wins over the general
/// one, `OTEL_EXPORTER_OTLP_…`.
///
/// [OTLP]: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Otlp {
    /// The transport; `http/protobuf` by default.
    ///
    /// File: `protocol`. Environment: `OTEL_EXPORTER_OTLP_PROTOCOL` and its forms.
    pub protocol: Protocol,
    /// The URL of the receiver; without one it is on this host, port 4318 for HTTP and 4317 for gRPC.
    ///
    /// File: `endpoint`. Environment: `OTEL_EXPORTER_OTLP_ENDPOINT` and its forms. For gRPC a variable can leave out the
    /// scheme: it is `https://` then, or `http://` if `OTEL_EXPORTER_OTLP_INSECURE` or one of its forms is `true`.
    pub endpoint: Option<Endpoint>,
    /// Headers, or gRPC metadata, that go with every request.
    ///
    /// File: `headers`. Environment: `OTEL_EXPORTER_OTLP_HEADERS` and its forms, which replace those of the file.
    pub headers: Headers,
    /// The most that one export may take, retries included, 10 s by default; [`NO_LIMIT`](super::NO_LIMIT) for a variable that says 0.
    ///
    /// File: `timeout`. Environment: `OTEL_EXPORTER_OTLP_TIMEOUT` and its forms, in milliseconds.
    pub timeout: Duration,
    /// The way to make requests smaller; none by default.
    ///
    /// File: `compression`. Environment: `OTEL_EXPORTER_OTLP_COMPRESSION` and its forms.
    pub compression: Compression,
    /// The only certificates that are trusted to sign the one of an `https://` endpoint; without it those that this
    /// system trusts.
    ///
    /// File: `certificate`. Environment: `OTEL_EXPORTER_OTLP_CERTIFICATE` and its forms.
    pub certificate: Option<PemFile>,
    /// The certificate that an `https://` endpoint is shown when it asks for one, followed by those that lead from it
    /// to a root. It goes with [`client_key`](Self::client_key).
    ///
    /// File: `client_certificate`. Environment: `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and its forms.
    pub client_certificate: Option<PemFile>,
    /// The private key of [`client_certificate`](Self::client_certificate), without a password.
    ///
    /// File: `client_key`. Environment: `OTEL_EXPORTER_OTLP_CLIENT_KEY` and its forms.
    pub client_key: Option<PemFile>,
}

impl Default for Otlp {
    fn default() -> Self {
        Self {
            protocol: Protocol::HttpProtobuf,
            endpoint: None,
            headers: Headers::default(),
            timeout: Duration::from_secs(10),
            compression: Compression::None,
            certificate: None,
            client_certificate: None,
            client_key: None,
        }
    }
}

impl Otlp {
    /// The URL that requests of `signal` go to: for HTTP with the signal's path, for gRPC without one.
    pub fn url(&self, signal: Signal) -> String {
        match (&self.endpoint, self.protocol) {
            (Some(endpoint), Protocol::Grpc) => endpoint.url.clone(),
            (Some(endpoint), Protocol::HttpProtobuf) => endpoint.for_signal(signal),
            (None, Protocol::Grpc) => "http://localhost:4317".to_owned(),
            (None, Protocol::HttpProtobuf) => format!("http://localhost:4318{}", signal.path()),
        }
    }
}

/// A kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// Spans.
    Traces,
    /// Metrics.
    Metrics,
    /// Log records.
    Logs,
}

impl Signal {
    /// The path of the signal on a server of OTLP over HTTP.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Traces => "/v1/traces",
            Self::Metrics => "/v1/metrics",
            Self::Logs => "/v1/logs",
        }
    }

    /// The section of the file that configures it.
    #[cfg(feature = "otlp")]
    pub(crate) fn section(self) -> &'static str {
        match self {
            Self::Traces => "tracing",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
        }
    }
}

/// A transport of OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// `http/protobuf`: binary protobuf over HTTP.
    HttpProtobuf,
    /// `grpc`: it needs the feature `otlp-grpc`.
    Grpc,
}

impl Choice for Protocol {
    const NAMES: &'static [(&'static str, Self)] =
        &[("http/protobuf", Self::HttpProtobuf), ("grpc", Self::Grpc)];
}

/// A way to make requests smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// `none`
    None,
    /// `gzip`
    Gzip,
}

impl Choice for Compression {
    const NAMES: &'static [(&'static str, Self)] = &[("gzip", Self::Gzip), ("none", Self::None)];
}

/// A file in PEM form. It is read when telemetry starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemFile {
    path: PathBuf,
    setting: Option<String>,
}

impl PemFile {
    /// The file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            setting: None,
        }
    }

    /// A file that `setting` names: a variable, or a key and its place.
    pub(super) fn named_by(setting: String, path: &str) -> Self {
        Self {
            path: path.into(),
            setting: Some(setting),
        }
    }

    /// The place of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the setting that names it, if that is not the program.
    #[cfg(any(feature = "otlp", test))]
    pub(crate) fn setting(&self) -> Option<&str> {
        self.setting.as_deref()
    }
}

/// The URL of a receiver, `http://` or `https://`, and whether it is complete.
///
/// OTLP over HTTP has a path for each signal. A *base* gets it appended; an *exact* URL is used as it is. The general
/// variable holds a base, a variable for one signal an exact URL. In the file and in [`Endpoint::new`] a URL without a
/// path is a base, one with a path is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    exact: bool,
}

impl Endpoint {
    /// A base if `url` has no path, else an exact URL.
    ///
    /// # Errors
    ///
    /// `url` is not an `http://` or `https://` URL with a host.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        Self::in_code(url, None)
    }

    /// A URL that the path of the signal is appended to.
    ///
    /// # Errors
    ///
    /// `url` is not an `http://` or `https://` URL with a host.
    pub fn base(url: &str) -> Result<Self, ConfigError> {
        Self::in_code(url, Some(false))
    }

    /// A URL that is used as it is.
    ///
    /// # Errors
    ///
    /// `url` is not an `http://` or `https://` URL with a host.
    pub fn exact(url: &str) -> Result<Self, ConfigError> {
        Self::in_code(url, Some(true))
    }

    fn in_code(url: &str, exact: Option<bool>) -> Result<Self, ConfigError> {
        Self::read(url, exact).map_err(|expected| ConfigError::in_code("endpoint", &expected, url))
    }

    /// A base or an exact URL; by its path if that is not known. An error says what is expected.
    pub(super) fn read(url: &str, exact: Option<bool>) -> Result<Self, String> {
        let path = url::path(url)?;
        Ok(Self {
            url: url.to_owned(),
            exact: exact.unwrap_or(!matches!(path, "" | "/")),
        })
    }

    /// The URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Returns true if the URL is used as it is.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Returns true if the receiver is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.url
            .get(..6)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    fn for_signal(&self, signal: Signal) -> String {
        if self.exact {
            return self.url.clone();
        }
        let (before, query) = match self.url.split_once('?') {
            Some((before, query)) => (before, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        format!("{}{}{query}", before.trim_end_matches('/'), signal.path())
    }
}

/// Names and values of request headers. `Debug` leaves the values out, because they are where credentials are kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The headers, in the order they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a header.
    ///
    /// # Errors
    ///
    /// `name` is not a header name, or `value` holds characters that a header cannot; the error does not repeat the
    /// value.
    pub fn push(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        let header = value::header(name, value)
            .map_err(|problem| ConfigError::of_code("headers", problem))?;
        self.0.push(header);
        Ok(())
    }

    pub(super) fn of_checked(headers: Vec<(String, String)>) -> Self {
        Self(headers)
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, _)| (name, format_args!("***"))))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Headers, Otlp, Protocol, Signal};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn url(endpoint: Endpoint, protocol: Protocol) -> String {
        Otlp {
            endpoint: Some(endpoint),
            protocol,
            ..Otlp::default()
        }
        .url(Signal::Traces)
    }

    #[test]
    fn a_base_gets_the_path_of_the_signal() -> Outcome {
        let http =
            |base| Ok::<_, super::ConfigError>(url(Endpoint::base(base)?, Protocol::HttpProtobuf));
        assert_eq!(
            http("http://collector:4318")?,
            "http://collector:4318/v1/traces"
        );
        assert_eq!(
            http("http://collector:4318/")?,
            "http://collector:4318/v1/traces"
        );
        assert_eq!(
            http("http://collector/otlp/")?,
            "http://collector/otlp/v1/traces"
        );
        assert_eq!(
            http("http://collector/otlp?tenant=a")?,
            "http://collector/otlp/v1/traces?tenant=a"
        );
        Ok(())
    }

    #[test]
    fn an_exact_url_is_used_as_it_is() -> Outcome {
        assert_eq!(
            url(
                Endpoint::exact("http://collector:4318")?,
                Protocol::HttpProtobuf
            ),
            "http://collector:4318"
        );
        assert_eq!(
            url(
                Endpoint::new("http://collector/traces")?,
                Protocol::HttpProtobuf
            ),
            "http://collector/traces"
        );
        assert!(!Endpoint::new("http://collector/")?.is_exact());
        Ok(())
    }

    #[test]
    fn grpc_has_no_path() -> Outcome {
        assert_eq!(
            url(Endpoint::base("http://collector:4317")?, Protocol::Grpc),
            "http://collector:4317"
        );
        assert_eq!(
            Otlp {
                protocol: Protocol::Grpc,
                ..Otlp::default()
            }
            .url(Signal::Metrics),
            "http://localhost:4317"
        );
        Ok(())
    }

    #[test]
    fn values_of_headers_are_never_shown() -> Outcome {
        let mut headers = Headers::default();
        headers.push("authorization", "Bearer secret")?;
        assert_eq!(format!("{headers:?}"), r#"{"authorization": ***}"#);
        let otlp = Otlp {
            headers: headers.clone(),
            ..Otlp::default()
        };
        assert!(!format!("{otlp:?}").contains("secret"), "{otlp:?}");
        let refused = headers
            .push("api key", "secret")
            .map_err(|error| error.to_string());
        assert!(
            refused
                .is_err_and(|message| message.contains("`api key`") && !message.contains("secret"))
        );
        let refused = headers
            .push("authorization", "Bearer\nsecret")
            .map_err(|error| error.to_string());
        assert!(refused.is_err_and(|message| !message.contains("secret")));
        Ok(())
    }
}

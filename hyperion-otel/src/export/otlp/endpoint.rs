//! Endpoints and headers, checked before anything is sent.

use http::Uri;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::Protocol;
use crate::export::SetupError;

/// The longest text of a server that goes into an error message.
const MAX_SERVER_TEXT: usize = 300;

/// An endpoint that OTLP can be sent to.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    uri: Uri,
}

impl Endpoint {
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn is_https(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// The proxy that the environment names for it. None stands in front of this machine.
    pub(super) fn proxy(&self) -> Option<Intercept> {
        if self.is_loopback() {
            return None;
        }
        Matcher::from_env().intercept(&self.uri)
    }

    fn is_loopback(&self) -> bool {
        match self.uri.host() {
            Some("localhost") => true,
            Some(host) => host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
            None => false,
        }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let authority = self
            .uri
            .authority()
            .map_or("", |authority| authority.as_str());
        // The query may hold an API key.
        write!(f, "{scheme}://{authority}{}", self.uri.path())
    }
}

pub(super) fn parse_endpoint(
    text: &str,
    protocol: Protocol,
    http_path: &str,
) -> Result<Endpoint, SetupError> {
    let example = match protocol {
        Protocol::HttpProtobuf => format!("http://localhost:4318{http_path}"),
        Protocol::Grpc => "http://localhost:4317".to_owned(),
    };
    let shown = without_credentials(text);
    let refused = |problem: &str| {
        SetupError::new(format!(
            "the OTLP endpoint `{shown}` {problem}; expected one such as `{example}`"
        ))
    };
    let uri: Uri = text
        .parse()
        .map_err(|error| refused(&format!("is not a URL ({error})")))?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => Err(refused(
            "holds credentials, which belong into the header `authorization`",
        )),
        Some(authority) if is_http && !authority.host().is_empty() => Ok(Endpoint { uri }),
        _ => Err(refused("is not an HTTP URL")),
    }
}

/// `text` without what stands before the `@` of its host.
pub(super) fn without_credentials(text: &str) -> String {
    let (scheme, rest) = text
        .split_once("://")
        .map_or(("", text), |(scheme, rest)| (scheme, rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    match authority.rfind('@') {
        Some(at) => {
            let separator = if scheme.is_empty() { "" } else { "://" };
            format!(
                "{scheme}{separator}{}",
                rest.get(at + 1..).unwrap_or_default()
            )
        }
        None => text.to_owned(),
    }
}

pub(super) fn parse_headers(headers: &[(String, String)]) -> Result<HeaderMap, SetupError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            SetupError::new(format!(
                "the OTLP header name `{}` is not valid; expected letters, digits and `-`, as in `api-key`",
                name.escape_debug()
            ))
        })?;
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            SetupError::new(format!(
                "the value of the OTLP header `{key}` is not valid; expected visible ASCII characters on one line"
            ))
        })?;
        value.set_sensitive(true);
        map.append(key, value);
    }
    Ok(map)
}

/// The header values that a server might repeat in its answer.
#[derive(Clone)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut secrets: Vec<String> = Vec::new();
        for value in headers.values().filter_map(|value| value.to_str().ok()) {
            secrets.push(value.to_owned());
            // A server may repeat the token of `Bearer <token>` alone.
            secrets.extend(
                value
                    .split_whitespace()
                    .filter(|word| word.len() >= 8)
                    .map(str::to_owned),
            );
        }
        secrets.retain(|secret| secret.len() >= 4);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// `text` on one line, shortened and without any header value.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            text = text.replace(secret.as_str(), "***");
        }
        let mut shown: String = text
            .trim()
            .chars()
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .take(MAX_SERVER_TEXT)
            .collect();
        if text.trim().chars().nth(MAX_SERVER_TEXT).is_some() {
            shown.push('…');
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse_endpoint(text, Protocol::HttpProtobuf, "/v1/traces")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_endpoint_that_is_no_url_is_refused_with_an_example() {
        assert_eq!(
            refused("http://host name"),
            "the OTLP endpoint `http://host name` is not a URL (invalid uri character); expected one such as \
             `http://localhost:4318/v1/traces`"
        );
        assert_eq!(
            refused("localhost:4318"),
            "the OTLP endpoint `localhost:4318` is not an HTTP URL; expected one such as \
             `http://localhost:4318/v1/traces`"
        );
        let grpc = parse_endpoint("", Protocol::Grpc, "/v1/traces")
            .unwrap_err()
            .to_string();
        assert!(
            grpc.ends_with("expected one such as `http://localhost:4317`"),
            "{grpc}"
        );
    }

    #[test]
    fn credentials_of_an_endpoint_are_never_shown() {
        assert_eq!(
            refused("https://user:hunter2@host"),
            "the OTLP endpoint `https://host` holds credentials, which belong into the header `authorization`; expected \
             one such as `http://localhost:4318/v1/traces`"
        );
        for text in [
            "ftp://user:hunter2@host/x",
            "https://user:hunter2@",
            "http://u:hunter2@[::1",
        ] {
            assert!(!refused(text).contains("hunter2"), "{}", refused(text));
        }
        let endpoint = parse_endpoint(
            "http://host:1/v1/traces?key=hunter2",
            Protocol::HttpProtobuf,
            "",
        )
        .unwrap();
        assert_eq!(endpoint.to_string(), "http://host:1/v1/traces");
    }

    #[test]
    fn loopback_is_recognised() {
        let loopback = |text| {
            parse_endpoint(text, Protocol::Grpc, "")
                .unwrap()
                .is_loopback()
        };
        assert!(loopback("http://localhost:4317"));
        assert!(loopback("http://127.1.2.3:4317"));
        assert!(loopback("http://[::1]:4317"));
        assert!(!loopback("http://collector:4317"));
        assert!(!loopback("http://10.0.0.1:4317"));
    }

    #[test]
    fn a_bad_header_is_named_and_its_value_is_not() {
        let bad = |name: &str, value: &str| {
            parse_headers(&[(name.into(), value.into())])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            bad("api key", "hunter2"),
            "the OTLP header name `api key` is not valid; expected letters, digits and `-`, as in `api-key`"
        );
        assert_eq!(
            bad("api-key", "hunter2\n"),
            "the value of the OTLP header `api-key` is not valid; expected visible ASCII characters on one line"
        );
    }

    #[test]
    fn a_server_cannot_make_us_print_a_secret_or_a_page() {
        let headers =
            parse_headers(&[("authorization".into(), "Bearer hunter2hunter2".into())]).unwrap();
        let secrets = Secrets::of(&headers);
        assert_eq!(
            secrets.redact("token hunter2hunter2\nis\x1b[31m bad"),
            "token *** is [31m bad"
        );
        assert_eq!(secrets.redact("no Bearer hunter2hunter2"), "no ***");
        assert_eq!(
            secrets.redact(&"x".repeat(1000)).chars().count(),
            MAX_SERVER_TEXT + 1
        );
    }
}

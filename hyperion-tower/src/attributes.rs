//! The attributes that requests have by the conventions for HTTP, whoever sends them and whoever answers.

use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, Method, Uri, Version};
use std::any::type_name;
use std::borrow::Cow;
use std::env;
use std::sync::OnceLock;

/// Stands for a value that the conventions do not know.
pub(crate) const OTHER: &str = "_OTHER";

/// Stands in the place of what must not leave the process.
const REDACTED: &str = "REDACTED";

/// The parameters of a query whose values are credentials ([`url.query`]).
///
/// [`url.query`]: https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
const SECRETS: [&str; 5] = [
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "sig",
    "X-Goog-Signature",
];

/// The methods of RFC 9110, `PATCH` of RFC 5789, and `QUERY`.
const KNOWN_METHODS: [&str; 10] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
];

/// The environment variable that names the known methods instead.
const KNOWN_METHODS_VARIABLE: &str = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS";

/// The method as `http.request.method` has it: one that is known, or `_OTHER`.
pub(crate) fn known_method(method: &Method) -> &'static str {
    static KNOWN: OnceLock<Vec<&'static str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| methods_of(env::var(KNOWN_METHODS_VARIABLE).ok()));
    let known = known.iter().find(|known| **known == method.as_str());
    known.copied().unwrap_or(OTHER)
}

/// The value of `http.request.method_original`: a method that is not known.
pub(crate) fn original_method(method: &Method) -> Option<&str> {
    (known_method(method) == OTHER).then(|| method.as_str())
}

/// The methods that a list names, or the usual ones. A list has the last word, also where it is short.
fn methods_of(list: Option<String>) -> Vec<&'static str> {
    let Some(list) = list.filter(|list| !list.trim().is_empty()) else {
        return KNOWN_METHODS.to_vec();
    };
    let methods = list.leak().split(',').map(str::trim);
    methods.filter(|method| !method.is_empty()).collect()
}

/// The first half of a span's name ([HTTP spans, Name]).
///
/// [HTTP spans, Name]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
pub(crate) fn span_name(method: &'static str, target: Option<&str>) -> Cow<'static, str> {
    let method = if method == OTHER { "HTTP" } else { method };
    match target {
        Some(target) => format!("{method} {target}").into(),
        None => method.into(),
    }
}

/// The value of `network.protocol.version`.
pub(crate) fn protocol_version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_09 => Some("0.9"),
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}

/// A server by its name, and its port where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) address: String,
    pub(crate) port: Option<u16>,
}

impl Host {
    /// The server that a request names, in its target or its header `Host`.
    pub(crate) fn of(head: &Parts) -> Option<Self> {
        Self::of_uri(&head.uri).or_else(|| Self::parse(head.headers.get(HOST)?.to_str().ok()?))
    }

    pub(crate) fn of_uri(uri: &Uri) -> Option<Self> {
        uri.authority().and_then(Self::of_authority)
    }

    /// The server of `name:port`; nothing if this is no such text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::of_authority(&text.parse().ok()?)
    }

    fn of_authority(authority: &Authority) -> Option<Self> {
        let host = authority.host();
        let address = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        (!address.is_empty()).then(|| Self {
            address: address.to_owned(),
            port: authority.port_u16(),
        })
    }

    /// The port, or the one that is usual for a scheme.
    pub(crate) fn port_for(&self, scheme: Option<&Scheme>) -> Option<u16> {
        self.port.or_else(|| match scheme?.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        })
    }
}

/// A query without the values of credentials.
pub(crate) fn redacted_query(query: &str) -> Cow<'_, str> {
    let is_secret = |parameter: &str| {
        let key = parameter.split_once('=').map(|(key, _)| key);
        key.is_some_and(|key| SECRETS.contains(&key))
    };
    if !query.split('&').any(is_secret) {
        return query.into();
    }
    let parameters = query.split('&').map(|parameter| {
        let key = parameter.split_once('=').map(|(key, _)| key);
        match key.filter(|_| is_secret(parameter)) {
            Some(key) => format!("{key}={REDACTED}"),
            None => parameter.to_owned(),
        }
    });
    parameters.collect::<Vec<_>>().join("&").into()
}

/// The value of `url.full`: without credentials, and with the server where the target of the request lacks it.
pub(crate) fn full_url(uri: &Uri, host: Option<&Host>) -> String {
    let mut full = String::new();
    if let Some(scheme) = uri.scheme_str() {
        full.extend([scheme, ":"]);
    }
    if let Some(authority) = uri.authority() {
        full.push_str("//");
        full.push_str(&redacted_authority(authority.as_str()));
    } else if let Some(host) = host {
        full.push_str("//");
        full.push_str(&host.to_string());
    }
    full.push_str(uri.path());
    if let Some(query) = uri.query() {
        full.push('?');
        full.push_str(&redacted_query(query));
    }
    full
}

fn redacted_authority(authority: &str) -> Cow<'_, str> {
    match authority.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => format!("{REDACTED}:{REDACTED}@{host}").into(),
        Some((_, host)) => format!("{REDACTED}@{host}").into(),
        None => authority.into(),
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.address.contains(':'), self.port) {
            (true, Some(port)) => write!(f, "[{}]:{port}", self.address),
            (true, None) => write!(f, "[{}]", self.address),
            (false, Some(port)) => write!(f, "{}:{port}", self.address),
            (false, None) => f.write_str(&self.address),
        }
    }
}

/// The text of a header that has a value in printable ASCII.
pub(crate) fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The value of `error.type` for an error of this type.
pub(crate) fn error_type<E>() -> &'static str {
    let name = type_name::<E>().trim_start_matches('&');
    // The type behind it is not known.
    if name.contains("dyn ") { OTHER } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_known_by_their_case() {
        assert_eq!(known_method(&Method::PATCH), "PATCH");
        for unknown in ["get", "BREW", "PROPFIND"] {
            let method = Method::from_bytes(unknown.as_bytes()).expect("a token");
            assert_eq!(known_method(&method), OTHER);
        }
    }

    #[test]
    fn a_list_of_methods_has_the_last_word() {
        assert_eq!(methods_of(Some(" , ".into())), [""; 0]);
        assert_eq!(methods_of(Some(" ".into())), KNOWN_METHODS);
        let named = methods_of(Some("PROPFIND, GET".into()));
        assert_eq!(named, ["PROPFIND", "GET"]);
    }

    #[test]
    fn queries_keep_their_keys_and_lose_their_credentials() {
        assert_eq!(redacted_query("a=1&b"), "a=1&b");
        assert_eq!(
            redacted_query("q=x&sig=abc=&X-Amz-Signature=1&SIG=2&sig"),
            "q=x&sig=REDACTED&X-Amz-Signature=REDACTED&SIG=2&sig"
        );
    }

    #[test]
    fn urls_are_whole_and_without_credentials() {
        let full = |uri: &str, host: Option<&str>| {
            let host = host.and_then(Host::parse);
            full_url(&uri.parse().expect("a URI"), host.as_ref())
        };
        assert_eq!(
            full("https://ada:secret@shop.test:8443/a?sig=1&b=2", None),
            "https://REDACTED:REDACTED@shop.test:8443/a?sig=REDACTED&b=2"
        );
        assert_eq!(
            full("http://ada@shop.test/", None),
            "http://REDACTED@shop.test/"
        );
        assert_eq!(full("/a", Some("[::1]:80")), "//[::1]:80/a");
        assert_eq!(full("/a", None), "/a");
    }

    #[test]
    fn hosts_are_what_an_authority_says() {
        let host = |address: &str, port| {
            Some(Host {
                address: address.to_owned(),
                port,
            })
        };
        assert_eq!(Host::parse("shop.test"), host("shop.test", None));
        assert_eq!(Host::parse("ada:x@[::1]:8443"), host("::1", Some(8443)));
        for hostile in ["", ":80", "a b", "a/b", "[::1"] {
            assert_eq!(Host::parse(hostile), None, "{hostile:?}");
        }
        let shop = Host::parse("shop.test").expect("a host");
        assert_eq!(shop.port_for(Some(&Scheme::HTTPS)), Some(443));
        assert_eq!(shop.port_for(None), None);
    }

    #[test]
    fn an_error_is_of_its_type_where_that_is_known() {
        assert_eq!(error_type::<std::fmt::Error>(), "core::fmt::Error");
        assert_eq!(error_type::<&std::fmt::Error>(), "core::fmt::Error");
        assert_eq!(error_type::<Box<dyn std::error::Error>>(), OTHER);
    }
}

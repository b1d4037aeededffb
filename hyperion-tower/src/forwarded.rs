//! The client and the server of a request, as proxies on the way have written them down.

use crate::attributes::{Host, header};
use http::{HeaderMap, HeaderName};

/// The original facts of a request that came by way of proxies, as far as they say them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Forwarded {
    pub(crate) client: Option<String>,
    pub(crate) host: Option<Host>,
    pub(crate) scheme: Option<String>,
}

impl Forwarded {
    /// Reads `Forwarded` ([RFC 7239]), or else `X-Forwarded-For`, `-Host` and `-Proto`; of several proxies the first has seen
    /// the client.
    ///
    /// [RFC 7239]: https://www.rfc-editor.org/rfc/rfc7239
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match header(headers, http::header::FORWARDED) {
            Some(list) => Self::parse(list),
            None => Self::de_facto(headers),
        }
    }

    fn parse(list: &str) -> Self {
        let first = list.split(',').next().unwrap_or_default();
        let mut found = Self::default();
        for (name, value) in first.split(';').filter_map(|pair| pair.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "for" => found.client = node(value),
                "host" => found.host = Host::parse(value),
                "proto" => found.scheme = scheme(value),
                _ => {}
            }
        }
        found
    }

    fn de_facto(headers: &HeaderMap) -> Self {
        let first = |name| {
            let list = header(headers, HeaderName::from_static(name))?;
            list.split(',').next().map(str::trim)
        };
        Self {
            client: first("x-forwarded-for").and_then(node),
            host: first("x-forwarded-host").and_then(Host::parse),
            scheme: first("x-forwarded-proto").and_then(scheme),
        }
    }
}

/// The address of a node, without its port; nothing if it hides behind a name of its own.
fn node(text: &str) -> Option<String> {
    let is_hidden = text.is_empty() || text.starts_with('_') || text == "unknown";
    if is_hidden {
        return None;
    }
    // An address of version 6 without brackets has no port.
    let address = match text.parse::<std::net::Ipv6Addr>() {
        Ok(_) => text.to_owned(),
        Err(_) => Host::parse(text)?.address,
    };
    Some(address)
}

fn scheme(text: &str) -> Option<String> {
    let is_scheme = ["http", "https"].contains(&text.to_ascii_lowercase().as_str());
    is_scheme.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Forwarded {
        let pairs = headers.iter().map(|(name, value)| {
            let value = http::HeaderValue::from_static(value);
            (HeaderName::from_static(name), value)
        });
        Forwarded::of(&pairs.collect())
    }

    fn forwarded(client: &str, host: &str, scheme: &str) -> Forwarded {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Forwarded {
            client: text(client),
            host: Host::parse(host),
            scheme: text(scheme),
        }
    }

    #[test]
    fn the_first_proxy_has_seen_the_client() {
        assert_eq!(
            read(&[(
                "forwarded",
                "For=\"[2001:db8::1]:4711\";Proto=HTTPS; host=shop.test:8443, for=10.0.0.1"
            )]),
            forwarded("2001:db8::1", "shop.test:8443", "https")
        );
        assert_eq!(
            read(&[
                ("x-forwarded-for", "203.0.113.7, 10.0.0.1"),
                ("x-forwarded-host", "shop.test"),
                ("x-forwarded-proto", "https"),
            ]),
            forwarded("203.0.113.7", "shop.test", "https")
        );
        let short = read(&[("x-forwarded-for", "2001:db8::1")]);
        assert_eq!(short, forwarded("2001:db8::1", "", ""));
    }

    #[test]
    fn nonsense_is_left_out() {
        for (name, value) in [
            ("forwarded", "for=unknown;host=a b;proto=gopher"),
            ("forwarded", "for=_hidden;=;;,"),
            ("forwarded", ""),
            ("x-forwarded-for", " , "),
            ("x-forwarded-proto", "javascript"),
        ] {
            assert_eq!(
                read(&[(name, value)]),
                Forwarded::default(),
                "{name}: {value}"
            );
        }
    }
}

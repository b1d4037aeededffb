//! URLs and their paths.

use std::net::Ipv6Addr;

/// Checks an `http` or `https` URL and returns its path and query. An error says what is expected.
pub(super) fn path(url: &str) -> Result<&str, String> {
    let expected = |example: &str| format!("an `http://` or `https://` URL such as `{example}`");
    let Some((scheme, rest)) = url.split_once("://") else {
        // `collector:4317` is what other software takes here.
        let with_scheme = format!("http://{url}");
        let example = if path(&with_scheme).is_ok() {
            &with_scheme
        } else {
            "http://localhost:4318"
        };
        return Err(expected(example));
    };
    let known_scheme = ["http", "https"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    let host_ends = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path_and_query) = rest.split_at_checked(host_ends).unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err(
            "a URL without user and password, which belong into the header `authorization`"
                .to_owned(),
        );
    }
    let plain = rest
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"#<>\"`".contains(&byte));
    if known_scheme && plain && is_host_and_port(authority) {
        Ok(path_and_query)
    } else {
        Err(expected("http://localhost:4318"))
    }
}

/// Returns true if `text` can be the path of a request as it stands: an [absolute path] without a query. Clients escape every
/// other character, so that nobody would ever ask for one with it.
///
/// [absolute path]: https://www.rfc-editor.org/rfc/rfc9110#section-4.1
#[cfg(any(feature = "config", feature = "prometheus"))]
pub(crate) fn is_path(text: &str) -> bool {
    let plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte))
    };
    let escape = |part: &str| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut parts = text.split('%');
    text.starts_with('/')
        && parts.next().is_some_and(plain)
        && parts.all(|part| escape(part) && plain(part))
}

fn is_host_and_port(authority: &str) -> bool {
    let bracketed = authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (host_is_valid, port) = if let Some((address, port)) = bracketed {
        (address.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let host_ends = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority
            .split_at_checked(host_ends)
            .unwrap_or((authority, ""));
        let in_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        (!host.is_empty() && host.bytes().all(in_host), port)
    };
    let port_is_valid = match port.strip_prefix(':') {
        Some(digits) => {
            digits.bytes().all(|byte| byte.is_ascii_digit())
                && digits.parse::<u16>().is_ok_and(|port| port > 0)
        }
        None => port.is_empty(),
    };
    host_is_valid && port_is_valid
}

#[cfg(test)]
mod tests {
    use super::{is_path, path};

    #[test]
    fn endpoints_are_http_urls() {
        for right in [
            "http://localhost:4318",
            "HTTP://collector",
            "http://[::1]:4318/v1/traces",
            "http://10.0.0.1/?a=b",
            "https://otlp.example.com:443/",
        ] {
            assert!(path(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "localhost",
            "localhost:4318",
            "ftp://localhost",
            "http://",
            "http://:4318",
            "http://host:0",
            "http://host:65536",
            "http://host:+80",
            "http://host:",
            "http://[::1",
            "http://[host]:80",
            "http://user:password@host",
            "http://ho st",
            "http://host/#fragment",
            "http://hôst",
            "unix:/run/collector",
            "http://host/<path>",
        ] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_path_is_one_that_a_client_asks_for() {
        for right in [
            "/",
            "/metrics",
            "/a/b.c-d_e~f",
            "/a:b@c;d=e",
            "/a%22b",
            "//",
        ] {
            assert!(is_path(right), "{right}");
        }
        for wrong in [
            "", "metrics", "/a b", "/a?b", "/a#b", "/größe", "/a%", "/a%2", "/a%zz",
        ] {
            assert!(!is_path(wrong), "{wrong}");
        }
        // Printable all of them, and never part of a request as they are.
        for escaped in "\"<>\\^`{|}[]".chars() {
            assert!(!is_path(&format!("/{escaped}")), "{escaped}");
        }
    }

    #[test]
    fn an_endpoint_without_scheme_is_shown_with_one() {
        let expected = path("collector:4317");
        assert_eq!(
            expected,
            Err("an `http://` or `https://` URL such as `http://collector:4317`".to_owned())
        );
    }

    #[cfg(feature = "otlp")]
    #[test]
    fn what_is_taken_is_a_url_for_who_sends() {
        for byte in 0_u8..0x80 {
            for url in ["/", "/path", "/?", "/?query"].map(|before| {
                let character = char::from(byte);
                format!("http://host{before}{character}")
            }) {
                let parsed = url.parse::<http::Uri>();
                assert!(path(&url).is_err() || parsed.is_ok(), "{url}");
            }
        }
    }
}
